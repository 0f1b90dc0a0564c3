"""Imports: what stands afterwards, once or twice, interrupted or beside another."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from moderation.importers.base import BadFile
from moderation.models import ActorKind, Article, Comment, Decision
from moderation.privacy import fingerprint
from moderation.services import triage
from moderation.services.import_report import Report
from moderation.services.imports import BATCH_ROWS, check, rehearse, take_over
from moderation.services.nudge import SCORE_WAITING
from tests.engines import database_url, wait_until
from tests.factories import make_comment, make_site
from tests.importers import samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bring(tmp_path):
    """Import a text, as the command does; return the report."""

    def bring(site, text, *, mapping=(), is_dry=False):
        path = tmp_path / "file"
        path.write_text(text)
        importer, _total = check(path)
        report = Report(format=importer.name)
        work = rehearse if is_dry else take_over
        work(site, path, importer, report, mapping=dict(mapping))
        return report

    return bring


def rows(site):
    """Everything about the comments of a site that an import decides."""
    return list(
        Comment.objects.filter(site=site)
        .order_by("external_id")
        .values_list(
            "external_id",
            "parent__external_id",
            "article__url",
            "author_name",
            "author_url",
            "body",
            "status",
            "version",
            "posted_at",
            "email_fingerprint",
            "source",
        )
    )


def odd_lines(report):
    return [oddity.line for oddity in report.oddities]


def test_comments_threads_dates_and_statuses_are_kept(site, bring):
    report = bring(
        site,
        samples.wxr(
            samples.wxr_comment(1),
            samples.wxr_comment(2, parent="1", approved="spam"),
            samples.wxr_comment(3, approved="trash"),
        ),
    )

    one, two, three = Comment.objects.order_by("id")
    assert (one.status, two.status, three.status) == ("approved", "spam", "rejected")
    assert two.parent == one
    assert one.posted_at == datetime(2020, 1, 2, 3, 4, 1, tzinfo=UTC)
    assert one.open_email() == "ada1@mail.example"
    assert one.article.title == "A post"
    assert one.source == "import"
    assert (report.read, report.articles, report.replies) == (3, 1, 1)
    assert dict(report.added) == {"approved": 1, "spam": 1, "rejected": 1}


def test_decisions_of_old_are_in_the_audit_log(site, bring):
    bring(site, samples.wxr(samples.wxr_comment(1)))

    decision = Decision.objects.get()
    assert (decision.actor_kind, decision.from_status) == (ActorKind.IMPORT, "pending")
    assert decision.to_status == "approved"
    assert decision.decided_at == Comment.objects.get().posted_at


def test_the_policys_decisions_stay_the_policys(site, bring):
    bring(site, samples.NATIVE)

    kinds = {row.comment.external_id: row.actor_kind for row in Decision.objects.all()}
    assert kinds == {"n1": ActorKind.POLICY, "n2": ActorKind.IMPORT}


def test_what_was_decided_is_not_scored_and_what_was_not_is(
    site, bring, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        bring(site, samples.wxr(samples.wxr_comment(3)))
    assert SCORE_WAITING not in nudges  # nothing is left to be scored

    with django_capture_on_commit_callbacks(execute=True):
        bring(site, samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, "Hm", approved="0")))

    assert nudges.count(SCORE_WAITING) == 1
    [waiting] = Comment.objects.waiting()
    assert waiting.external_id == "wp:7/2"
    triage.score_waiting()
    decided = Comment.objects.get(external_id="wp:7/1")
    assert (decided.score, decided.reasons[0]["feature"]) == (None, "imported")


def test_nobody_is_told_about_imported_comments(site, bring):
    bring(site, samples.wxr(samples.wxr_comment(1)))

    assert mail.outbox == []


@pytest.mark.parametrize(
    "text", [samples.DISQUS, samples.wxr(samples.wxr_comment(1)), samples.NATIVE]
)
def test_a_second_run_changes_nothing(site, bring, text):
    first = bring(site, text)
    before = rows(site), Decision.objects.count(), Article.objects.count()

    second = bring(site, text)

    assert (rows(site), Decision.objects.count(), Article.objects.count()) == before
    assert (second.added.total(), second.articles) == (0, 0)
    assert second.known == first.added.total()
    assert odd_lines(second) == odd_lines(first)


@pytest.mark.parametrize(
    "text",
    [
        samples.DISQUS,
        samples.NATIVE,
        samples.wxr(samples.wxr_comment(2, parent="1"), samples.wxr_comment(1)),
        samples.wxr(samples.wxr_comment(1), samples.wxr_comment(1, "Other")),
        samples.wxr(samples.wxr_comment(1), host="https://elsewhere.example"),
    ],
)
def test_a_dry_run_reports_the_same_and_changes_nothing(site, bring, text):
    dry = bring(site, text, is_dry=True)
    assert not Comment.objects.exists()
    assert not Article.objects.exists()

    real = bring(site, text)
    assert (dry.read, dry.articles, dry.replies, dry.added, dry.known, dry.refused) == (
        real.read,
        real.articles,
        real.replies,
        real.added,
        real.known,
        real.refused,
    )
    assert dry.oddities == real.oddities
    assert bring(site, text, is_dry=True).added.total() == 0


def test_replies_that_come_before_their_parents_find_them(site, bring):
    filler = [samples.wxr_comment(number) for number in range(10, 10 + BATCH_ROWS)]
    reply = samples.wxr_comment(2, parent="1", date_gmt="2020-06-01 00:00:00")

    report = bring(site, samples.wxr(reply, *filler, samples.wxr_comment(1)))

    assert Comment.objects.get(external_id="wp:7/2").parent.external_id == "wp:7/1"
    assert (report.replies, report.oddities) == (1, [])


def test_replies_to_what_is_gone_stand_alone_and_are_told(site, bring):
    report = bring(site, samples.DISQUS)

    assert Comment.objects.get(external_id="disqus:14").parent is None
    assert 12 in odd_lines(report)
    assert report.replies == 1


def test_comments_that_reply_to_each_other_are_no_ring(site, bring):
    same = "2020-01-01 00:00:00"
    bring(
        site,
        samples.wxr(
            samples.wxr_comment(1, parent="3", date_gmt=same),
            samples.wxr_comment(2, parent="1", date_gmt=same),
            samples.wxr_comment(3, parent="2", date_gmt=same),
            samples.wxr_comment(4, parent="4", date_gmt=same),
        ),
    )

    parents = {row.external_id: row.parent for row in Comment.objects.select_related("parent")}
    assert parents["wp:7/1"] is None
    assert parents["wp:7/4"] is None
    assert parents["wp:7/3"].external_id == "wp:7/2"


def test_a_parent_on_another_page_is_no_parent(site, bring):
    other = samples.NATIVE.replace("blog.example/p/", "blog.example/q/", 1)

    assert bring(site, other).replies == 0


def test_imported_comments_stand_in_the_order_of_their_dates(site, bring):
    late = make_comment(site)
    bring(
        site,
        samples.wxr(
            samples.wxr_comment(2, date_gmt="2021-01-01 00:00:00"),
            samples.wxr_comment(1, date_gmt="2020-01-01 00:00:00"),
            samples.wxr_comment(3, date_gmt="2020-01-01 00:00:00"),
        ),
    )

    ids = list(Comment.objects.order_by("id").values_list("external_id", flat=True))
    assert ids == ["wp:7/1", "wp:7/3", "wp:7/2", None]
    assert late.pk == Comment.objects.order_by("id").last().pk


def test_pages_are_moved_by_rules(site, bring):
    text = samples.wxr(samples.wxr_comment(1), host="http://old.example/blog")

    outside = bring(site, text)
    moved = bring(site, text, mapping={"http://old.example/blog/": "https://blog.example/"})

    assert outside.refused == 1
    assert "http://old.example" in outside.oddities[0].text
    assert moved.added.total() == 1
    assert Article.objects.get().url == "https://blog.example/post/"


def test_paths_lie_on_the_site(site, bring):
    bring(site, samples.ISSO_JSON)

    assert set(Article.objects.values_list("url", flat=True)) == {
        "https://blog.example/a/",
        "https://blog.example/b/",
    }


@pytest.mark.parametrize(
    ("fields", "is_there"),
    [
        ({"body": "x" * 65_535}, True),
        ({"body": "é" * 33_000}, False),
        ({"body": ""}, False),
        ({"author": "x" * 101}, False),
        ({"author_email": "no address"}, True),
        ({"author_url": "javascript:alert(1)"}, True),
    ],
)
def test_every_row_passes_the_one_validator(site, bring, fields, is_there):
    body = fields.pop("body", "Well said.")

    report = bring(site, samples.wxr(samples.wxr_comment(1, body, **fields)))

    assert Comment.objects.exists() == is_there
    assert bool(report.oddities) == (body != "x" * 65_535)
    if is_there:
        comment = Comment.objects.get()
        assert comment.author_url == ""
        assert (comment.email_sealed is None) == ("author_email" in fields)


def test_one_bad_row_does_not_hold_up_the_rest(site, bring):
    report = bring(
        site,
        samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, "  "), samples.wxr_comment(3)),
    )

    assert Comment.objects.count() == 2
    assert (report.refused, odd_lines(report)) == (1, [10])


def test_an_id_that_is_known_with_other_words_is_told(site, bring):
    bring(site, samples.wxr(samples.wxr_comment(1)))

    report = bring(site, samples.wxr(samples.wxr_comment(1, "Edited since")))

    assert Comment.objects.get().body == "Well said."
    assert "other words" in report.oddities[0].text


def test_a_broken_file_leaves_nothing_behind(site, bring):
    whole = samples.wxr(*(samples.wxr_comment(n) for n in range(BATCH_ROWS + 10)))

    with pytest.raises(BadFile):
        bring(site, whole[:-20])

    assert not Comment.objects.exists()


def test_network_addresses_older_than_the_retention_are_not_kept(site, bring):
    new = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    bring(site, samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, date_gmt=new)))

    assert Comment.objects.get(external_id="wp:7/1").ip_prefix == ""
    assert Comment.objects.get(external_id="wp:7/2").ip_prefix == "192.0.2.0/24"


def test_nothing_of_a_visitor_is_in_the_report(site, bring):
    report = bring(
        site,
        samples.wxr(
            samples.wxr_comment(1, author_email="secret address"),
            samples.wxr_comment(2, "<b>secret</b>", author="secret" * 30),
            samples.wxr_comment(3, "secret", parent="9", approved="secret", date_gmt="secret"),
        ),
    )

    assert report.odd >= 5
    assert "secret" not in "\n".join(report.lines())


def test_what_is_odd_again_and_again_is_counted(site, bring):
    report = bring(site, samples.wxr(*(samples.wxr_comment(n, "<b>x</b>") for n in range(1, 60))))

    assert (report.odd, len(report.oddities)) == (59, 20)
    assert list(report.lines())[-1] == "and 39 more: formatting became plain text: b"
    assert Report.from_json(report.as_json()) == report


def test_a_batch_takes_a_constant_number_of_statements(site, bring, django_assert_max_num_queries):
    bring(site, samples.wxr(samples.wxr_comment(0)))  # the salt of the day

    for count in (20, 200):
        with django_assert_max_num_queries(30):  # SQLite takes the rows in a few chunks
            bring(
                site,
                samples.wxr(
                    *(samples.wxr_comment(n, parent=str(n - 1)) for n in range(1, count)),
                    post=count,
                ),
            )


def run_command(site, path, **more):
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_comments", str(path), "--site", str(site.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **more,
    )


@pytest.fixture
def long_file(tmp_path):
    path = tmp_path / "long.xml"
    count = BATCH_ROWS * 6
    path.write_text(
        samples.wxr(*(samples.wxr_comment(n, parent=str(n - n % 10)) for n in range(1, count)))
    )
    return path


@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_can_be_run_again(site, long_file, bring):
    killed = run_command(site, long_file)
    assert wait_until(
        lambda: Comment.objects.filter(site=site).exists(), alive=lambda: killed.poll() is None
    )
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    half = Comment.objects.filter(site=site).count()

    again = run_command(site, long_file)
    assert again.wait(60) == 0
    again.communicate()

    other = make_site()
    bring(other, long_file.read_text())
    assert 0 < half < BATCH_ROWS * 6 - 1
    assert half % BATCH_ROWS == 0
    assert without_fingerprints(site) == without_fingerprints(other)


def without_fingerprints(site):
    """Rows as they compare between sites, whose keys differ."""
    key = site.subkey("email-index")
    known = {fingerprint(key, f"ada{n}@mail.example"): n for n in range(BATCH_ROWS * 6)}
    return [(*row[:9], known.get(bytes(row[9])), *row[10:]) for row in rows(site)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_two_runs_at_once_end_like_one(site, long_file):
    runs = [run_command(site, long_file) for _ in range(2)]
    said = [run.communicate(timeout=60)[1] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], said
    assert Comment.objects.filter(site=site).count() == BATCH_ROWS * 6 - 1
    assert Decision.objects.count() == BATCH_ROWS * 6 - 1
    assert Comment.objects.filter(parent=None).count() == BATCH_ROWS * 6 // 10 - 1 + 9


@pytest.mark.django_db(transaction=True)
def test_two_threads_with_the_same_batch_store_it_once(site, tmp_path):
    path = tmp_path / "x"
    path.write_text(samples.wxr(*(samples.wxr_comment(n) for n in range(300))))
    importer, _total = check(path)
    barrier, reports = threading.Barrier(2), []

    def work():
        report = Report()
        barrier.wait()
        try:
            take_over(site, path, importer, report, mapping={})
        finally:
            connection.close()
        reports.append(report)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sum(report.added.total() for report in reports) == 300
    assert sum(report.known for report in reports) == 300
    assert Comment.objects.count() == 300
