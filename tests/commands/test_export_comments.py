"""`manage.py export_comments`: out, in elsewhere, and out again."""

import json
import logging

import pytest
from django.core.management import call_command
from django.utils import timezone

from moderation.importers import importer_of
from moderation.models import Comment, Disclosure
from moderation.services.import_report import Report
from moderation.services.imports import take_over
from moderation.status import Status
from moderation.submission import Source
from tests.factories import decide_as, make_comment, make_scored_comment, make_site


@pytest.fixture
def export(capsys):
    def export(site, *flags):
        capsys.readouterr()
        call_command("export_comments", "--site", str(site.pk), *flags)
        return capsys.readouterr().out

    return export


@pytest.fixture
def full(site, alice):
    """A site with a thread, every status, an address and a closed article."""
    first = make_scored_comment(site, email="ann@mail.example", body='One\n"two" é 😀')
    reply = make_scored_comment(site, parent=first, author_url="https://bo.example/")
    decide_as(alice, first, Status.APPROVED)
    decide_as(alice, reply, Status.SPAM)
    make_scored_comment(site, external_id="wp:1/2")
    make_comment(site, posted_at=first.posted_at)
    for name in ("zoe", "abe"):  # the same moment: the order is that of their coming
        make_comment(site, external_id=name, posted_at=first.posted_at)
    first.article.closed_at = timezone.now()
    first.article.save()
    return site


def bring(site, text, tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text(text)
    report = Report()
    take_over(site, path, importer_of(path), report, mapping={})
    return report


@pytest.mark.parametrize("flags", [(), ("--with-emails",)])
def test_out_and_in_elsewhere_and_out_is_the_same(full, export, tmp_path, flags):
    other = make_site()

    text = export(full, *flags)
    report = bring(other, text, tmp_path)

    assert (report.added.total(), report.oddities) == (6, [])
    assert export(other, *flags) == text
    assert Comment.objects.filter(site=other, parent__site=other).count() == 1


def test_an_export_is_known_where_it_came_from(full, export, tmp_path):
    report = bring(full, export(full), tmp_path)

    assert (report.added.total(), report.known, report.replies) == (0, 6, 1)
    assert Comment.objects.count() == 6


def test_what_an_export_holds(full, export):
    head, *lines = map(json.loads, export(full, "--with-emails").splitlines())

    assert head == {"format": "winnow", "version": 1, "emails": True}
    first = next(line for line in lines if line["status"] == "approved")
    assert list(first) == [
        "id",
        "parent",
        "article",
        "author",
        "body",
        "posted_at",
        "status",
        "decision",
    ]
    assert first["author"]["email"] == "ann@mail.example"
    assert first["decision"]["by"] == "person"
    assert first["article"]["closed_at"]


def test_addresses_only_leave_when_asked_for_and_on_the_record(full, export, caplog):
    assert "mail.example" not in export(full)
    assert not Disclosure.objects.exists()

    with caplog.at_level(logging.WARNING):
        assert "ann@mail.example" in export(full, "--with-emails")

    record = Disclosure.objects.get()
    assert (record.site, record.actor_name[:12]) == (full, "command line")
    assert "e-mail addresses are exported" in caplog.text
    assert "mail.example" not in caplog.text


def test_erased_comments_and_other_sites_stay_out(full, export):
    make_comment(full, erased_at=timezone.now(), body="gone")
    make_comment(make_site(), body="foreign")

    text = export(full)

    assert "gone" not in text
    assert "foreign" not in text


def test_exporting_takes_few_statements(full, export, django_assert_max_num_queries):
    for _ in range(30):
        make_comment(full)

    with django_assert_max_num_queries(8):
        export(full)


def test_the_progress_of_an_export_is_not_in_it(full, export):
    assert len(export(full).splitlines()) == 7


def test_what_blogs_only_asked_about_stays(site, export):
    make_scored_comment(site, source=Source.AKISMET, body="a private message")

    assert "a private message" not in export(site)
