"""WordPress with its bundled Akismet plugin, led to Winnow by the must-use plugin.

Debian's, unless the environment names another one: see wordpress.py.
"""

import json
import urllib.request

import pytest

from moderation.models import Blog, Comment, Decision, Site
from moderation.status import Status
from tests.clients.wordpress import free_port, wordpress
from tests.engines import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_broker]
HAM = "We winnowed rice by hand on the farm."
SPAM = "Cheap pills without prescription."
JUDGED_SPAM = (
    "Buy cheap viagra and cialis online, no prescription, best price, free shipping!"
    " http://pills.example/buy-viagra http://pills.example/cheap-cialis"
)
DECIDED = "The sieve in the picture is the one of my grandmother."
LATER = "Written while Winnow was down."
LATER_SPAM = "Cheap pills, while nobody looks."


@pytest.fixture
def port(monkeypatch):
    """The port of a blog that Winnow's worker may speak to."""
    port = free_port()
    monkeypatch.setenv("EGRESS_ALLOW", "127.0.0.1/32")
    monkeypatch.setenv("EGRESS_PORTS", str(port))
    return port


def test_a_comments_way_through_wordpress(port, worker, winnow, tmp_path, capsys):
    with wordpress(tmp_path, winnow.url, winnow.key, port) as blog:
        Site.objects.update(origins=[blog.url])
        passed = [*judged(blog), *told(blog, winnow), *marked(blog), *missed(blog, winnow)]
        versions = blog.versions()
    with capsys.disabled():
        print(f"\nWordPress {versions}: " + ", ".join(passed))


def judged(blog):
    assert blog.php("echo Akismet::verify_key(Akismet::get_api_key());") == "valid"
    yield "the key is valid"
    # Nobody knows Ada yet: newer plugins hold her comment for the minutes that they are told to.
    place = blog.comment("Ada", HAM)
    assert place in {"0", "1"}
    stored = Comment.objects.get(body=HAM)
    assert (stored.source, stored.open_email()) == ("akismet", "ada@visitor.example")
    assert blog.guid(HAM) in {str(stored.pk), ""}  # plugins before 5.1 keep none
    yield "a visitor's comment is judged, stored and " + ("held" if place == "0" else "published")
    assert blog.comment("viagra-test-123", SPAM) == "spam"
    assert blog.comment("Pills", JUDGED_SPAM) == "spam"
    assert Comment.objects.get(body=JUDGED_SPAM).status == Status.SPAM
    yield "spam goes to spam"


def told(blog, winnow):
    """What is decided in Winnow changes in WordPress, if its plugin can be told."""
    if not listens():
        return
    decide(winnow, HAM, Status.APPROVED)
    assert becomes(blog, HAM, "1")
    yield "approved in Winnow while it was held: published"
    blog.comment("Cy", DECIDED)
    decision = decide(winnow, DECIDED, Status.SPAM)
    assert becomes(blog, DECIDED, "spam")
    yield "called spam in Winnow: goes to spam"
    post(winnow, f"decisions/{decision['id']}/undo/")
    assert becomes(blog, DECIDED, "0")
    yield "undone in Winnow: out of spam again"
    decide(winnow, JUDGED_SPAM, Status.APPROVED)
    assert becomes(blog, JUDGED_SPAM, "0")
    yield "spam approved in Winnow: out of spam"
    blog.php(f"Akismet::approval_fallback({blog.comment_id(DECIDED)});")
    assert blog.status(DECIDED) == "1"
    yield "nobody decided in time: published by the plugin"
    # None of this was reported back as if somebody at the blog had said it.
    assert not Decision.objects.filter(actor_name__startswith="plugin").exists()


def listens():
    """Tell whether the plugin named an address for later decisions."""
    return Blog.objects.get().callback != ""


def decide(winnow, text, status):
    comment = Comment.objects.get(body=text)
    return post(winnow, f"queue/{comment.pk}/decision/", status=status)


def post(winnow, path, **body):
    headers = {
        "Authorization": f"Bearer {winnow.review_key}",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(
        f"{winnow.url}/api/v1/{path}", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def becomes(blog, text, status):
    return wait_until(lambda: blog.status(text) == status, alive=lambda: True)


def marked(blog):
    blog.sign_in()
    blog.mark(HAM, "spam")
    assert blog.status(HAM) == "spam"
    assert said(HAM) == ("plugin \u00b7 alice", Status.SPAM)
    yield "marked as spam in wp-admin is a decision here"
    blog.mark(SPAM, "unspam")
    assert said(SPAM) == ("plugin \u00b7 alice", Status.APPROVED)
    yield "marked as not spam is one too"
    assert Comment.objects.filter(body__in=[HAM, SPAM]).count() == 2
    yield "both are found again"


def said(text):
    decision = Decision.objects.filter(comment__body=text, actor_kind="key").latest()
    return decision.actor_name, decision.to_status


def missed(blog, winnow):
    """What comes while Winnow is down is lost to nobody."""
    config = blog.folder / "wp-config.php"
    working = config.read_text()
    config.write_text(working.replace(winnow.url, "http://127.0.0.1:9"))
    assert blog.comment("Bo", LATER) == "0"
    assert blog.comment("viagra-test-123", LATER_SPAM) == "0"
    yield "held while Winnow is down"
    config.write_text(working)
    blog.php("Akismet::cron_recheck();")
    assert (blog.status(LATER), blog.status(LATER_SPAM)) == ("1", "spam")
    assert Comment.objects.filter(body__in=[LATER, LATER_SPAM]).count() == 2
    yield "re-checked later"
    if listens():
        decide(winnow, LATER, Status.SPAM)
        assert becomes(blog, LATER, "spam")
        yield "called spam in Winnow after that: goes to spam"
