"""Late verdicts against real local blogs: what is told, to whom, when, and what never is."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.channels.base import Receipt
from moderation.models import Blog, Check, Comment, Delivery, Lesson, Role, SiteKey
from moderation.models.actor import POLICY
from moderation.services import checks, nudge
from moderation.services.bulk import decide_many
from moderation.services.deliveries import Result, claim, record, send_waiting
from moderation.services.keys import add_plugin_key, revoke_key
from moderation.services.nudge import SCORE_WAITING
from moderation.services.sites import create_site
from moderation.services.training import learn_waiting
from moderation.services.triage import score_waiting
from moderation.services.upkeep import purge_expired
from moderation.status import Status
from tests.api.akismet import HAM, call, word
from tests.api.akismet import check as ask
from tests.factories import actor_of, decide_as, make_scored_comment, make_user
from tests.sinks import always, http_sink

SUCCESS = {"status": "success"}


def answering(told):
    """A plugin that says this about every comment."""

    def answer(request):
        comments = {one["guid"]: told for one in request.json["comments"]}
        return 200, {}, json.dumps({"comments": comments}).encode()

    return answer


class Visited:
    """A blog that runs, with the site that it belongs to."""

    def __init__(self, sink, made):
        self.sink, self.made, self.key = sink, made, made.plugin_key
        self.url = sink.url.removesuffix("/hook")
        self.moderator = make_user(f"moderator of {made.site.name}", made.site)

    def check(self, text=HAM["comment_content"], key="", **fields):
        fields = {
            **HAM,
            "blog": self.url,
            "permalink": f"{self.url}/post/",
            "comment_content": text,
            "callback": self.sink.url,
            **fields,
        }
        return ask(key or self.key, fields)

    def comment(self, text=HAM["comment_content"], **more):
        """Return a comment that was checked."""
        return Comment.objects.get(pk=self.check(text, **more)["X-akismet-guid"])

    def report(self, verb, comment, key=""):
        fields = {**HAM, "blog": self.url, "guid": str(comment.pk), "api_key": key or self.key}
        return word(call(f"/1.1/submit-{verb}", fields))

    def decide(self, comment, status):
        return decide_as(self.moderator, comment, status)

    def undo(self, decision):
        headers = {"Authorization": f"Bearer {self.made.review_key}"}
        return Client().post(f"/api/v1/decisions/{decision.pk}/undo/", headers=headers)

    @property
    def told(self):
        return [
            (one["guid"], one["result"])
            for request in self.sink.requests
            for one in request.json["comments"]
        ]


@pytest.fixture
def let_in(settings):
    """Allow this machine, as an operator could, and the ports of these blogs."""

    def let_in(*sinks):
        settings.EGRESS_ALLOW = ["127.0.0.1/32"]
        settings.EGRESS_PORTS = [443, *(sink.port for sink in sinks)]

    return let_in


@pytest.fixture
def blog(db, let_in):
    with http_sink(answering(SUCCESS)) as sink:
        let_in(sink)
        yield Visited(sink, create_site("Blog", f"http://127.0.0.1:{sink.port}"))


# --- what is told


def test_a_decision_reaches_the_blog_as_its_plugin_expects_it(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)

    send_waiting()

    [request] = blog.sink.requests
    assert request.json == {
        "key": blog.key,
        "endpoint": "comment-check",
        "comments": [{"guid": str(comment.pk), "result": "true"}],
    }
    assert "x-akismet-webhook" in request.headers
    assert request.headers["content-type"] == "application/json"
    assert Check.objects.get().held_as_spam is True
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("when_unsure", "status", "told"),
    [
        ("publish", Status.SPAM, ["true"]),
        ("publish", Status.REJECTED, ["true"]),
        ("publish", Status.APPROVED, ["false"]),  # its plugin may still keep it back
        ("spam", Status.APPROVED, ["false"]),
        ("spam", Status.SPAM, []),
    ],
)
def test_only_what_changes_the_answer_or_ends_a_wait_is_told(blog, when_unsure, status, told):
    type(blog.made.site).objects.update(when_unsure=when_unsure)
    blog.decide(blog.comment(), status)

    send_waiting()

    assert [result for _, result in blog.told] == told


def test_a_comment_that_no_plugin_keeps_back_any_more_is_approved_in_silence(blog):
    comment = blog.comment()
    Check.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    blog.decide(comment, Status.APPROVED)

    assert not Delivery.objects.exists()


def test_taking_a_decision_back_tells_the_older_verdict_again(blog):
    comment = blog.comment()
    decision = blog.decide(comment, Status.SPAM)
    send_waiting()

    assert blog.undo(decision).status_code == 201
    send_waiting()

    assert blog.told == [(str(comment.pk), "true"), (str(comment.pk), "false")]
    assert Check.objects.get().held_as_spam is False


def test_from_spam_to_rejected_is_nothing_new(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    send_waiting()
    blog.decide(comment, Status.REJECTED)
    send_waiting()

    assert len(blog.told) == 1


def test_the_latest_decision_wins_and_the_one_before_is_dropped(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    blog.decide(comment, Status.APPROVED)

    send_waiting()

    assert [result for _, result in blog.told] == ["false"]
    assert [row.state for row in Delivery.objects.all()] == ["sent"]


def test_a_decision_while_the_one_before_is_on_its_way_follows_it(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    [row] = claim(1)
    blog.decide(comment, Status.APPROVED)  # as the blog still holds it, as far as is known
    record([Result(row, Receipt(200))])

    send_waiting()

    assert [result for _, result in blog.told] == ["false"]
    assert Check.objects.get().held_as_spam is False


# --- who is not told


def test_the_request_itself_tells_what_it_judged(blog):
    blog.check(comment_author="viagra-test-123")
    blog.check("By hand.", user_role="administrator")

    assert {check.held_as_spam for check in Check.objects.all()} == {True, False}
    assert not Delivery.objects.exists()


def spam_is_everything(site):
    site.approve_below = site.spam_above = 0.0
    site.hold_first_time = False
    site.save()


def test_a_check_that_comes_again_is_answered_and_told_nothing_besides(blog, monkeypatch):
    spam_is_everything(blog.made.site)
    monkeypatch.setattr(checks, "BUDGET_SECONDS", 0)
    first = word(blog.check())
    monkeypatch.setattr(checks, "BUDGET_SECONDS", 30)

    second = word(blog.check(recheck_reason="retry"))

    assert (first, second, Comment.objects.count()) == ("false", "true", 1)
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_finds_after_the_answer_is_told(blog, monkeypatch):
    spam_is_everything(blog.made.site)
    monkeypatch.setattr(checks, "BUDGET_SECONDS", 0)
    # A worker that is quicker than the answer's last lines.
    monkeypatch.setattr(nudge, "ring", lambda task: task == SCORE_WAITING and score_waiting())
    answer = blog.check()

    send_waiting()

    assert word(answer) == "false"
    assert Comment.objects.get().status == Status.SPAM
    assert blog.told == [(answer["X-akismet-guid"], "true")]


@pytest.mark.parametrize("verb", ["spam", "ham"])
def test_what_was_decided_at_the_blog_is_not_echoed(blog, verb):
    comment = blog.comment()
    blog.report("spam", comment)
    blog.report(verb, comment)

    assert not Delivery.objects.exists()


def test_the_blogs_own_word_takes_the_place_of_what_waits(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    blog.report("ham", comment)

    send_waiting()

    assert blog.told == []
    assert not Delivery.objects.exists()


def test_two_plugins_on_one_site_are_each_told_of_their_own(blog, let_in):
    with http_sink(answering(SUCCESS)) as sink:
        let_in(blog.sink, sink)
        site = blog.made.site
        site.origins = [*site.origins, f"http://127.0.0.1:{sink.port}"]
        site.save()
        second = add_plugin_key(site, name="second", actor=POLICY)
        other = Visited.__new__(Visited)
        other.sink, other.key, other.url = sink, second.text, f"http://127.0.0.1:{sink.port}"
        here, there = blog.comment(), other.comment()
        blog.decide(here, Status.SPAM)
        other.report("spam", there)  # its own
        send_waiting()
        assert (blog.told, other.told) == ([(str(here.pk), "true")], [])

        other.report("ham", here)  # the first one's: that one has to hear of it
        assert Check.objects.get(comment=here).held_as_spam is True
        send_waiting()

    assert blog.told[1:] == [(str(here.pk), "false")]
    assert [request.json["key"] for request in blog.sink.requests] == [blog.key] * 2
    assert other.told == []


def test_another_sites_blog_hears_nothing(blog, alice, site):
    blog.comment()
    stranger = make_scored_comment(site, source="akismet")

    decide_as(alice, stranger, Status.SPAM)

    assert not Delivery.objects.exists()


def switch_off(blog):
    call("/1.1/deactivate", {"blog": blog.url, "api_key": blog.key})


def revoke(blog):
    revoke_key(SiteKey.objects.get(kind="plugin"), actor=POLICY)


def move_away(blog):
    blog.made.site.origins = ["https://elsewhere.example"]
    blog.made.site.save()


def lead_elsewhere(blog):
    Blog.objects.update(callback=f"http://localhost:{blog.sink.port}/hook")


@pytest.mark.parametrize("change", [switch_off, revoke, move_away, lead_elsewhere])
def test_a_blog_that_may_not_be_told_any_more_gets_nothing(blog, change):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    change(blog)

    send_waiting()

    assert blog.sink.requests == []
    assert Delivery.objects.get().state == "dead"
    assert Check.objects.get().held_as_spam is False


def test_a_private_address_is_refused_without_the_operators_word(blog, settings):
    settings.EGRESS_ALLOW = []
    blog.decide(blog.comment(), Status.SPAM)

    send_waiting()

    assert blog.sink.requests == []
    assert Delivery.objects.get().last_words == "no answer from this address"


# --- what goes wrong


@pytest.mark.parametrize(
    "answer",
    [
        always(500),
        always(302, {"Location": "http://127.0.0.1/elsewhere"}),
        always(200, body=b"<html>"),
        always(200, body=b"[]"),
        always(200, body=b'{"comments": []}'),
        always(200, body=b'{"comments": {"other": {"status": "success"}}}'),
        always(200, body=b"[" * 60_000),
        answering("success"),
        answering({"status": "perhaps"}),
    ],
)
def test_what_is_not_a_yes_is_tried_again(blog, answer):
    comment = blog.comment()
    blog.sink.answer = answer
    blog.decide(comment, Status.SPAM)
    send_waiting()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, len(blog.sink.requests)) == ("waiting", 1, 1)
    assert Check.objects.get().held_as_spam is False
    blog.sink.answer = answering(SUCCESS)

    with time_machine.travel(row.next_at):
        send_waiting()

    assert Delivery.objects.get().state == "sent"
    assert Check.objects.get().held_as_spam is True


def test_a_comment_that_the_blog_does_not_know_is_given_up_soon_and_holds_nobody_up(blog):
    gone, known = blog.comment(), blog.comment("Another one.")

    def answer(request):
        guid = request.json["comments"][0]["guid"]
        unknown = {"status": "error", "message": "Could not find\nmatching comment."}
        return answering(unknown if guid == str(gone.pk) else SUCCESS)(request)

    blog.sink.answer = answer
    decide_many([gone.pk, known.pk], status=Status.SPAM, actor=actor_of(blog.moderator))
    send_waiting()
    assert sorted(row.state for row in Delivery.objects.all()) == ["sent", "waiting"]

    with time_machine.travel(timezone.now(), tick=False) as clock:
        while row := Delivery.objects.waiting().first():
            clock.move_to(row.next_at)
            send_waiting()

    row = Delivery.objects.get(comment=gone)
    assert (row.state, row.attempts) == ("dead", 3)
    assert row.last_words == "Could not find matching comment."
    assert not Check.objects.get(comment=gone).held_as_spam


def test_the_key_stands_in_the_body_and_nowhere_else(blog, caplog, nudges):
    comment = blog.comment()

    def echo(request):
        return answering({"status": "error", "message": f"no {blog.key.upper()}"})(request)

    blog.sink.answer = echo
    blog.decide(comment, Status.SPAM)
    send_waiting()
    assert Delivery.objects.get().last_words == "the blog reports an error"
    blog.sink.answer = lambda request: (500, {}, request.body)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send_waiting()

    for request in blog.sink.requests:
        assert blog.key in request.body.decode()
        assert blog.key not in request.path + str(request.headers)
    kept = str([list(Delivery.objects.values()), list(Check.objects.values()), nudges])
    assert blog.key not in (kept + caplog.text).lower()
    assert HAM["comment_content"] not in kept + str([r.body for r in blog.sink.requests])


# --- how much it costs, and the end


def test_any_number_of_comments_takes_the_same_statements(blog):
    def statements(size):
        comments = [blog.comment(f"Number {n} of {size}.") for n in range(size)]
        with CaptureQueriesContext(connection) as captured:
            decide_many(
                [comment.pk for comment in comments],
                status=Status.SPAM,
                actor=actor_of(blog.moderator),
            )
        return len(captured)

    assert statements(20) == statements(2)
    assert Delivery.objects.count() == 22


def test_comments_from_elsewhere_cost_nothing_more(blog):
    def statements(**fields):
        comment = make_scored_comment(blog.made.site, **fields)
        with CaptureQueriesContext(connection) as captured:
            blog.decide(comment, Status.SPAM)
        return len(captured)

    assert statements() == statements(source="akismet") - 1  # who asked about it: nobody


def test_retention_is_quiet_and_what_was_learnt_stays(blog):
    comment = blog.comment()
    blog.decide(comment, Status.SPAM)
    learn_waiting()
    send_waiting()
    lessons = list(Lesson.objects.values())
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))

    purge_expired()
    learn_waiting()
    send_waiting()

    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("", Status.SPAM)
    assert len(lessons) == 1
    assert list(Lesson.objects.values()) == lessons
    assert len(blog.told) == Delivery.objects.count() == 1


# --- what owners see


def test_owners_see_how_their_blogs_took_it_and_nobody_elses(blog, client_of, site):
    comment = blog.comment()
    olga = client_of(make_user("olga", blog.made.site, site, role=Role.OWNER))
    own, other = (f"/moderate/sites/{one.pk}/webhooks/" for one in (blog.made.site, site))
    assert "Nothing had to be told yet." in olga.get(own).content.decode()
    blog.decide(comment, Status.SPAM)
    send_waiting()

    page = olga.get(own).content.decode()

    assert blog.url in page
    assert "last decision" in page
    assert blog.key not in page
    assert blog.url not in olga.get(other).content.decode()
