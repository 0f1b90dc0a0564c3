import subprocess
import sys

import numpy as np
import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.tokens import SLOTS, Field, cut


def words_of(body):
    tokens = cut([Evidence(body=body)])
    places = zip(tokens.words.starts.tolist(), tokens.words.ends.tolist(), strict=True)
    return [body[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", []),
        ("   ", []),
        ("!?...", []),
        ("Hello, wörld!", ["Hello", "wörld"]),
        ("c\u200bheap  pills", ["c\u200bheap", "pills"]),
        ("e\u0301te\u0301 x", ["e\u0301te", "x"]),
        ("中文 ok", ["中", "文", "ok"]),
        ("so😀good", ["so", "😀", "good"]),
        ("\ud800 half", ["half"]),
        ("a\x00b", ["a\x00b"]),
    ],
)
def test_words_stand_where_they_were_written(body, words):
    assert words_of(body) == words


def test_disguised_words_fall_into_the_same_slots():
    plain = cut([Evidence(body="cheap pills")])
    disguised = cut([Evidence(body="\u200bｃhéap   \U0001d429ills\u00ad")])  # noqa: RUF001

    assert plain.words.slots.tolist() == disguised.words.slots.tolist()
    assert plain.pair_slots.tolist() == disguised.pair_slots.tolist()
    assert plain.gram_slots.tolist() == disguised.gram_slots.tolist()


def test_each_field_has_slots_of_its_own():
    tokens = cut([Evidence(body="jane", author_name="jane", author_url="jane")])

    assert tokens.segments.fields.tolist() == list(Field)
    assert len(set(tokens.words.slots.tolist())) == 3


def test_fields_that_were_not_sent_leave_nothing():
    tokens = cut([Evidence(body="a b", author_name="", author_url=""), Evidence(body="")])

    assert tokens.segments.texts == ["a b"]
    assert tokens.words.segments.tolist() == [0, 0]


def test_nothing_runs_over_from_one_comment_to_the_next():
    together = cut([Evidence(body="one two"), Evidence(body="three four")])
    apart = [cut([Evidence(body=body)]) for body in ("one two", "three four")]

    for name in ("pair_slots", "gram_slots"):
        expected = sorted(slot for tokens in apart for slot in getattr(tokens, name).tolist())
        assert sorted(getattr(together, name).tolist()) == expected


def test_an_n_gram_belongs_to_a_word_of_its_own_segment():
    tokens = cut([Evidence(body="one two", author_name="... x"), Evidence(body="!?! ok")])
    owned = tokens.gram_words >= 0

    owners = tokens.words.segments[tokens.gram_words[owned]]
    assert owners.tolist() == tokens.gram_segments[owned].tolist()
    assert not owned.all()


def test_slots_are_within_the_table():
    tokens = cut([Evidence(body="the quick brown fox " * 50)])

    for slots in (tokens.words.slots, tokens.pair_slots, tokens.gram_slots):
        assert slots.min() >= 0
        assert slots.max() < SLOTS


def test_an_empty_batch():
    tokens = cut([])

    assert tokens.words.slots.size == tokens.pair_slots.size == tokens.gram_slots.size == 0


def test_slots_are_the_same_in_every_process():
    program = (
        "from moderation.scoring.evidence import Evidence\n"
        "from moderation.scoring.tokens import cut\n"
        "print(cut([Evidence(body='cheap pills 中文')]).gram_slots.sum())"
    )

    sums = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert sums == {str(np.sum(cut([Evidence(body="cheap pills 中文")]).gram_slots))}
