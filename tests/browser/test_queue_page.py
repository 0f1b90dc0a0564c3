"""The queue page in a real browser: keys, no JavaScript, accessibility, arrivals."""

import re
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from moderation.models import Campaign, Comment
from moderation.status import Status
from tests.factories import decide_as, make_comment, make_scored_comment, make_user

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NAMES = ["Ada", "Bea", "Cai"]  # in the order of the page, the newest first
ROW = "article[data-comment]"


@pytest.fixture
def comments(site, transactional_db):
    """Three comments to decide, by name."""
    return {
        name: make_scored_comment(
            site,
            author_name=name,
            email=f"{name}@example.org",
            score=0.8,
            body="Thank you for this cheap watch, and for the paragraph about chaff.",
            reasons=[
                {"feature": "policy", "text": "held", "weight": 0.0, "span": None},
                {"feature": "words", "text": "“cheap watch”", "weight": 2.0, "span": [19, 30]},
                {"feature": "words", "text": "“Thank you”", "weight": -1.0, "span": [0, 9]},
            ],
        )
        for name in reversed(NAMES)
    }


@pytest.fixture
def open_queue(live_server, client_of, alice):
    """Return a function that opens the queue in a page, with alice signed in."""

    def open_queue(page, query=""):
        cookie = client_of(alice).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}/moderate/{query}")
        return page

    return open_queue


@pytest.fixture
def queue(page, open_queue, comments):
    """The queue with its keys ready; errors of the page fail the test."""
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.on("console", lambda message: errors.append(message) if is_policy(message) else None)
    open_queue(page)
    page.wait_for_selector("html[data-ready]")
    yield page
    assert errors == []


def is_policy(message):
    return "Content Security Policy" in message.text


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    return page.evaluate("document.activeElement.closest('article')?.querySelector('h2').innerText")


def expect_shown(page, *names):
    expect(page.locator(f"{ROW} h2")).to_have_text(list(names))


def expect_told(page, words):
    expect(page.locator("#notices")).to_contain_text(words)


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


def test_j_and_k_move(queue):
    seen = []
    for key in "jjjjkkkk":
        press(queue, key)
        seen.append(focused(queue))

    assert seen == ["Ada", "Bea", "Cai", "Cai", "Bea", "Ada", "Ada", "Ada"]


@pytest.mark.parametrize(
    ("key", "status"), [("a", Status.APPROVED), ("r", Status.REJECTED), ("s", Status.SPAM)]
)
def test_a_key_decides_and_moves_on(queue, comments, key, status):
    press(queue, ["j", key])

    expect_shown(queue, "Bea", "Cai")
    assert focused(queue) == "Bea"
    assert status_of(comments["Ada"]) == status
    expect(queue.locator('[data-count="pending"]')).to_have_text("2")
    expect(queue.locator(f'[data-count="{status}"]')).to_have_text("1")


def test_fast_hands_decide_one_comment_per_key(queue, comments):
    press(queue, "jasr")

    expect_shown(queue)
    assert [status_of(comments[name]) for name in NAMES] == ["approved", "spam", "rejected"]
    expect(queue.get_by_text("This page is done.")).to_be_visible()


def test_u_brings_the_comments_back_one_by_one(queue, comments):
    press(queue, "jas")
    expect_shown(queue, "Cai")

    press(queue, "u")
    expect_shown(queue, "Bea", "Cai")
    assert focused(queue) == "Bea"
    press(queue, "u")

    expect_shown(queue, *NAMES)
    expect_told(queue, "Taken back.")
    assert {status_of(comment) for comment in comments.values()} == {Status.PENDING}
    press(queue, "s")
    expect_shown(queue, "Bea", "Cai")
    assert status_of(comments["Ada"]) == Status.SPAM


def test_u_without_a_decision_says_so(queue):
    press(queue, "u")

    expect_told(queue, "There is nothing to take back.")


def test_the_button_does_what_the_key_does(queue, comments):
    queue.locator(ROW).nth(1).get_by_role("button", name="Spam").click()

    expect_shown(queue, "Ada", "Cai")
    queue.get_by_role("button", name="Undo").click()
    expect_shown(queue, *NAMES)


def test_x_selects_for_the_bar(queue, comments):
    expect(queue.locator("#bulk")).to_be_hidden()
    press(queue, "jxjx")
    expect(queue.locator("#chosen")).to_have_text("Selected: 2")

    queue.locator("#bulk").get_by_role("button", name="Approve").click()

    expect_told(queue, "2 comments approved.")
    expect_shown(queue, "Cai")
    press(queue, "u")
    expect_shown(queue, *NAMES)


def test_everything_on_the_page_can_be_selected(queue):
    queue.get_by_role("link", name="Select all on this page").click()

    expect(queue.locator("#chosen")).to_have_text("Selected: 3")


def test_e_explains(queue):
    press(queue, "je")

    expect(queue.locator(ROW).first.get_by_text("+2.00")).to_be_visible()


def test_typing_is_not_a_command(queue, comments):
    press(queue, "j/")
    expect(queue.locator("#q")).to_be_focused()

    press(queue, "asrux?")

    expect(queue.locator("#q")).to_have_value("asrux?")
    expect_shown(queue, *NAMES)


def test_help_opens_and_the_keys_can_be_switched_off(queue, comments):
    press(queue, "?")
    help_box = queue.get_by_role("dialog", name="Keys")
    expect(help_box).to_be_visible()
    press(queue, "a")
    help_box.get_by_label("Use these keys").uncheck()
    press(queue, ["Escape"])
    expect(help_box).to_be_hidden()

    press(queue, "ja")

    queue.reload()
    queue.wait_for_selector("html[data-ready]")
    press(queue, "ja")
    expect_shown(queue, *NAMES)
    assert status_of(comments["Ada"]) == Status.PENDING


def test_browser_shortcuts_are_left_alone(queue, comments):
    press(queue, ["j", "Control+a", "Alt+s"])

    expect_shown(queue, *NAMES)


def test_nobody_decides_what_they_do_not_see(queue, comments):
    queue.set_viewport_size({"width": 1280, "height": 300})
    queue.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    press(queue, "a")

    expect_told(queue, "This is where you are.")
    assert focused(queue) == "Ada"
    assert status_of(comments["Ada"]) == Status.PENDING


def test_the_slower_moderator_is_told(queue, comments, site):
    decide_as(make_user("bob", site), comments["Ada"], Status.APPROVED)

    press(queue, "js")

    expect_told(queue, "Somebody was quicker: bob approved it")
    assert status_of(comments["Ada"]) == Status.APPROVED
    expect(queue.get_by_role("link", name="See the comment")).to_be_visible()


def test_without_the_server_the_comment_stays(queue, comments):
    queue.route("**/decision/", lambda route: route.abort())

    press(queue, "ja")

    expect_told(queue, "The server did not answer.")
    expect_shown(queue, *NAMES)
    assert focused(queue) == "Ada"


def test_an_address_is_shown_in_its_place(queue):
    row = queue.locator(ROW).first
    row.get_by_role("button", name="Show address").click()

    expect(row.locator("[data-address]")).to_have_text("Ada@example.org")


def test_new_comments_are_counted_but_move_nothing(page, open_queue, comments, site):
    page.clock.install(time=datetime(2026, 1, 1))
    open_queue(page)
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#arrivals")).to_be_hidden()
    for name in ("Dee", "Eve"):
        make_scored_comment(site, author_name=name)

    page.clock.run_for(20_000)

    expect(page.locator("#arrivals")).to_have_text("2 new comments — show")
    expect_shown(page, *NAMES)
    page.get_by_role("link", name="show", exact=True).click()
    expect_shown(page, "Eve", "Dee", *NAMES)


def test_hostile_comments_do_nothing(page, open_queue, site, transactional_db):
    body = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    make_scored_comment(site, author_name="</bdi><script>document.title=1</script>", body=body)

    open_queue(page)
    page.wait_for_selector("html[data-ready]")

    assert page.title() == "Pending · Review queue · Winnow"
    expect(page.locator(".words")).to_have_text(body)
    assert page.locator("main img").count() == 0


def test_heaped_marks_and_turned_text_stay_in_their_card(page, open_queue, site, transactional_db):
    make_scored_comment(site, author_name="After")
    heap = "Z" + "\u0308" * 90
    make_scored_comment(
        site, author_name=f"\u202e{heap}", author_url="https://a.example", body=heap
    )

    open_queue(page)
    page.wait_for_selector("html[data-ready]")

    box = page.locator(ROW).first.bounding_box()
    assert box["height"] < 400
    assert page.locator(f"{ROW} .website").first.inner_text().endswith("https://a.example")


# --- without JavaScript


@pytest.fixture
def plain(browser, open_queue, comments):
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(5_000)
    yield open_queue(context.new_page())
    context.close()


def test_one_comment_is_decided_and_taken_back_without_javascript(plain, comments):
    plain.locator(ROW).nth(1).get_by_role("button", name="Approve").click()
    expect_shown(plain, "Ada", "Cai")
    assert plain.url.endswith(f"#comment-{comments['Cai'].pk}")
    expect_told(plain, "Approved.")

    plain.get_by_role("button", name="Undo").click()

    expect_shown(plain, *NAMES)
    assert status_of(comments["Bea"]) == Status.PENDING


def test_the_bar_works_without_javascript(plain, comments):
    plain.get_by_role("link", name="Select all on this page").click()
    plain.locator(f"{ROW} [name=chosen]").first.uncheck()
    plain.locator("#bulk").get_by_role("button", name="Spam").click()

    expect_told(plain, "2 comments marked as spam.")
    expect_shown(plain, "Ada")
    plain.get_by_role("button", name="Undo").click()
    expect_shown(plain, *NAMES)


def test_keys_are_not_offered_without_javascript(plain):
    expect(plain.get_by_role("button", name=re.compile("Keys"))).to_be_hidden()


def test_a_whole_visit_without_javascript(browser, live_server, alice, comments):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/moderate/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()

    page.locator(f"{ROW} .why summary").first.click()
    page.get_by_role("link", name="History of this comment").first.click()
    page.get_by_role("button", name="Show address").click()
    expect(page.get_by_text("Ada@example.org")).to_be_visible()
    expect(page.get_by_text("read the e-mail address")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


# --- for everybody


# Colours do not depend on the size, nor sizes on the colours: two visits see it all.
@pytest.mark.parametrize(("scheme", "size"), [("dark", PHONE), ("light", DESKTOP)])
def test_the_pages_are_accessible(browser, open_queue, comments, alice, site, scheme, size):
    make_comment(
        site,
        author_name="نورا",
        body="مقال جميل",
        created_at=datetime.fromisoformat("2026-01-01T00:00Z"),
    )
    history = decide_as(alice, make_scored_comment(site), Status.SPAM).comment_id
    context = browser.new_context(color_scheme=scheme, viewport=size)
    page = context.new_page()

    for query in ("", "?status=spam", "?status=rejected", f"comments/{history}/", "?status=x"):
        open_queue(page, query)
        for summary in page.locator("summary").all():
            summary.click()
        expect_accessible(page)
    open_queue(page)
    page.wait_for_selector("html[data-ready]")
    press(page, "jxa")
    expect_told(page, "Approved.")
    expect_accessible(page)
    press(page, "?")
    expect_accessible(page)
    context.clear_cookies()
    page.goto(page.url)
    expect_accessible(page)
    context.close()


def expect_accessible(page):
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    results = Axe().run(page, options=rules)
    assert results.violations_count == 0, results.generate_report()
    assert page.locator("h1").count() == 1
    # Nothing sticks out sideways.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_thumbs_find_the_buttons(browser, open_queue, comments):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = open_queue(context.new_page())
    page.wait_for_selector("html[data-ready]")

    boxes = [button.bounding_box() for button in page.locator(".buttons .button").all()]

    assert len(boxes) == 9
    assert all(box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    context.close()


def test_the_first_tab_stop_skips_to_the_content(queue):
    press(queue, ["Tab"])
    expect(queue.get_by_role("link", name="Skip to the content")).to_be_focused()

    press(queue, ["Enter"])

    expect(queue.locator("#main")).to_be_focused()


# --- campaigns


@pytest.fixture
def flood(site, transactional_db):
    """A campaign of three beside one honest comment, the campaign newer."""
    honest = make_scored_comment(site, author_name="Zoe", score=0.1)
    campaign = Campaign.objects.create()
    members = [
        make_scored_comment(site, author_name=f"Bot {n}", campaign=campaign, score=0.8)
        for n in range(3)
    ]
    return honest, members


def test_a_key_decides_a_whole_campaign_and_u_takes_it_back(page, open_queue, flood):
    honest, members = flood
    open_queue(page)
    page.wait_for_selector("html[data-ready]")
    expect_shown(page, "Bot 2", "Zoe")
    expect(page.locator(".campaign")).to_contain_text("and 2 more like this")

    press(page, "js")

    expect_shown(page, "Zoe")
    expect_told(page, "3 comments marked as spam.")
    expect(page.locator('[data-count="pending"]')).to_have_text("1")
    expect(page.locator('[data-count="spam"]')).to_have_text("3")
    assert {status_of(one) for one in members} == {Status.SPAM}
    press(page, "u")

    expect_shown(page, "Bot 2", "Zoe")
    expect_told(page, "Taken back: 3 comments")
    expect(page.locator('[data-count="pending"]')).to_have_text("4")
    assert {status_of(one) for one in (honest, *members)} == {Status.PENDING}
    press(page, "a")
    expect_shown(page, "Zoe")
    assert {status_of(one) for one in members} == {Status.APPROVED}


def test_a_selected_campaign_is_decided_whole(page, open_queue, flood):
    honest, members = flood
    open_queue(page)
    page.wait_for_selector("html[data-ready]")

    # What was taken back can be selected again.
    press(page, "jsu")
    expect_shown(page, "Bot 2", "Zoe")
    expect_told(page, "Taken back")
    press(page, "x")
    expect(page.locator("#chosen")).to_have_text("Selected: 3")
    page.get_by_role("link", name="Select all on this page").click()
    expect(page.locator("#chosen")).to_have_text("Selected: 4")
    page.locator("#bulk").get_by_role("button", name="Spam").click()

    expect_told(page, "4 comments marked as spam.")
    expect_shown(page)
    assert {status_of(one) for one in (honest, *members)} == {Status.SPAM}


@pytest.mark.parametrize(("scheme", "size"), [("dark", PHONE), ("light", DESKTOP)])
def test_a_campaign_is_accessible_and_works_without_javascript(
    browser, open_queue, flood, scheme, size
):
    context = browser.new_context(color_scheme=scheme, viewport=size, java_script_enabled=False)
    page = open_queue(context.new_page())
    context.set_default_timeout(5_000)
    page.get_by_role("link", name="Show them").click()
    expect_shown(page, "Bot 2", "Bot 1", "Bot 0")
    page.get_by_role("link", name="Show everything").first.click()
    page.locator(ROW).first.get_by_role("button", name="Spam").click()
    expect_told(page, "3 comments marked as spam.")
    page.get_by_role("button", name="Undo").click()
    expect_shown(page, "Bot 2", "Zoe")
    page.get_by_label("Select all 3 comments of this campaign").check()
    page.locator("#bulk").get_by_role("button", name="Spam").click()
    expect_told(page, "3 comments marked as spam.")
    expect_shown(page, "Zoe")
    page.get_by_role("button", name="Undo").click()
    expect_shown(page, "Bot 2", "Zoe")
    context.close()

    context = browser.new_context(color_scheme=scheme, viewport=size)
    page = open_queue(context.new_page())
    expect_accessible(page)
    page.get_by_role("link", name="Show them").click()
    expect_accessible(page)
    context.close()
