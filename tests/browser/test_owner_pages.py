"""The owner's pages in a real browser: without JavaScript, accessible at any width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from moderation.models import BlockList, Role, Rule, Site
from moderation.status import Status
from tests.factories import decide_as, keep_list, make_rule, make_scored_comment, make_user

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def olga(site, transactional_db):
    return make_user("olga", site, role=Role.OWNER)


@pytest.fixture
def past(site, olga):
    """Comments that people decided, some of them close to a threshold."""
    for score, status in ((0.05, Status.APPROVED), (0.86, Status.SPAM), (0.84, Status.APPROVED)):
        body = f"Visit my casino, said the miller. {'Really. ' * 30}"
        decide_as(olga, make_scored_comment(site, score=score, body=body), status)


@pytest.fixture
def open_section(live_server, client_of, browser, olga, site):
    """Return a function that opens one of the site's pages, with olga signed in."""
    contexts = []

    def open_section(path, **how):
        context = browser.new_context(**{"viewport": DESKTOP, **how})
        context.set_default_timeout(5_000)
        contexts.append(context)
        cookie = client_of(olga).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/moderate/sites/{site.pk}/{path}")
        return page

    yield open_section
    for context in contexts:
        context.close()


def test_a_policy_is_tried_and_saved_without_javascript(open_section, site, past):
    page = open_section("policy/", java_script_enabled=False)

    page.get_by_label("Call it spam from this score").fill("0.8")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("2 from Pending to Spam")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved. It applies to the next comment.")).to_be_visible()
    assert Site.objects.get(pk=site.pk).spam_above == 0.8


def test_a_rule_is_written_tried_and_saved_without_javascript(open_section, past):
    page = open_section("rules/", java_script_enabled=False)

    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("Name", exact=True).fill("No gambling")
    page.get_by_label("Which").fill("casino")
    page.get_by_label("Then").select_option("reject")
    page.get_by_label("It must match").fill("my casino")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("3 from Pending to Rejected")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="No gambling")).to_be_visible()
    assert Rule.objects.get().must_match == ["my casino"]


def test_a_block_list_is_brought_and_dropped_without_javascript(open_section, site, olga):
    page = open_section("block-list/", java_script_enabled=False)

    page.get_by_label("The whole list").fill("casino\nann@lee@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("line 2 is no e-mail address")).to_be_visible()
    page.get_by_label("The whole list").fill("casino\npills.example\n192.0.2.1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It applies to the next comment.")).to_be_visible()
    assert BlockList.objects.get().counts["phrases"] == 1

    page.get_by_role("button", name="Delete the list").click()
    expect(page.get_by_text("This site has no block list.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["policy/", "rules/", "rules/new/", "block-list/"])
def test_the_pages_are_accessible_and_fit(open_section, site, past, path, viewport, scheme):
    make_rule(site, "x" * 200, kind="word", name="W" * 100, is_trial=True)
    keep_list(site, "casino", "192.0.2.1", "hi", "the", "_credit")
    page = open_section(path, viewport=viewport, color_scheme=scheme)
    if path != "rules/":
        # The page with the most on it: what a change would do, and a complaint.
        page.get_by_role("button", name="Save" if path == "block-list/" else "Try it").click()

    violations = Axe().run(page).response["violations"]

    assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
