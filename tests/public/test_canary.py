"""An e-mail address that goes in comes out nowhere, in no shape."""

import base64
import hashlib
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Comment
from moderation.status import Status
from tests.factories import make_site

CANARY = "Canary.Fox+nest@Burrow.Example"
FORM = "application/x-www-form-urlencoded"


def shapes_of(address):
    for spelling in {address, address.lower(), address.partition("@")[0]}:
        raw = spelling.encode()
        yield raw
        yield quote(spelling, safe="").encode()
        yield raw.hex().encode()
        for padding in range(3):  # wherever it stands in a longer text
            encoded = base64.b64encode(b"\0" * padding + raw)
            yield encoded[4 if padding else 0 : -4]
        for hashed in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
            yield hashed(raw).hexdigest().encode()


def all_of(response):
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return (headers.encode() + b"\n\n" + response.content).lower()


@pytest.fixture
def demo_site(db):
    return make_site(url="http://testserver/demo/")


@pytest.fixture
def answers(demo_site):
    """Every public answer there is after somebody left the address, approved and not."""
    form = {
        "name": "Fox",
        "email": CANARY,
        "comment": "Hello.",
        "article_url": demo_site.url,
        "nonce": "n",
    }
    submit = reverse("public:submit", args=[demo_site.pk])

    def post(accept="text/html", **changes):
        body = urlencode({**form, **changes})
        return Client().post(submit, body, content_type=FORM, headers={"Accept": accept})

    def pages():
        thread, thread_json = (
            reverse(f"public:{name}", args=[demo_site.pk]) for name in ("thread", "thread-json")
        )
        for path in (posted["Location"], "/demo/"):
            yield Client().get(path)
        for path in (thread, thread_json):
            yield Client().get(path, {"url": demo_site.url, "email": CANARY, "ordering": "email"})

    posted = post()
    bad_json = post("application/json", name="", email=CANARY + "\N{SNOWMAN}")
    unsure = [post(nonce=""), post(nonce="")]
    found = [posted, post("application/json"), bad_json, *unsure, *pages()]
    Comment.objects.update(status=Status.APPROVED)
    return [*found, *pages()]


def test_the_address_is_in_no_answer(answers):
    assert len(answers) == 13
    assert {answer.status_code for answer in answers} == {303, 200, 400}

    for answer in answers:
        said = all_of(answer)
        assert [shape for shape in shapes_of(CANARY) if shape.lower() in said] == []


def test_the_search_would_find_it(answers):
    """The search itself is tried on an answer that does hold it."""
    answers[0].content = base64.b64encode(b"ab" + CANARY.encode() + b"cd")

    assert [shape for shape in shapes_of(CANARY) if shape.lower() in all_of(answers[0])]


def test_only_its_sender_sees_it_in_a_faulty_form(demo_site):
    submit = reverse("public:submit", args=[demo_site.pk])

    response = Client().post(submit, urlencode({"email": CANARY}), content_type=FORM)

    assert response.status_code == 400
    assert CANARY.encode() in response.content
    assert response["Cache-Control"] == "no-store"
