"""What a comment can teach: its words, pairs, author and hosts, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.evidence import Evidence
from moderation.scoring.habits import habits_of
from moderation.scoring.learning import Kind, find_clues, pack_slots, read_slots


def clues_of(**fields):
    """Return the kind and the text of each clue of one comment, but for its habits."""
    clues = find_clues([Evidence(**{"body": "", **fields})])
    return {
        (Kind(kind), clues.texts[place][slice(*clues.span(number))])
        for number, (kind, place) in enumerate(zip(clues.kinds, clues.places, strict=True))
        if kind != Kind.HABIT
    }


def test_words_and_pairs_of_the_body():
    assert clues_of(body="Cheap pills, cheap!") == {
        (Kind.WORD, "Cheap"),
        (Kind.WORD, "pills"),
        (Kind.PAIR, "Cheap pills"),
        (Kind.PAIR, "pills, cheap"),
    }


def test_of_links_and_tags_only_the_hosts_teach_and_spans_are_as_written():
    assert clues_of(body="<b>Buy</b> https://a.example/pills now") == {
        (Kind.WORD, "Buy"),
        (Kind.WORD, "now"),
        (Kind.PAIR, "Buy</b> https://a.example/pills now"),
        (Kind.HOST, "a.example"),
    }


def test_words_and_the_whole_of_the_authors_name():
    assert clues_of(author_name="Max  Win") == {
        (Kind.AUTHOR_WORD, "Max"),
        (Kind.AUTHOR_WORD, "Win"),
        (Kind.AUTHOR, "Max  Win"),
    }


@pytest.mark.parametrize(
    ("fields", "hosts"),
    [
        ({"body": "see https://www.Shop.example/x?y=z."}, {"Shop.example"}),
        ({"body": "[url=http://a.example]b[/url] www.b.example"}, {"a.example", "b.example"}),
        ({"body": "https://me:pw@shop.example:8080"}, {"shop.example"}),
        ({"body": "http://www.example"}, {"www.example"}),
        ({"body": "1.5 euros e.g. today"}, set()),
        ({"author_url": "shop.example/about"}, {"shop.example"}),
        ({"author_url": "HTTP://shop.example"}, {"shop.example"}),
        ({"author_url": "none"}, set()),
        ({"author_name": "https://shop.example"}, set()),
    ],
)
def test_hosts_of_body_and_website(fields, hosts):
    assert {text for kind, text in clues_of(**fields) if kind == Kind.HOST} == hosts


def slots(**fields):
    clues = find_clues([Evidence(**{"body": "", **fields})])
    return set(clues.slots[clues.kinds != Kind.HABIT].tolist())


def test_habits_are_told_in_words_and_stand_nowhere():
    batch = [Evidence(body=""), Evidence(body="see http://a.example", author_name="Ann Lee")]
    clues = find_clues(batch)

    habits = [n for n, kind in enumerate(clues.kinds) if kind == Kind.HABIT]

    assert {clues.owners[n] for n in habits} == {1}
    assert {clues.quote(n) for n in habits} == {(habit, None) for habit in habits_of(batch[1])}


def test_a_host_is_the_same_in_body_and_website():
    in_body, as_website = slots(body="see http://Shop.example"), slots(author_url="shop.EXAMPLE/x")

    assert len(as_website) == 1
    assert as_website < in_body


def test_a_word_is_another_one_as_a_name():
    assert not slots(body="Max") & slots(author_name="Max")
    assert slots(author_name="Max Win") != slots(author_name="Win Max")


def test_disguises_are_undone():
    assert slots(body="сasino") == slots(body="CASINO") == slots(body="ca\u200bsino")  # noqa: RUF001


texts = st.text(max_size=60) | st.sampled_from(
    ["a b a b", "http://x.example www.x.example", "中文"]
)
comments = st.builds(Evidence, body=texts, author_name=texts, author_url=texts)


@given(st.lists(comments, max_size=6))
def test_a_batch_teaches_what_each_comment_would_alone(batch):
    together = find_clues(batch)

    for number, evidence in enumerate(batch):
        own = together.slots[together.of(number)]
        assert own.tolist() == sorted(set(own.tolist()))
        assert own.tolist() == find_clues([evidence]).slots.tolist()
        assert read_slots(pack_slots(own)).tolist() == own.tolist()
        assert all(0 <= slot < 2**31 for slot in own.tolist())
