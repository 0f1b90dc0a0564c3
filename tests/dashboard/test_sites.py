"""The owner's pages: who sees them, and who does not."""

from moderation.models import Role
from tests.factories import make_site, make_user


def test_owners_see_their_sites_and_what_can_be_set(db, site, client_of):
    owner = make_user("olga", site, role=Role.OWNER)

    listed = client_of(owner).get("/moderate/sites/")
    page = client_of(owner).get(f"/moderate/sites/{site.pk}/")

    assert site.name in listed.content.decode()
    assert page.status_code == 200
    assert 'aria-current="page"' in page.content.decode()


def test_moderators_who_do_not_own_a_site_find_nothing(site, alice, client_of):
    listed = client_of(alice).get("/moderate/sites/")

    assert site.name not in listed.content.decode()
    assert client_of(alice).get(f"/moderate/sites/{site.pk}/").status_code == 404


def test_strangers_find_nothing(site, mallory, client_of):
    assert client_of(mallory).get(f"/moderate/sites/{site.pk}/").status_code == 404


def test_visitors_are_asked_to_sign_in(site, client_of):
    assert client_of(None).get(f"/moderate/sites/{site.pk}/").status_code == 302


def test_operators_own_every_site(db, client_of):
    operator = make_user("root")
    operator.is_superuser = True
    operator.save()
    other = make_site()

    assert client_of(operator).get(f"/moderate/sites/{other.pk}/").status_code == 200
