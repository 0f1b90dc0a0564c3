"""GET /demo/ and /."""

import pytest
from django.test import Client

from moderation.status import Status
from tests.factories import make_article, make_comment, make_site


@pytest.fixture
def demo_site(db):
    return make_site(url="http://127.0.0.1:8000/demo/", name="Winnow demo")


def test_it_shows_an_article_its_thread_and_the_form(demo_site):
    article = make_article(demo_site, path="/demo/")
    make_comment(demo_site, article=article, status=Status.APPROVED, body="Lovely.")
    make_comment(demo_site, article=article, body="Not yet read.")

    html = Client().get("/demo/").content.decode()

    assert "How the wind sorts grain from chaff" in html
    assert "Lovely." in html
    assert "Not yet read." not in html
    assert "Leave a Reply" in html


def test_the_form_reads_as_people_know_it(demo_site):
    html = Client().get("/demo/").content.decode()

    assert "Your email address will not be published. Required fields are marked *" in html
    for label in ("Name *", "Email *", "Website", "Comment *"):
        assert f">{label}</label>" in html
    assert ">Post Comment</button>" in html


def test_its_form_is_accepted(demo_site):
    response = Client().post(
        f"/sites/{demo_site.pk}/comments/",
        f"name=Bo&email=bo@example.org&comment=Hello&article_url={demo_site.url}",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 303


def test_without_a_demo_site_there_is_no_demo(site):
    assert Client().get("/demo/").status_code == 404


def test_a_bad_cursor_is_refused(demo_site):
    assert Client().get("/demo/?cursor=nonsense").status_code == 400


def test_the_welcome_page_leads_on(db):
    html = Client().get("/").content.decode()

    for place in ("/demo/", "/moderate/", "/api/docs/"):
        assert f'href="{place}"' in html


def test_no_page_sets_a_cookie(demo_site):
    for path in ("/", "/demo/"):
        response = Client().get(path)
        assert not response.cookies
        assert "cookie" not in response.get("Vary", "").lower()
