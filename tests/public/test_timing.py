"""The timing token: evidence when it is genuine, nothing otherwise."""

import time_machine

from moderation.public.timing import seconds_on_page, timing_token
from tests.factories import make_site

NOON = 1_780_000_000


def token_made_at(moment, site):
    with time_machine.travel(moment, tick=False):
        return timing_token(site)


def age_at(moment, token, site):
    with time_machine.travel(moment, tick=False):
        return seconds_on_page(token, site)


def test_it_tells_how_old_the_page_is(site):
    assert age_at(NOON + 42, token_made_at(NOON, site), site) == 42


def test_an_old_page_tells_nothing(site):
    token = token_made_at(NOON, site)

    assert age_at(NOON + 3600, token, site) == 3600
    assert age_at(NOON + 3601, token, site) is None


def test_a_page_from_the_future_tells_nothing(site):
    assert age_at(NOON - 5, token_made_at(NOON, site), site) is None


def test_a_token_of_another_site_tells_nothing(site):
    foreign = token_made_at(NOON, make_site(url="https://other.example"))

    assert age_at(NOON, foreign, site) is None


def test_a_forged_token_tells_nothing(site):
    token = token_made_at(NOON, site)
    value, _made_at, signature = token.split(":")

    for forged in ("", "x", ":::", "é:1:2", f"{value}:0:{signature}", token[:-1], token + "x"):
        assert age_at(NOON, forged, site) is None
