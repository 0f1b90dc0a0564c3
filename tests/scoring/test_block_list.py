"""What of a comment is found on a block list."""

import pytest

from moderation.scoring.block_entries import read_entries
from moderation.scoring.block_list import BlockList
from moderation.scoring.evidence import Evidence

FINGERPRINT = b"ann's fingerprint"


def listed(*lines):
    entries = read_entries(lines)
    return BlockList(
        phrases=entries.phrases,
        hosts=frozenset(entries.hosts),
        mail_domains=frozenset(entries.mail_domains),
        addresses=frozenset({FINGERPRINT} if entries.addresses else ()),
    )


def found(lines, body="", **fields):
    return listed(*lines).find(Evidence(body=body, **fields))


@pytest.mark.parametrize(
    ("entry", "body"),
    [
        ("casino", "My CASINO!"),
        ("casino", "my cаsino"),  # noqa: RUF001
        ("casino", "c.a.s.i.n.o, c a s i n o"),
        ("casino", "a c4sin0"),
        ("viagra", "v1agra"),
        ("viagra", "v i a g r a"),
        ("casino", "see http://best.example/casino/"),
        ("buy now", "Buy, now!"),
        ("buy pills now", "buy buy pills now"),
        ("1st", "the 1st"),
        ("赌场", "最好的赌场在这里"),
        ("คาสิโน", "เว็บคาสิโนออนไลน์"),
        ("в кредит", "Машина в кредит"),
        ("facebook.com/pills", "https://www.facebook.com/pills?x=1"),
    ],
)
def test_it_finds_whole_words_in_any_disguise(entry, body):
    assert found([entry], body) == (f"“{entry}”",)


@pytest.mark.parametrize(
    ("entry", "body"),
    [
        ("casino", "casinos"),
        ("casino", "the word cas ino"),
        ("buy now", "buy it now"),
        ("buy now", "now buy"),
        ("buy pills now", "buy pills"),
        ("1st", "ist"),
        ("pills.example", "evil-pills.example"),
        ("pills.example", "pills.example.org"),
        ("@pills.example", "pills.example"),
    ],
)
def test_it_finds_nothing_less(entry, body):
    assert found([entry], body, email_domain="notpills.example") == ()


@pytest.mark.parametrize(
    ("entry", "fields", "told"),
    [
        ("casino", {"author_name": "Best Casino"}, "“casino”"),
        ("casino", {"author_url": "https://best-casino.example"}, "“casino”"),
        ("pills.example", {"author_url": "https://buy.pills.example/"}, "“pills.example”"),
        ("pills.example", {"body": "see buy.PILLS.example"}, "“pills.example”"),
        (".example", {"body": "see pills.example"}, "“example”"),
        ("pills.example", {"email_domain": "mail.pills.example"}, "“pills.example”"),
        ("@pills.example", {"email_domain": "mail.Pills.example"}, "“@pills.example”"),
        ("ann@example.org", {"email_fingerprint": FINGERPRINT}, "the e-mail address"),
    ],
)
def test_it_looks_into_every_field(entry, fields, told):
    assert found([entry], **fields) == (told,)


def test_each_is_told_once_as_its_owner_writes_it():
    lines = ["в кредит", "pills.example", "casino"]

    body = "Casino c4sino В КРЕДИТ pills.example"  # noqa: RUF001
    told = found(lines, body, author_url="http://pills.example")

    assert told == ("“pills.example”", "“casino”", "“в кредит”")


def test_what_was_not_sent_is_not_found():
    assert found(["casino", "pills.example", "@pills.example", "ann@example.org"]) == ()


class Counted(dict):
    """Phrases that count how often they are asked."""

    asked = 0

    def __contains__(self, phrase):
        self.asked += 1
        return super().__contains__(phrase)


def test_a_long_list_costs_no_more_than_a_short_one():
    def asked(size):
        lines = [f"term{number} of number{number}" for number in range(size)]
        phrases = Counted(listed(*lines).phrases)
        assert len(phrases) == size
        one = BlockList(phrases=phrases)
        assert one.find(Evidence(body="a fine article and term7 of number7 " * 20))
        return phrases.asked

    assert asked(65_000) == asked(8) < 400


def test_a_phrase_is_followed_only_as_far_as_it_goes():
    """Tens of thousands of entries that begin alike make no word dear."""
    phrases = Counted(listed(*[f"buy item{number} now" for number in range(1_000)]).phrases)

    assert not BlockList(phrases=phrases).find(Evidence(body="buy " * 100))
    assert phrases.asked <= 200
