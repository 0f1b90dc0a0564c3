"""The owner's page about what a site has learnt."""

import pytest

from moderation.models import LearningReset, Lesson
from moderation.services import training
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment


def address(site, more=""):
    return f"/moderate/sites/{site.pk}/learning/{more}"


@pytest.fixture
def taught(site, alice):
    decide_as(alice, make_scored_comment(site, author_name="<Max>"), Status.SPAM)
    training.learn_waiting()


def test_owners_see_what_was_learnt_and_from_whom(client_of, olga, site, taught):
    page = client_of(olga).get(address(site)).content.decode()

    assert "&lt;Max&gt;" in page
    assert "alice" in page
    assert "It needs both kinds" in page


def test_an_untaught_site_has_a_page_too(client_of, olga, site):
    page = client_of(olga).get(address(site)).content.decode()

    assert "<strong>0</strong>" in page
    assert "reset/" not in page


def test_a_reset_asks_first(client_of, olga, site, taught):
    asked = client_of(olga).get(address(site, "reset/"))

    assert asked.status_code == 200
    assert Lesson.objects.count() == 1

    done = client_of(olga).post(address(site, "reset/"), follow=True)

    assert Lesson.objects.count() == 0
    assert "1 lesson was forgotten." in done.content.decode()
    assert "olga" in done.content.decode()


@pytest.mark.parametrize("more", ["", "reset/"])
def test_nobody_else_sees_it(client_of, alice, mallory, site, taught, more):
    def status(user):
        return client_of(user).get(address(site, more)).status_code

    assert (status(alice), status(mallory), status(None)) == (404, 404, 302)
    client_of(alice).post(address(site, "reset/"))
    assert not LearningReset.objects.exists()
