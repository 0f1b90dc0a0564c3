"""The approved comments of an article: a page of them, and how they answer each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from moderation.models import Article, Comment, Site
from moderation.models.pages import ORDERS, Page, page_of
from moderation.services.intake import is_closed
from moderation.status import Status

from .rendering import html_of, is_web_address

PAGE_SIZE = 100
# Replies to replies move in this often; deeper ones stand in line and name whom they answer.
DEEPEST = 3

# The columns that readers may see, and those that tell whether they may see the parent.
PUBLIC_COLUMNS = (
    "author_name",
    "author_url",
    "body",
    "posted_at",
    "parent",
    "parent__author_name",
    "parent__status",
    "parent__erased_at",
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What readers may see under an article."""

    url: str
    article: Article | None  # None until there is something to see: its row tells of others
    is_closed: bool
    count: int
    page: Page[Comment]

    @property
    def title(self) -> str:
        return self.article.title if self.article else ""


@dataclass(frozen=True, slots=True)
class Node:
    """A comment with the replies that stand under it."""

    comment: Comment
    depth: int = 0
    answers: Comment | None = None  # named where indentation does not show it
    replies: list["Node"] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        return html_of(self.comment.body)

    @property
    def website(self) -> str:
        return public_website(self.comment)

    @property
    def initial(self) -> str:
        return self.comment.author_name[:1].upper()


def conversation(site: Site, url: str, cursor: str | None) -> Conversation:
    """Return a page of an article's conversation, oldest first; raise BadCursor.

    The number of statements does not depend on how many comments there are.
    """
    article = site.articles.filter(url=url).first()
    if article is None:
        nothing = page_of(Comment.objects.none(), order=ORDERS["oldest"], cursor=cursor, limit=1)
        return Conversation(url, None, is_closed=False, count=0, page=nothing)
    published = Comment.objects.published().filter(site=site, article=article)
    count = published.count()
    rows = published.select_related("parent").only(*PUBLIC_COLUMNS)
    page = page_of(rows, order=ORDERS["oldest"], cursor=cursor, limit=PAGE_SIZE)
    visible = article if count else None
    return Conversation(url, visible, is_closed(site, article), count, page)


def public_parent(comment: Comment) -> Comment | None:
    """Return the comment that this one answers, if readers can see that one too."""
    parent = comment.parent
    if parent is None or parent.status != Status.APPROVED or parent.erased_at is not None:
        return None
    return parent


def public_website(comment: Comment) -> str:
    return comment.author_url if is_web_address(comment.author_url) else ""


def nested(comments: Sequence[Comment]) -> list[Node]:
    """Return the comments of one page as trees, in the order in which they came."""
    roots: list[Node] = []
    # For each comment its own node, and the one that replies to it stand under.
    shelves: dict[object, Node] = {}
    for comment in comments:
        parent = public_parent(comment)
        shelf = shelves.get(parent.pk) if parent else None
        if shelf is None:
            node = Node(comment, answers=parent)
            roots.append(node)
        else:
            is_direct = parent is not None and shelf.comment.pk == parent.pk
            node = Node(comment, shelf.depth + 1, answers=None if is_direct else parent)
            shelf.replies.append(node)
        shelves[comment.pk] = node if shelf is None or node.depth < DEEPEST else shelf
    return roots
