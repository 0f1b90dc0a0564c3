"""Block lists are kept in normal spelling, without anybody's address."""

import logging

import pytest
from django.db import connection

from moderation.models import BlockList
from moderation.services.block_lists import (
    MOST_FAULTS,
    InvalidBlockList,
    block_list_of,
    drop_block_list,
    keep_block_list,
)
from tests.factories import make_site


@pytest.fixture
def keep(site, actor):
    def keep(*lines, site=site):
        kept = keep_block_list(site, lines, actor=actor)
        site.refresh_from_db()
        return kept

    return keep


def test_what_is_kept_is_counted(keep, site):
    keep("Casino", "casino", "pills.example", "@spam.example", "a@b.example", "192.0.2.1", "hi")

    kept = block_list_of(site)
    assert kept.counts == {"phrases": 1, "hosts": 1, "mail_domains": 1, "addresses": 1}
    assert kept.left_out == {"networks": 1, "too_short": 1, "common_words": 0, "pieces": 0}
    assert (kept.changed_by, kept.version) == ("alice", site.block_list_version)


def test_another_list_takes_its_place(keep, site):
    keep("casino")
    keep("roulette", "в кредит")

    assert BlockList.objects.get().entries["phrases"] == {"roulette": "", "b kpeдиt": "в кредит"}


def test_the_version_names_the_entries(keep, site):
    first = keep("casino", "pills.example").version

    assert keep("# sorted", "pills.example", "Casino").version == first
    assert keep("casino").version != first


def test_a_dropped_list_is_gone(keep, site, actor):
    keep("casino")

    drop_block_list(site, actor=actor)
    drop_block_list(site, actor=actor)

    site.refresh_from_db()
    assert (site.block_list_version, block_list_of(site).version) == ("", "")
    assert not BlockList.objects.exists()


def test_a_list_goes_with_its_site_alone(keep, site):
    other = make_site()
    keep("casino")
    keep("casino", site=other)

    other.delete()

    assert BlockList.objects.get().site == site


def test_no_address_stands_anywhere(keep, site, caplog):
    """Neither in the row nor in a log, nor in the refusal of a line that is nearly one."""
    with caplog.at_level(logging.DEBUG):
        keep("Ann.Lee@private.example", "casino")
        with pytest.raises(InvalidBlockList) as refused:
            keep("Ann.Lee@private.example is a spammer")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM moderation_blocklist")
        row = str(cursor.fetchall())
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    for text in (row, logged, str(refused.value), str(refused.value.why)):
        assert "private" not in text.lower()
        assert "lee" not in text.lower()
    assert "block list kept" in logged
    [fingerprint] = BlockList.objects.get().entries["addresses"]
    assert len(fingerprint) == 32


def test_another_sites_fingerprint_of_an_address_is_another_one(keep, site):
    other = make_site()
    keep("ann@example.org")
    keep("ann@example.org", site=other)

    first, second = (row.entries["addresses"] for row in BlockList.objects.all())
    assert first != second


def test_bad_lines_are_told_and_nothing_is_kept(keep, site):
    version = keep("casino").version

    with pytest.raises(InvalidBlockList) as refused:
        keep("fine", "x" * 201, "a@b@c.example", *["y" * 300] * 50)

    assert refused.value.why[:2] == (
        "line 2 has more than 200 characters",
        "line 3 is no e-mail address: that has one @ and no blanks",
    )
    assert len(refused.value.why) == MOST_FAULTS
    assert block_list_of(site).version == version


def test_a_list_has_an_end(keep):
    with pytest.raises(InvalidBlockList) as refused:
        keep(*["casino"] * 100_001)

    assert refused.value.why == ("must be at most 100000 entries",)
