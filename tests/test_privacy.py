"""Seal, open and fingerprint."""

import base64
import secrets

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from moderation import privacy
from moderation.models import Comment
from tests.factories import make_comment, make_site

ADDRESS = "canary@example.org"


@pytest.fixture
def key():
    return secrets.token_bytes(32)


def new_master():
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.mark.parametrize("text", ["", "a@b.example", "x" * 254, "ü@example.org"])
def test_what_is_sealed_opens_in_its_place(key, text):
    assert privacy.open_sealed(key, privacy.seal(key, text, place="here"), place="here") == text


@pytest.mark.parametrize("place", ["there", "", "her"])
def test_it_opens_nowhere_else(key, place):
    sealed = privacy.seal(key, ADDRESS, place="here")

    with pytest.raises(privacy.Unreadable):
        privacy.open_sealed(key, sealed, place=place)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:5], lambda s: b"", lambda s: s[:20] + b"x" + s[21:]]
)
def test_what_was_changed_does_not_open(key, spoil):
    with pytest.raises(privacy.Unreadable):
        privacy.open_sealed(key, spoil(privacy.seal(key, ADDRESS, place="here")), place="here")


def test_the_length_of_an_address_does_not_show(key):
    sizes = {len(privacy.seal(key, "x" * length, place="p")) for length in (3, 20, 62)}

    assert len(sizes) == 1


def test_the_same_address_is_sealed_differently_every_time(key):
    assert privacy.seal(key, ADDRESS, place="p") != privacy.seal(key, ADDRESS, place="p")


def test_one_purpose_opens_no_other(db):
    site = make_site()

    assert site.subkey("email-enc") != site.subkey("email-index")


def test_two_sites_recognise_an_address_by_different_fingerprints(db):
    first = make_comment(make_site(), email=ADDRESS)
    second = make_comment(make_site(url="https://two.example"), email=ADDRESS)

    assert first.email_fingerprint != second.email_fingerprint


def test_the_case_of_an_address_does_not_matter_to_its_fingerprint(site):
    assert (
        make_comment(site, email="Bo@example.org").email_fingerprint
        == make_comment(site, email="bo@example.org").email_fingerprint
    )


def test_nothing_in_the_row_is_the_address(site):
    make_comment(site, email=ADDRESS)

    [row] = Comment.objects.values()
    for value in row.values():
        stored = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        assert b"canary" not in stored


class TestMasterKeys:
    def test_a_new_key_in_front_seals_and_the_old_one_still_opens(self, settings, db):
        old, new = new_master(), new_master()
        settings.MASTER_KEYS = [old]
        comment = make_comment(make_site(), email=ADDRESS)

        settings.MASTER_KEYS = [new, old]

        assert Comment.objects.get(pk=comment.pk).open_email() == ADDRESS
        assert make_site().wrapped_key[1] == privacy.key_id(
            next(iter(privacy.wrapping_keys().values()))
        )

    def test_a_start_with_the_wrong_key_is_refused(self, settings, site):
        privacy.unwrap.cache_clear()
        settings.MASTER_KEYS = [new_master()]

        with pytest.raises(SystemCheckError, match="MASTER_KEY does not open the keys of 1 of 1"):
            call_command("check", databases=["default"])

    @pytest.mark.parametrize("bad", ["short", "", "not base64 at all!", "A" * 44 + "===="])
    def test_a_key_that_is_none_is_refused(self, settings, bad):
        settings.MASTER_KEYS = [bad]

        with pytest.raises(SystemCheckError, match=r"winnow\.E002"):
            call_command("check")
