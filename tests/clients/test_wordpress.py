"""WordPress with its bundled Akismet plugin, led to Winnow by the must-use plugin."""

import pytest

from moderation.models import Comment, Decision, Site
from moderation.status import Status
from tests.clients.wordpress import wordpress

pytestmark = pytest.mark.django_db(transaction=True)
HAM = "We winnowed rice by hand on the farm."
SPAM = "Cheap pills without prescription."
LATER = "Written while Winnow was down."


def test_a_comments_way_through_wordpress(winnow, tmp_path, capsys):
    with wordpress(tmp_path, winnow.url, winnow.key) as blog:
        Site.objects.update(origins=[blog.url])
        passed = [*judged(blog), *marked(blog), *held_while_down(blog, winnow.url)]
    with capsys.disabled():
        print("\nWordPress: " + ", ".join(passed))


def judged(blog):
    assert blog.php("echo Akismet::verify_key(Akismet::get_api_key());") == "valid"
    yield "the key is valid"
    assert blog.comment("Ada", HAM) == "1"
    stored = Comment.objects.get(body=HAM)
    assert (stored.source, stored.open_email()) == ("akismet", "ada@visitor.example")
    assert blog.guid(HAM) in {str(stored.pk), ""}  # plugins before 5.1 keep none
    yield "a visitor's comment is judged, stored and published"
    assert blog.comment("viagra-test-123", SPAM) == "spam"
    assert Comment.objects.get(body=SPAM).status == Status.SPAM
    yield "spam goes to spam"


def marked(blog):
    blog.sign_in()
    blog.mark(HAM, "spamcomment")
    assert blog.status(HAM) == "spam"
    assert said(HAM) == ("plugin \u00b7 alice", Status.SPAM)
    yield "marked as spam in wp-admin is a decision here"
    blog.mark(SPAM, "unspamcomment")
    assert said(SPAM) == ("plugin \u00b7 alice", Status.APPROVED)
    yield "marked as not spam is one too"
    assert Comment.objects.count() == 2
    yield "both are found again"


def said(text):
    decision = Decision.objects.filter(comment__body=text, actor_kind="key").latest()
    return decision.actor_name, decision.to_status


def held_while_down(blog, url):
    config = blog.folder / "wp-config.php"
    working = config.read_text()
    config.write_text(working.replace(url, "http://127.0.0.1:9"))
    assert blog.comment("Bo", LATER) == "0"
    yield "held while Winnow is down"
    config.write_text(working)
    blog.php("Akismet::cron_recheck();")
    assert blog.status(LATER) == "1"
    assert Comment.objects.filter(body=LATER).count() == 1
    yield "re-checked later"
