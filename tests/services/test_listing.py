"""What stands on a site's block list counts in its scores, and costs no statement to speak of."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.models import BlockList, Comment
from moderation.models.actor import POLICY
from moderation.scoring import block_list
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row
from moderation.services import listing, triage
from moderation.services.block_lists import drop_block_list
from moderation.services.listing import Kept, add_listed
from moderation.services.previews import preview_scores
from tests.factories import keep_list, make_comment, make_judged_comment, make_site

BODY = "My favourite garden centre is at tulips.example, next to the mill."


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Processes begin without any list; a test may look into what they keep."""
    kept = Kept()
    monkeypatch.setattr(listing, "KEPT", kept)
    return kept


@pytest.fixture
def scored():
    def scored(site, body=BODY, **fields):
        return make_judged_comment(site, body=body, author_name="Bo", **fields)

    return scored


def reasons_of(comment):
    return [reason["text"] for reason in comment.reasons if reason["feature"] == "block_list"]


def statements(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured if "blocklist" in query["sql"]]


def test_a_hit_raises_the_score_and_says_why(site, scored):
    before = scored(site)
    keep_list(site, "tulips.example", "garden centre", "casino")

    after = scored(site)

    assert after.score > before.score
    assert reasons_of(after) == ["on your block list: “tulips.example”, “garden centre”"]
    assert reasons_of(before) == []


def test_it_is_that_sites_alone(site, scored):
    elsewhere = make_site()
    before = scored(elsewhere).score
    keep_list(site, "tulips.example")

    assert scored(elsewhere).score == before


def test_an_address_is_recognised(site, scored):
    keep_list(site, "Ann@example.org")

    assert reasons_of(scored(site, email="bob@example.org")) == []
    assert reasons_of(scored(site, email="ANN@example.org")) == [
        "on your block list: the e-mail address"
    ]


def test_a_domain_of_addresses_is_recognised(site, scored):
    keep_list(site, "@example.org")

    assert reasons_of(scored(site, email="a@mail.example.org")) == [
        "on your block list: “@example.org”"
    ]


def test_a_changed_list_counts_at_once(site, scored):
    keep_list(site, "tulips.example")
    scored(site)
    keep_list(site, "garden centre")
    assert reasons_of(scored(site)) == ["on your block list: “garden centre”"]

    drop_block_list(site, actor=POLICY)
    assert reasons_of(scored(site)) == []


def test_no_list_costs_no_statement(site, scored):
    other = make_site()
    keep_list(other, "casino")

    assert statements(lambda: scored(site)) == []


def test_a_batch_costs_one_statement_for_all_sites_and_then_none(site):
    sites = [keep_list(one, f"tulip{n}") for n, one in enumerate([site, make_site(), make_site()])]

    def batch(size):
        for number in range(size):
            make_comment(sites[number % 3], body=f"tulip{number % 3} {number}")
        return statements(triage.score_waiting)

    assert len(batch(30)) == 1
    assert batch(60) == []
    texts = {text for comment in Comment.objects.all() for text in reasons_of(comment)}
    assert texts == {f"on your block list: “tulip{number}”" for number in range(3)}


def test_a_list_that_is_just_going_is_none(site):
    keep_list(site, "tulips.example")
    comment = make_comment(site)
    BlockList.objects.all().delete()
    evidence = {comment.pk: Evidence(body=BODY)}

    assert add_listed([comment], evidence) == evidence


def test_an_empty_list_is_known_too(site):
    keep_list(site, "192.0.2.1")
    comment = make_comment(site)
    evidence = {comment.pk: Evidence(body=BODY)}

    assert len(statements(lambda: add_listed([comment], evidence))) == 1
    assert statements(lambda: add_listed([comment], evidence)) == []


def test_a_process_keeps_no_more_than_it_may(fresh, monkeypatch):
    monkeypatch.setattr(listing, "MOST_KEPT", 5)
    lists = [block_list.BlockList(hosts=frozenset(map(str, range(3)))) for _ in range(2)]

    fresh.add("first", "1", lists[0])
    fresh.add("second", "1", lists[1])

    assert fresh.get("first", "1") is None
    assert fresh.get("second", "1") is lists[1]
    assert fresh.get("second", "2") is None


def test_a_preview_knows_the_list(site):
    row = Row(evidence=Evidence(body=BODY))
    [before] = preview_scores(site, [row])
    keep_list(site, "tulips.example")

    [after] = preview_scores(site, [row])

    assert after.value > before.value
