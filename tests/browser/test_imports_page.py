"""An owner imports in a real browser, with a real worker."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from moderation.models import Comment, Role
from tests.factories import make_user
from tests.importers import samples

PATIENCE_MS = 30_000

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_broker]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, parent="1")))
    return path


@pytest.fixture
def upload(live_server, client_of, site, file, worker):
    """Return a function that uploads the file as the site's owner would."""
    owner = make_user("olga", site, role=Role.OWNER)

    def upload(page):
        cookie = client_of(owner).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}/moderate/sites/{site.pk}/imports/")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        page.wait_for_url("**/imports/*/")

    return upload


def test_a_worker_imports_what_was_uploaded_and_the_page_tells(page, upload, site):
    upload(page)

    expect(page.get_by_text("Download the report")).to_be_visible(timeout=PATIENCE_MS)
    assert Comment.objects.filter(site=site).count() == 2
    assert Axe().run(page).violations_count == 0
