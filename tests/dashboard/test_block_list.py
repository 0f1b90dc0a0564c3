"""The owner's page about a block list: bring one, replace it, drop it. Without JavaScript."""

import pytest
from django.test import Client

from moderation.models import BlockList
from tests.factories import keep_list


def url(site, end=""):
    return f"/moderate/sites/{site.pk}/block-list/{end}"


def test_a_list_is_brought_and_counted(owner, site):
    wish = {"entries": "Casino\r\npills.example\r\n\r\n# mine\r\n192.0.2.1\r\n192.0.2.2"}

    page = owner.post(url(site), wish, follow=True)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Saved." in text
    assert '<th scope="row">Words and phrases</th><td>1</td>' in text
    assert '<th scope="row">Hosts</th><td>1</td>' in text
    assert '<th scope="row">Network addresses: those are learnt</th><td>2</td>' in text
    assert "Shorter than three letters" not in text
    assert BlockList.objects.get().changed_by == "olga"


def test_it_is_dropped_by_its_button(owner, site):
    keep_list(site, "casino")

    page = owner.post(url(site, "drop/"), follow=True)

    assert "This site has no block list." in page.content.decode()
    assert not BlockList.objects.exists()


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("casino\na@b@c.example", "line 2 is no e-mail address"),
        ("x" * 201, "line 1 has more than 200 characters"),
        ("", "required"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(owner, site, entries, words):
    page = owner.post(url(site), {"entries": entries})

    assert page.status_code == 400
    assert 'id="id_entries_error"' in page.content.decode()
    assert words in page.content.decode()
    assert not BlockList.objects.exists()


def test_a_long_list_fits_and_one_too_long_is_told_so(owner, site):
    long = "\r\n".join(f"cheap pills {number}" for number in range(50_000))
    assert owner.post(url(site), {"entries": long}).status_code == 302

    page = owner.post(url(site), {"entries": "x" * 1_100_000})

    assert page.status_code == 413
    assert "at most 1 MiB" in page.content.decode()
    assert BlockList.objects.get().counts["phrases"] == 50_000


def test_a_form_without_its_token_is_refused(olga, site):
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)

    for end in ("", "drop/"):
        assert client.post(url(site, end), {"entries": "casino"}).status_code == 403
    assert not BlockList.objects.exists()


def test_who_does_not_own_the_site_finds_nothing(client_of, alice, mallory, site):
    keep_list(site, "casino")
    for user, status in ((alice, 404), (mallory, 404), (None, 302)):
        client = client_of(user)
        assert client.get(url(site)).status_code == status
        client.post(url(site), {"entries": "roulette"})
        client.post(url(site, "drop/"))
    assert list(BlockList.objects.get().entries["phrases"]) == ["casino"]
