"""The buttons: decide one, decide the ticked ones, take back."""

from uuid import uuid4

import pytest
from django.test import Client

from moderation.models import Batch, Comment, Decision
from moderation.services.disclosure import reveal_email
from moderation.status import Status
from tests.factories import actor_of, decide_as, make_scored_comment, make_user

JSON = {"Accept": "application/json"}
QUEUE = "/moderate/"
TICKED = "/moderate/decisions/"


def url(comment):
    return f"/moderate/comments/{comment.pk}/decision/"


def undo_url(decision):
    return f"/moderate/decisions/{decision.pk}/undo/"


def press(client, comment, status="approved", **more):
    """Press a button of a comment in a browser without JavaScript."""
    return client.post(url(comment), {"status": status, "seen_version": comment.version, **more})


def press_key(client, comment, status="approved"):
    """Press a key: queue.js sends the same form and asks for JSON."""
    sent = {"status": status, "seen_version": comment.version}
    return client.post(url(comment), sent, headers=JSON)


def tick(*comments):
    return [f"{comment.pk}:{comment.version}" for comment in comments]


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


def notices(client):
    return client.get(QUEUE).context["notices"]


# --- one comment


@pytest.mark.parametrize("status", [*Status])
def test_it_decides(client_of, alice, site, status):
    comment = make_scored_comment(site)

    response = press(client_of(alice), comment, status)

    assert response.status_code == 303
    assert status_of(comment) == status
    decision = comment.decisions.get()
    assert (decision.actor_name, decision.to_status) == ("alice", status)


def test_a_person_comes_back_to_the_same_place_and_is_told(client_of, alice, site):
    client, comment = client_of(alice), make_scored_comment(site)
    place = f"/moderate/?status=pending&q=wind#comment-{uuid4()}"

    assert press(client, comment, next=place).url == place

    [notice] = notices(client)
    assert notice.text == "Approved."
    assert notice.undo == undo_url(comment.decisions.get())
    assert notices(client) == []


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example/", "/other/", "/moderate/\r\nX-Evil: 1", "", "\\"],
)
def test_it_leads_to_no_other_site(client_of, alice, site, place):
    assert press(client_of(alice), make_scored_comment(site), next=place).url == QUEUE


def test_a_key_is_answered_in_json(client_of, alice, site):
    comment = make_scored_comment(site)

    response = press_key(client_of(alice), comment, "spam")

    assert response.status_code == 200
    assert response.json() == {
        "message": "Marked as spam.",
        "status": "spam",
        "version": 2,
        "undo": undo_url(comment.decisions.get()),
    }


def test_it_hides_other_peoples_comments(client_of, mallory, site):
    comment = make_scored_comment(site)

    assert press(client_of(mallory), comment).status_code == 404
    assert press_key(client_of(mallory), comment).json()["error"]["code"] == "not_found"
    assert status_of(comment) == Status.PENDING


def test_a_strangers_comment_looks_like_none_at_all(client_of, mallory, site):
    client, comment = client_of(mallory), make_scored_comment(site)
    theirs = press(client, comment)
    comment.pk = uuid4()

    nothing = press(client, comment)

    assert theirs.status_code == nothing.status_code == 404
    assert theirs.context["message"] == nothing.context["message"]


def test_it_requires_login(client, site):
    comment = make_scored_comment(site)

    assert press(client, comment).url == "/moderate/sign-in/?next=/moderate/"
    assert press_key(client, comment).status_code == 401
    assert status_of(comment) == Status.PENDING


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"status": "lovely", "seen_version": 1}, "status"),
        ({"seen_version": 1}, "status"),
        ({"status": "spam"}, "seen_version"),
        ({"status": "spam", "seen_version": 0}, "seen_version"),
        ({"status": "spam", "seen_version": 2**31}, "seen_version"),
        ({"status": "spam", "seen_version": "x"}, "seen_version"),
    ],
)
def test_it_rejects_bad_input(client_of, alice, site, sent, field):
    comment = make_scored_comment(site)

    page = client_of(alice).post(url(comment), sent)
    answer = client_of(alice).post(url(comment), sent, headers=JSON)

    assert page.status_code == answer.status_code == 400
    assert field in page.content.decode()
    assert field in answer.json()["error"]["message"]
    assert status_of(comment) == Status.PENDING


def test_the_slower_moderator_is_told_who_did_what_and_when(client_of, alice, site):
    comment = make_scored_comment(site)
    decide_as(make_user("bob", site), comment, Status.SPAM)
    client = client_of(alice)

    answer = press_key(client, comment)
    press(client, comment)

    assert answer.status_code == 409
    message = "Somebody was quicker: bob marked it as spam just now."
    assert answer.json()["error"] == {"code": "conflict", "message": message}
    assert (answer.json()["status"], answer.json()["version"]) == ("spam", 2)
    [notice] = notices(client)
    assert (notice.text, notice.tone) == (message, "bad")
    assert notice.see == f"/moderate/comments/{comment.pk}/"
    assert status_of(comment) == Status.SPAM


def test_an_edited_comment_has_to_be_looked_at_again(client_of, alice, site):
    comment = make_scored_comment(site)
    Comment.objects.filter(pk=comment.pk).update(body="Buy my watches", version=2)

    answer = press_key(client_of(alice), comment)

    assert answer.status_code == 409
    assert "changed since you saw it" in answer.json()["error"]["message"]


def test_pressing_twice_is_one_decision(client_of, alice, site):
    comment = make_scored_comment(site)
    first = press_key(client_of(alice), comment).json()
    comment.refresh_from_db()

    second = press_key(client_of(alice), comment)

    assert second.status_code == 200
    assert second.json() == first
    assert comment.decisions.count() == 1


def test_a_form_without_its_token_is_refused(alice, site):
    comment = make_scored_comment(site)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    answer = press_key(client, comment)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "csrf"
    assert status_of(comment) == Status.PENDING


@pytest.mark.parametrize("address", ["comments/{}/decision/", "decisions/{}/undo/", "decisions/"])
def test_links_change_nothing(client_of, alice, address):
    response = client_of(alice).get(QUEUE + address.format(uuid4()))

    assert response.status_code == 405
    assert "no-store" in response.headers["Cache-Control"]


# --- take one back


def test_it_takes_back(client_of, alice, site):
    comment = make_scored_comment(site)
    decision = decide_as(alice, comment, Status.SPAM)
    client = client_of(alice)

    response = client.post(undo_url(decision), {"next": "/moderate/?q=x"})

    assert (response.status_code, response.url) == (303, "/moderate/?q=x")
    assert status_of(comment) == Status.PENDING
    assert [notice.text for notice in notices(client)] == ["Taken back. Put back to pending."]


def test_taking_back_twice_is_too_late(client_of, alice, site):
    decision = decide_as(alice, make_scored_comment(site), Status.SPAM)
    client = client_of(alice)
    assert client.post(undo_url(decision), headers=JSON).json()["status"] == "pending"

    assert client.post(undo_url(decision), headers=JSON).status_code == 409


def test_it_hides_other_peoples_decisions(client_of, alice, mallory, site):
    comment = make_scored_comment(site)
    decision = decide_as(alice, comment, Status.SPAM)

    assert client_of(mallory).post(undo_url(decision)).status_code == 404
    assert status_of(comment) == Status.SPAM


def test_taking_back_requires_login(client, alice, site):
    decision = decide_as(alice, make_scored_comment(site), Status.SPAM)

    assert client.post(undo_url(decision), headers=JSON).status_code == 401


def test_reading_an_address_cannot_be_taken_back(client_of, alice, site):
    comment = make_scored_comment(site, email="o@example.org")
    reveal_email(comment, actor=actor_of(alice))

    assert client_of(alice).post(undo_url(Decision.objects.get())).status_code == 404


# --- the ticked ones


def test_it_decides_the_ticked_ones_and_takes_them_back(client_of, alice, site):
    client = client_of(alice)
    ticked, left = [make_scored_comment(site) for _ in range(3)], make_scored_comment(site)

    response = client.post(TICKED, {"status": "spam", "chosen": tick(*ticked)})

    assert response.status_code == 303
    assert [status_of(one) for one in (*ticked, left)] == ["spam"] * 3 + ["pending"]
    [notice] = notices(client)
    assert notice.text == "3 comments marked as spam."

    client.post(notice.undo)

    assert [status_of(one) for one in ticked] == ["pending"] * 3
    assert notices(client)[0].text == "Taken back: 3 comments are where they were."


def test_where_somebody_was_quicker_the_ticked_one_is_left_alone(client_of, alice, site):
    comment, contested = make_scored_comment(site), make_scored_comment(site)
    decide_as(make_user("bob", site), contested, Status.APPROVED)
    client = client_of(alice)

    client.post(TICKED, {"status": "spam", "chosen": tick(comment, contested)})

    assert (status_of(comment), status_of(contested)) == ("spam", "approved")
    done, told = notices(client)
    assert done.text == "1 comment marked as spam."
    assert told.text == "Somebody was quicker: bob approved it just now."


def test_many_conflicts_are_counted(client_of, alice, site):
    contested = [make_scored_comment(site) for _ in range(8)]
    bob = make_user("bob", site)
    for comment in contested:
        decide_as(bob, comment, Status.APPROVED)
    client = client_of(alice)

    client.post(TICKED, {"status": "spam", "chosen": tick(*contested)})

    texts = [notice.text for notice in notices(client)]
    assert len(texts) == 6
    assert texts[0] == "0 comments marked as spam."
    assert texts[-1] == "4 more were left alone for the same reason."


def test_other_peoples_comments_are_not_decided(client_of, mallory, site):
    comment = make_scored_comment(site)
    client = client_of(mallory)

    client.post(TICKED, {"status": "spam", "chosen": tick(comment)})

    assert status_of(comment) == Status.PENDING
    assert notices(client)[0].text == "0 comments marked as spam."


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"status": "spam"}, "chosen"),
        ({"status": "spam", "chosen": ["nonsense"]}, "chosen"),
        ({"status": "spam", "chosen": [f"{uuid4()}:x"]}, "chosen"),
        ({"status": "spam", "chosen": [f"{uuid4()}:0"]}, "chosen"),
        ({"status": "spam", "chosen": [f"{uuid4()}:{2**31}"]}, "chosen"),
        ({"status": "lovely", "chosen": [f"{uuid4()}:1"]}, "status"),
        ({"status": "spam", "chosen": [f"{uuid4()}:1" for _ in range(501)]}, "chosen"),
    ],
)
def test_the_bar_rejects_bad_input(client_of, alice, sent, field):
    response = client_of(alice).post(TICKED, sent)

    assert response.status_code == 400
    assert response.context["message"].startswith(f"{field}: ")
    assert Batch.objects.count() == 0


def test_the_bar_requires_login(client, site):
    comment = make_scored_comment(site)

    assert client.post(TICKED, {"status": "spam", "chosen": tick(comment)}).status_code == 302
    assert status_of(comment) == Status.PENDING


def test_a_batch_is_taken_back_once(client_of, alice, site):
    client = client_of(alice)
    client.post(TICKED, {"status": "spam", "chosen": tick(make_scored_comment(site))})
    [notice] = notices(client)
    client.post(notice.undo)

    assert client.post(notice.undo).status_code == 303

    assert notices(client)[-1].text == "This was taken back before."


def test_it_hides_other_peoples_batches(client_of, alice, mallory, site):
    comment = make_scored_comment(site)
    client_of(alice).post(TICKED, {"status": "spam", "chosen": tick(comment)})
    batch = Batch.objects.get()

    assert client_of(mallory).post(f"/moderate/batches/{batch.pk}/undo/").status_code == 404
    assert status_of(comment) == Status.SPAM
