"""The demo page in a real browser, with and without JavaScript."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from moderation.models import Comment
from moderation.status import Status
from tests.factories import make_article, make_comment, make_site

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
# The rules of WCAG 2.2 at levels A and AA, and axe's own good practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def demo_site(live_server):
    return make_site(url=f"{live_server.url}/demo/", name="Winnow demo")


@pytest.fixture
def approved(demo_site):
    """A thread with replies, and with names and words that try to break out of it."""
    article = make_article(demo_site, path="/demo/")

    def publish(name, body, **fields):
        return make_comment(
            demo_site,
            article=article,
            author_name=name,
            body=body,
            status=Status.APPROVED,
            **fields,
        )

    first = publish(
        "Ada", "First.\n\nSee https://a.example/b", author_url="https://ada.example/?a=1&b=2"
    )
    answer = publish("'\"><img src=x onerror=alert(1)>", "<script>alert(1)</script>", parent=first)
    publish("\u202edekcart", "\u05e9\u05dc\u05d5\u05dd", parent=answer)
    publish("Long", "w" * 400)
    return first


@pytest.fixture
def pages(browser):
    """Open pages of fresh browser profiles; every one fails on an error in its console."""
    contexts, errors = [], []

    def open_page(**wishes):
        context = browser.new_context(**wishes)
        context.set_default_timeout(5_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(dialog.message) or dialog.dismiss())
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What a page refuses to load or to run for its security policy is told there too. The
    # status of a faulty form is told there as well, and is as it should be.
    assert [error for error in errors if "status of 400" not in error] == []


def fill_in(page, **words):
    labels = {"name": "Name *", "email": "Email *", "website": "Website", "comment": "Comment *"}
    for field, text in words.items():
        page.get_by_label(labels[field], exact=True).fill(text)


def complaints(page):
    """What axe finds wrong, named so that a failure can be read."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {json.dumps([n['html'] for n in rule['nodes']])}" for rule in found]


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_visitor_leaves_a_reply_and_sees_the_receipt(
    pages, live_server, demo_site, approved, with_javascript
):
    page = pages(java_script_enabled=with_javascript)
    page.goto(f"{live_server.url}/demo/")

    fill_in(page, name="Bo", email="bo@example.org", comment="A fine basket.")
    page.get_by_role("button", name="Post Comment").click()

    page.wait_for_url("**/receipts/**")
    assert page.locator("h1").inner_text() == "Waiting for a moderator"
    assert "A fine basket." in page.locator("main").inner_text()
    comment = Comment.objects.get(author_name="Bo")
    assert (comment.status, comment.article.url) == (Status.PENDING, demo_site.url)
    assert comment.seconds_on_page is not None
    assert not comment.trap_filled


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_visitor_answers_a_comment(pages, live_server, approved, with_javascript):
    page = pages(java_script_enabled=with_javascript)
    page.goto(f"{live_server.url}/demo/")

    page.get_by_role("link", name="Reply").first.click()
    page.get_by_text("Replying to Ada").wait_for()
    fill_in(page, name="Bo", email="bo@example.org", comment="Quite so.")
    page.get_by_role("button", name="Post Comment").click()

    page.wait_for_url("**/receipts/**")
    assert Comment.objects.get(author_name="Bo").parent == approved


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_faulty_form_comes_back_as_it_was_typed(pages, live_server, demo_site, with_javascript):
    page = pages(java_script_enabled=with_javascript)
    page.goto(f"{live_server.url}/demo/")

    typed = {"name": "Bo", "email": "bo@example.org", "website": "ftp://bo.example"}
    fill_in(page, **typed, comment="A fine\nbasket.")
    page.get_by_role("button", name="Post Comment").click()

    page.get_by_role("heading", name="Your comment was not sent").wait_for()
    assert page.locator(":focus").get_attribute("role") == "alert"
    assert page.get_by_label("Website").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Comment *", exact=True).input_value() == "A fine\nbasket."
    assert page.get_by_label("Email *", exact=True).input_value() == "bo@example.org"
    fill_in(page, website="https://bo.example")
    page.get_by_role("button", name="Post Comment").click()
    page.wait_for_url("**/receipts/**")
    assert Comment.objects.get().author_url == "https://bo.example"


def test_the_form_is_filled_in_by_keyboard_and_the_trap_is_not_in_the_way(
    pages, live_server, demo_site
):
    page = pages()
    page.goto(f"{live_server.url}/demo/")
    page.get_by_label("Name *", exact=True).focus()

    for words in ("Bo", "bo@example.org", "", "Typed with care."):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Post Comment"
    page.keyboard.press("Enter")

    page.wait_for_url("**/receipts/**")
    assert not Comment.objects.get().trap_filled


def test_what_visitors_write_stays_where_it_belongs(pages, live_server, approved):
    page = pages(viewport=PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/demo/")

    assert page.locator("main img, main script").count() == 0
    assert {re.match(r"https?://[^/]+|data:", url)[0] for url in asked} <= {
        live_server.url,
        "data:",
    }
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages(pages, live_server, demo_site, approved, scheme, viewport):
    page = pages(viewport=viewport, color_scheme=scheme)

    for path in ("/", "/demo/", f"/demo/?parent={approved.pk}"):
        page.goto(live_server.url + path)
        assert complaints(page) == []
    fill_in(page, name="Bo", email="bo@example.org", website="ftp://bo", comment="x")
    page.get_by_role("button", name="Post Comment").click()
    page.get_by_role("heading", name="Your comment was not sent").wait_for()
    assert complaints(page) == []
    fill_in(page, website="")
    page.get_by_role("button", name="Post Comment").click()
    page.wait_for_url("**/receipts/**")
    assert complaints(page) == []
    Comment.objects.filter(author_name="Bo").update(status=Status.APPROVED)
    page.reload()
    assert complaints(page) == []
    page.get_by_role("link", name="See it in the thread").click()
    page.wait_for_url("**/thread/**")
    assert complaints(page) == []
