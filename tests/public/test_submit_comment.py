"""POST /sites/{site}/comments/."""

import re
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Comment
from moderation.public.timing import timing_token
from moderation.status import Status
from moderation.submission import Source
from tests.factories import make_article, make_comment

FORM = "application/x-www-form-urlencoded"
UNKNOWN = UUID("0190a000-0000-7000-8000-000000000000")


def url(site_id):
    return reverse("public:submit", args=[site_id])


def filled(**changes):
    """The form as Bo fills it in."""
    return {
        "name": "Bo",
        "email": "bo@example.org",
        "website": "https://bo.example/",
        "comment": "Well said.",
        "article_url": "https://blog.example/post/",
        "article_title": "A post",
        "parent": "",
        "nonce": "",
        "timing": "",
        "subject2": "",
        **changes,
    }


@pytest.fixture
def post(site):
    def post(form=None, *, to=site.pk, accept="text/html", content_type=FORM, **headers):
        body = form if isinstance(form, bytes) else urlencode(form or filled())
        return Client().post(
            url(to), body, content_type=content_type, headers={"Accept": accept, **headers}
        )

    return post


@pytest.fixture
def post_json(post):
    def post_json(form=None, **more):
        return post(form, accept="application/json", **more)

    return post_json


def test_it_stores_the_comment_and_leads_to_the_receipt(
    post, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = post()

    assert response.status_code == 303
    assert re.fullmatch(r"/receipts/[\w.-]+/", response["Location"])
    comment = Comment.objects.get()
    assert (comment.status, comment.source) == (Status.PENDING, Source.FORM)
    assert (comment.author_name, comment.body) == ("Bo", "Well said.")
    assert comment.open_email() == "bo@example.org"
    assert nudges == ["tasks.triage.score_waiting"]
    assert Client().get(response["Location"]).status_code == 200


def test_programs_get_json_when_they_ask_for_it(post_json):
    response = post_json()

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"id", "status", "receipt"}
    assert body["status"] == "pending"
    assert body["receipt"].startswith("http://testserver/receipts/")
    assert Comment.objects.get().pk == UUID(body["id"])


def test_no_cookie_is_needed_and_none_is_set(site):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(url(site.pk), urlencode(filled()), content_type=FORM)

    assert response.status_code == 303
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_nobody_keeps_the_answer(post):
    response = post()

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_an_unknown_site_is_not_there(post, post_json):
    assert post(to=UNKNOWN).status_code == 404
    assert post_json(to=UNKNOWN).json()["error"]["code"] == "not_found"


def test_it_takes_only_posts(site):
    assert Client().get(url(site.pk)).status_code == 405


# --- what the form says besides the words


def test_the_page_tells_how_long_it_was_read(post, site):
    post(filled(timing=timing_token(site)))

    assert 0 <= Comment.objects.get().seconds_on_page < 10


@pytest.mark.parametrize("timing", ["", "nonsense", "a:b:c", "\x00", "x" * 5000])
def test_a_page_without_a_good_token_is_no_evidence(post, timing):
    assert post(filled(timing=timing)).status_code == 303

    assert Comment.objects.get().seconds_on_page is None


def test_the_trap_is_noted_and_not_told(post):
    assert post(filled(subject2="cheap")).status_code == 303

    assert Comment.objects.get().trap_filled


def test_a_form_may_lack_everything_hidden(post):
    form = {name: filled()[name] for name in ("name", "email", "comment", "article_url")}

    assert post(form).status_code == 303


# --- the same request twice


def test_a_double_click_is_one_comment(post_json):
    form = filled(nonce="n1")

    first, second = post_json(form), post_json(form)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Comment.objects.count() == 1


def test_changed_words_under_the_same_nonce_are_another_comment(post):
    post(filled(nonce="n1"))
    post(filled(nonce="n1", comment="On second thought, no."))

    assert Comment.objects.count() == 2


def test_the_same_words_from_another_client_are_another_comment(post_json):
    mine = post_json(filled(nonce="n1"), **{"User-Agent": "mine"})
    theirs = post_json(filled(nonce="n2"), **{"User-Agent": "theirs"})
    bare = post_json(filled(), **{"User-Agent": "a third one"})

    assert [mine.status_code, theirs.status_code, bare.status_code] == [201, 201, 201]
    assert len({answer.json()["receipt"] for answer in (mine, theirs, bare)}) == 3


def test_a_repeat_without_proof_gets_no_receipt(post, post_json):
    first = post_json()

    page, answer = post(), post_json()

    assert page.status_code == 200
    assert "We already have this comment" in page.content.decode()
    assert "/receipts/" not in page.content.decode()
    assert answer.json() == {"id": first.json()["id"], "status": "pending"}
    assert Comment.objects.count() == 1


def test_the_answer_to_a_repeat_does_not_call_it_spam(post_json):
    form = filled(nonce="n1")
    first = post_json(form).json()
    Comment.objects.filter(pk=first["id"]).update(status=Status.SPAM)

    assert post_json(form).json()["status"] == "rejected"


# --- faulty forms


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": ""}, "email"),
        ({"email": " \n"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://me:secret@bo.example/"}, "website"),
        ({"comment": ""}, "comment"),
        ({"comment": "x" * 20_001}, "comment"),
        ({"comment": "a\x00b"}, "comment"),
        ({"name": "a\x1bb"}, "name"),
        ({"article_url": ""}, "article_url"),
        ({"article_url": "https://elsewhere.example/"}, "article_url"),
        ({"article_title": "x" * 301}, "article_title"),
        ({"parent": "nonsense"}, "parent"),
        ({"parent": str(UNKNOWN)}, "parent"),
    ],
)
def test_a_faulty_field_is_named(post, post_json, changes, field):
    page, answer = post(filled(**changes)), post_json(filled(**changes))

    assert (page.status_code, answer.status_code) == (400, 400)
    assert set(answer.json()["error"]["fields"]) == {field}
    assert "Your comment was not sent" in page.content.decode()
    assert Comment.objects.count() == 0


def test_all_faults_are_told_at_once(post_json):
    faults = {"name": "", "email": "", "website": "ftp://bo.example", "parent": "nonsense"}

    answer = post_json(filled(**faults))

    assert set(answer.json()["error"]["fields"]) == set(faults)


def test_everything_typed_is_still_there(post):
    form = filled(name='Bo "the Bold"', website="bo.example", comment="\nFirst\n<line>", nonce="n1")

    html = post(form).content.decode()

    assert 'value="Bo &quot;the Bold&quot;"' in html
    assert 'value="bo@example.org"' in html
    assert 'value="bo.example"' in html
    assert ">\n\nFirst\n&lt;line&gt;</textarea>" in html  # HTML eats the first line break
    assert 'name="nonce" value="n1"' in html
    assert 'name="article_url" value="https://blog.example/post/"' in html


def test_a_fault_is_told_beside_its_field(post):
    html = post(filled(website="bo.example")).content.decode()

    [field] = re.findall(r'<input id="field-website"[^>]*>', html)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="error-website"' in field
    assert '<p class="field-error" id="error-website">Website must be a web address' in html
    assert '<a href="#field-website">' in html
    assert html.count("aria-invalid") == 1


def test_a_corrected_form_goes_through(post):
    html = post(filled(website="bo.example", nonce="n1")).content.decode()
    typed = dict(re.findall(r'name="(\w+)" (?:type="\w+" )?value="([^"]*)"', html))

    assert post({**filled(), **typed, "website": ""}).status_code == 303


def test_the_faulty_form_is_for_its_sender_only(post):
    assert post(filled(name=""))["Cache-Control"] == "no-store"


# --- replies


def test_it_takes_a_reply(post, site):
    parent = make_comment(site, status=Status.APPROVED)

    assert post(filled(parent=str(parent.pk))).status_code == 303
    assert Comment.objects.exclude(pk=parent.pk).get().parent == parent


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM])
def test_a_hidden_parent_is_like_none_at_all(post_json, site, status):
    hidden = make_comment(site, status=status)

    answer = post_json(filled(parent=str(hidden.pk)))

    assert answer.content == post_json(filled(parent=str(uuid4()))).content


def test_a_parent_under_another_article_is_refused(post_json, site):
    elsewhere = make_comment(site, status=Status.APPROVED, article=make_article(site, path="/b/"))

    assert post_json(filled(parent=str(elsewhere.pk))).status_code == 400


def test_the_form_still_says_whom_it_answers(post, site):
    parent = make_comment(site, status=Status.APPROVED, author_name="Ada <3")

    spelt_otherwise = "https://BLOG.example/post/?utm_source=x"
    form = filled(name="", parent=str(parent.pk), article_url=spelt_otherwise)
    html = post(form).content.decode()

    assert "Replying to <bdi>Ada &lt;3</bdi>" in html
    assert f'name="parent" value="{parent.pk}"' in html


def test_a_reply_to_nothing_can_be_sent_as_an_ordinary_comment(post):
    html = post(filled(parent=str(UNKNOWN))).content.decode()

    assert "The comment that you reply to is not a comment of this page" in html
    assert 'name="parent" value=""' in html


# --- what is no form at all


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
def test_it_takes_forms_only(post, post_json, content_type):
    assert post(content_type=content_type).status_code == 415
    answer = post_json(content_type=content_type)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_a_form")


def test_an_uploaded_file_is_refused(site):
    upload = {**filled(), "file": b"x"}

    assert Client().post(url(site.pk), upload).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"name=%FF",
        b"name=\xff",
        b"name=%ED%A0%80",
        b"name=a&name=b",
        b"&".join(b"f%d=1" % number for number in range(101)),
    ],
)
def test_a_malformed_form_is_refused(post_json, body):
    answer = post_json(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")


@pytest.mark.parametrize("body", [b"&&&", b"=", b"name", b"%", b"%zz=%zz", b"\x00"])
def test_an_empty_form_shows_the_form(post, body):
    assert post(body).status_code == 400


def test_a_large_body_is_refused(post, post_json):
    large = urlencode({"comment": "x" * 65_536}).encode()

    assert post(large).status_code == 413
    assert post_json(large).json()["error"]["code"] == "too_large"


def test_a_body_of_unknown_length_is_refused(post_json):
    answer = post_json(**{"Transfer-Encoding": "chunked"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (411, "length_required")


def test_the_largest_comment_passes(post):
    widest = "\N{GRINNING FACE}" * 4_000  # 12 bytes each in a form

    assert post(filled(comment=widest)).status_code == 303
    assert Comment.objects.get().body == widest


# --- floods


def test_a_flood_is_told_to_come_back(post, post_json, settings):
    settings.FORM_LIMIT = "2/minute"
    post(filled(comment="one"))
    post(filled(comment="two"))

    page, answer = post(filled(comment="three")), post_json(filled(comment="four"))

    assert (page.status_code, answer.status_code) == (429, 429)
    assert 1 <= int(page["Retry-After"]) <= 61
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert Comment.objects.count() == 2


def test_a_flood_is_counted_by_the_address_behind_trusted_proxies(post, settings):
    settings.FORM_LIMIT, settings.TRUSTED_PROXIES = "1/minute", 1

    statuses = [post(**{"X-Forwarded-For": ip}).status_code for ip in ("192.0.2.1", "192.0.2.2")]

    assert 429 not in statuses


def test_who_invents_a_proxy_is_counted_all_the_same(post, settings):
    settings.FORM_LIMIT = "1/minute"

    statuses = [post(**{"X-Forwarded-For": ip}).status_code for ip in ("192.0.2.1", "192.0.2.2")]

    assert statuses[1] == 429
