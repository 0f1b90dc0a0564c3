import subprocess
import sys

import pytest

from moderation.scoring import tokens
from moderation.scoring.evidence import Evidence
from moderation.scoring.tokens import (
    SLOTS,
    Field,
    code_of,
    codes_of,
    cut,
    parts,
    piece_codes,
    slots_of,
)
from moderation.scoring.words import place_words, plain_word


def words_of(body):
    blanked = dict(parts(Evidence(body=body))).get(Field.BODY, "")
    return [body[start:end] for start, end in place_words(blanked)]


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
        ("<b>bold</b> word", ["bold", "word"]),
        ("c a s i n o now", ["c a s i n o", "now"]),
    ],
)
def test_words_stand_where_they_were_written(body, words):
    assert words_of(body) == words


def test_disguised_words_fall_into_the_same_slots():
    plain = cut([Evidence(body="cheap casino pills")])
    disguised = cut([Evidence(body="\u200bｃhéap c 4 s 1 n o  \U0001d429ills\u00ad")])  # noqa: RUF001

    assert plain.codes().tolist() == disguised.codes().tolist()


def test_links_are_a_field_of_their_own_and_leave_a_gap():
    body = "see https://a.example/x, or www.b.example or https://a.example/x"

    found = dict(parts(Evidence(body=body)))

    assert found[Field.LINKS] == "https://a.example/x, www.b.example https://a.example/x"
    assert found[Field.BODY].split() == ["see", "or", "or"]
    assert len(found[Field.BODY]) == len(body)


def test_each_field_has_slots_of_its_own_and_links_share_the_websites():
    slots = {slots_of("jane", name).alone for name in (Field.BODY, Field.AUTHOR, Field.WEBSITE)}

    assert len(slots) == 3


def test_fields_that_were_not_sent_leave_nothing():
    cut_up = cut([Evidence(body="ab cd", author_name="", author_url=""), Evidence(body="")])

    assert cut_up.segments.texts == ["ab cd"]
    assert cut_up.words == [["ab", "cd"]]
    assert cut_up.owners.tolist() == [0, 0]


def test_pieces_of_words_know_the_borders_and_no_digit_from_another():
    assert piece_codes("ab", 7) == [code_of("<ab", 7), code_of("ab>", 7), code_of("<ab>", 7)]
    assert piece_codes("éé", 0) == [code_of("<éé"), code_of("éé>"), code_of("<éé>")]
    assert piece_codes("slot88", 0) == piece_codes("slot77", 0)
    assert len(piece_codes("aaaa", 0)) == len(
        {"<aa", "aaa", "aa>", "<aaa", "aaaa", "aaa>", "<aaaa", "aaaa>"}
    )
    assert piece_codes("中", 0) == []


def test_slots_are_within_the_table():
    found = slots_of("x" * 1000, Field.BODY)

    slots = [found.alone, found.left, found.right, *found.pieces]
    assert min(slots) >= 0
    assert max(slots) < SLOTS
    assert found == slots_of("x" * 1001, Field.BODY)


def test_more_words_than_it_remembers_keep_their_codes(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_CODES", 3)
    words = ["ca5ino", "tea", "сasino", "x" * 99, "post"] * 2  # noqa: RUF001

    assert codes_of(words, 10).tolist() == [code_of(plain_word(word)) for word in words]


def test_an_empty_batch():
    cut_up = cut([])

    assert cut_up.words == []
    assert cut_up.codes().size == 0


def test_slots_are_the_same_in_every_process():
    program = (
        "from moderation.scoring.tokens import Field, slots_of\n"
        "print(slots_of('pillen中', Field.AUTHOR))"
    )

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert printed == {str(slots_of("pillen中", Field.AUTHOR))}


def test_a_link_to_the_site_itself_leads_nowhere():
    body = "see https://own.example/a and https://other.example/b"

    within = dict(parts(Evidence(body=body, own_hosts=("own.example",))))

    assert within[Field.LINKS] == "https://other.example/b"
    assert within[Field.BODY] == f"see {' ' * 21} and {' ' * 23}"
    assert Field.LINKS not in dict(parts(Evidence(body=body[:25], own_hosts=("own.example",))))
