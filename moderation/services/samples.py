"""The demo site: an article's comments, so that a first look shows what the service does."""

from dataclasses import dataclass

from moderation.models import Article, Comment, Site
from moderation.services.intake import accept
from moderation.submission import Client, Source, Submission

ARTICLE_TITLE = "How the wind sorts grain from chaff"


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    email: str
    body: str
    website: str = ""
    seconds_on_page: float | None = 95.0


WELCOME = (
    Sample(
        "Ottilie Brandt",
        "ottilie@example.org",
        "My grandfather still had the wooden fan in his barn. He said you must wait for a"
        " steady wind, never a strong one: the strong one takes the grain as well.",
        seconds_on_page=140.0,
    ),
    Sample(
        "Marek",
        "marek@example.net",
        "Thank you for the drawing of the basket. Does the grain have to be dry for this, or"
        " does it work right after threshing?",
    ),
)

REPLY = Sample(
    "Ottilie Brandt",
    "ottilie@example.org",
    "Dry, Marek. Damp chaff clings. We left it on the floor for two days and turned it.",
)

TO_REVIEW = (
    Sample(
        "Jun Watanabe",
        "jun@example.com",
        "We do the same with rice and call the basket a mi. I never knew that the word"
        " ventilate comes from this work, so thank you for that paragraph.",
        seconds_on_page=210.0,
    ),
    Sample(
        "Priya",
        "priya@example.org",
        "I think the second picture shows a sieve and not a winnowing fan? Otherwise a lovely"
        " read, I will show it to my class tomorrow.",
    ),
    Sample(
        "Best Deals 4U",
        "deals@example.com",
        "CHEAP DESIGNER WATCHES!!! Up to 90% off, free shipping worldwide. Buy now"
        " http://watches-outlet.example/buy and http://watches-outlet.example/sale before"
        " midnight, limited offer!!!",
        website="http://watches-outlet.example/",
        seconds_on_page=2.0,
    ),
    Sample(
        "crypto_coach",
        "coach@example.com",
        "I made $9,400 last week with this trading bot, my mentor changed my life. Write to"
        " him on WhatsApp +1 555 0100, guaranteed profit every day",
        seconds_on_page=3.0,
    ),
    Sample(
        "Henk de Vries",
        "henk@example.nl",
        "In onze streek heet dat wannen. Mooi stuk, met plezier gelezen!",
    ),
    Sample(
        "online pharmacy",
        "rx@example.com",
        "great post very informative thanks for sharing <a href='http://rx.example/pills'>buy"
        " cheap pills online no prescription</a> [url=http://rx.example]viagra[/url]",
        website="http://rx.example/",
        seconds_on_page=1.0,
    ),
    Sample(
        "Sceptic",
        "sceptic@example.org",
        "This is the dullest thing I have read all week. Who on earth still cares about chaff?",
    ),
)


def add_samples(site: Site) -> list[Comment]:
    """Submit the sample comments to the demo article; return those that deserve approval."""
    article, _made = Article.objects.get_or_create(
        site=site, url=site.url, defaults={"title": ARTICLE_TITLE}
    )
    welcome = [submit(article, sample) for sample in WELCOME]
    for sample in TO_REVIEW:
        submit(article, sample)
    return welcome


def submit(article: Article, sample: Sample, parent: Comment | None = None) -> Comment:
    client = Client(user_agent="Winnow demo", seconds_on_page=sample.seconds_on_page)
    submission = Submission(
        article_url=article.url,
        author_name=sample.name,
        author_email=sample.email,
        author_url=sample.website,
        body=sample.body,
        parent=parent.pk if parent else None,
        source=Source.DEMO,
        client=client,
    )
    return accept(article.site, submission).comment


def add_reply(parent: Comment) -> Comment:
    """Submit the sample reply; its parent must be approved by now."""
    return submit(parent.article, REPLY, parent)
