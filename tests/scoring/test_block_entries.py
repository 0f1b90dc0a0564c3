"""Reading an owner's list: each kind in one spelling, what is left out, what is refused."""

import pytest

from moderation.scoring.block_entries import BadEntries, Fault, LeftOut, read_entries


@pytest.mark.parametrize(
    ("line", "kind", "spelling"),
    [
        ("Casino", "phrases", "casino"),
        ("  buy\tNOW ", "phrases", "buy now"),
        ("c a s i n o", "phrases", "casino"),
        ("cаsino", "phrases", "casino"),  # noqa: RUF001
        ("free-spins", "phrases", "free spins"),
        ("1st", "phrases", "1st"),
        ("c@sino", "phrases", "c@sino"),
        ("b@d", "phrases", "b@d"),
        ("赌场", "phrases", "赌 场"),
        ("facebook.com/pills", "phrases", "facebook com pills"),
        ("https://facebook.com/pills", "phrases", "facebook com pills"),
        ("pills.example", "hosts", "pills.example"),
        ("*.Pills.example", "hosts", "pills.example"),
        ("http://www.pills.example:80/", "hosts", "pills.example"),
        ("bücher.example", "hosts", "xn--bcher-kva.example"),
        (".xyz", "hosts", "xyz"),
        ("@Pills.example", "mail_domains", "pills.example"),
        ("*@pills.example", "mail_domains", "pills.example"),
        ("Ann.Lee@example.org", "addresses", "Ann.Lee@example.org"),
        ("ann＠example.org", "addresses", "ann@example.org"),  # noqa: RUF001
    ],
)
def test_every_kind_has_one_spelling(line, kind, spelling):
    entries = read_entries([line])

    kinds = ("phrases", "hosts", "mail_domains", "addresses")
    assert {name: list(getattr(entries, name)) for name in kinds} == {
        name: [spelling] if name == kind else [] for name in kinds
    }
    assert not entries.left_out


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.0.2.7", LeftOut.NETWORKS),
        ("192.0.2.0/24", LeftOut.NETWORKS),
        ("192.0.", LeftOut.NETWORKS),
        ("192.0.2.*", LeftOut.NETWORKS),
        ("2001:db8::/32", LeftOut.NETWORKS),
        ("hi", LeftOut.TOO_SHORT),
        ("c++", LeftOut.TOO_SHORT),
        ("!!!", LeftOut.TOO_SHORT),
        ("\u200b", LeftOut.TOO_SHORT),
        ("赌", LeftOut.TOO_SHORT),
        ("The", LeftOut.COMMON_WORDS),
        ("with the", LeftOut.COMMON_WORDS),
        ("in my", LeftOut.COMMON_WORDS),
        ("_credit", LeftOut.PIECES),
        ("-cheap", LeftOut.PIECES),
        ("/buy/", LeftOut.PIECES),
        ("great!!", LeftOut.PIECES),
        ("href=", LeftOut.PIECES),
        ("don''t", LeftOut.PIECES),
        ("sales@", LeftOut.PIECES),
        ("b.u.y", LeftOut.PIECES),
        ("b.u.y it", LeftOut.PIECES),
    ],
)
def test_what_would_hit_everything_or_something_else_is_left_out(line, reason):
    entries = read_entries(["casino", line])

    assert entries.left_out == {reason: 1}
    assert list(entries.phrases) == ["casino"]
    assert [*entries.hosts, *entries.mail_domains, *entries.addresses] == []


def test_blank_lines_and_comments_say_nothing():
    entries = read_entries(["", "  ", "# casino", "casino", "Casino"])

    assert list(entries.phrases) == ["casino"]
    assert not entries.left_out


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x" * 201, Fault.TOO_LONG),
        ("a@b@c.example", Fault.ADDRESS),
        ("Ann <ann@example.org>", Fault.ADDRESS),
        ("ann@example.org is a spammer", Fault.ADDRESS),
    ],
)
def test_bad_lines_are_named_by_their_numbers(line, fault):
    with pytest.raises(BadEntries) as refused:
        read_entries(["casino", "# fine", line, "roulette"])

    assert refused.value.faults == {3: fault}
    assert line not in str(refused.value)
