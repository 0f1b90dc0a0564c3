"""The page Import & export: who may, what is taken, and what becomes of it."""

import json
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from moderation.models import Comment, Disclosure, ImportRun
from moderation.services import import_runs
from tests.factories import make_comment
from tests.importers import samples

TEXT = samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, "<b>bold</b>"))


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def page(site):
    return f"/moderate/sites/{site.pk}/imports/"


@pytest.fixture
def send(olga, client_of, page):
    def send(content=TEXT, *, user=olga, name="../../etc/my export.xml", **fields):
        file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
        return client_of(user).post(page, {"file": file, **fields})

    return send


def left_over():
    return list(import_runs.folder().iterdir())


def test_an_uploaded_file_is_imported_by_a_worker(send, client_of, olga, site, nudges, settings):
    answer = send()

    run = ImportRun.objects.get()
    assert answer.status_code == 303
    [file] = left_over()
    assert (file.name, file.stat().st_mode & 0o777) == (f"{run.pk}.upload", 0o600)
    assert file.read_text() == TEXT
    assert (run.user_name, run.file_name) == ("olga", "my export.xml")
    waiting = client_of(olga).get(answer.url)
    assert "Waiting for a worker" in waiting.content.decode()

    assert import_runs.work_off()

    assert Comment.objects.filter(site=site).count() == 2
    done = client_of(olga).get(answer.url).content.decode()
    assert "Done" in done
    assert "line 10: formatting became plain text: b" in done
    assert left_over() == []
    assert not import_runs.work_off()


def test_a_worker_is_woken(send, nudges, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send()

    assert nudges == ["tasks.imports.import_waiting"]


def test_a_rehearsal_changes_nothing(send):
    send(is_rehearsal="on")

    import_runs.work_off()

    run = ImportRun.objects.get()
    assert (run.state, run.report["added"]) == ("done", {"approved": 2})
    assert not Comment.objects.exists()


def test_rules_move_pages(send):
    send(
        samples.wxr(samples.wxr_comment(1), host="http://old.example"),
        rules="http://old.example=https://blog.example\n",
    )

    import_runs.work_off()

    assert Comment.objects.get().article.url == "https://blog.example/post/"


@pytest.mark.parametrize(
    ("content", "fields", "why"),
    [
        (b"\x1f\x8b\x08rest", {}, "is compressed (gzip): unpack it first"),
        ("what?", {}, "none of the formats"),
        ("", {}, "empty"),
        (TEXT, {"rules": "nonsense"}, "Each line must be OLD=NEW."),
    ],
)
def test_bad_input_is_refused_beside_its_field(send, content, fields, why):
    answer = send(content, **fields)

    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert left_over() == []


def test_a_form_without_a_file_is_refused(client_of, olga, page):
    assert client_of(olga).post(page, {"rules": ""}).status_code == 400


def test_a_file_that_is_too_large_is_refused(send, settings):
    settings.IMPORT_BYTES = 100

    for extra in (b"", b" " * 100_000):  # by counting, and by what the request says of itself
        answer = send(TEXT.encode() + extra)
        assert answer.status_code == 413
        assert "too large" in answer.content.decode()
    assert left_over() == []


def test_a_file_that_turns_out_broken_fails_with_its_line(send, client_of, olga):
    answer = send(TEXT[:-20])

    import_runs.work_off()

    shown = client_of(olga).get(answer.url).content.decode()
    assert "line 13: is not well-formed XML" in shown
    assert not Comment.objects.exists()
    assert left_over() == []


def test_an_import_is_worked_off_in_slices(send, monkeypatch):
    send(samples.wxr(*(samples.wxr_comment(n) for n in range(1, 1200))))
    monkeypatch.setattr(import_runs, "SLICE_SECONDS", 0)

    slices = 0
    while import_runs.work_off():
        slices += 1

    run = ImportRun.objects.get()
    assert (slices, run.state, run.done, run.total) == (4, "done", 1199, 1199)
    assert run.report["added"] == {"approved": 1199}
    assert Comment.objects.count() == 1199


def test_a_worker_that_died_is_followed_by_another(send):
    send()
    dead = import_runs.claim()
    assert import_runs.claim() is None  # its lease stands
    ImportRun.objects.update(lease_until=dead.created_at)

    assert import_runs.work_off()

    assert ImportRun.objects.get().state == "done"
    with pytest.raises(import_runs.LeaseLost):
        import_runs.keep(dead)


def test_an_import_that_never_comes_on_is_given_up(send):
    send()
    ImportRun.objects.update(attempts=import_runs.MAX_ATTEMPTS)

    import_runs.work_off()

    assert ImportRun.objects.get().state == "failed"
    assert left_over() == []


def test_half_an_upload_is_forgotten_after_a_day(send):
    send()
    dead = import_runs.claim()
    old, new = import_runs.folder() / "old.part", import_runs.folder() / "new.part"
    for path in (old, new, import_runs.file_of(dead.pk)):
        path.touch()
        if path is not new:
            os.utime(path, (0, 0))

    import_runs.work_off()

    assert set(left_over()) == {new, import_runs.file_of(dead.pk)}


def test_the_script_is_told_how_far_it_is(send, client_of, olga):
    answer = send()

    told = client_of(olga).get(answer.url, headers={"Accept": "application/json"})

    assert told.json() == {
        "is_over": False,
        "done": 0,
        "total": None,
        "said": "Waiting for a worker",
    }


def test_the_report_can_be_downloaded(send, client_of, olga):
    answer = send()
    import_runs.work_off()

    report = client_of(olga).get(answer.url + "report/")

    assert report["Content-Disposition"] == 'attachment; filename="report.txt"'
    assert "new comments: 2" in report.content.decode()


def test_the_export_can_be_downloaded_without_addresses(site, client_of, olga, page):
    make_comment(site, email="ann@mail.example", body="Take me along")

    answer = client_of(olga).get(page + "export/")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert json.loads(lines[1])["body"] == "Take me along"
    assert "mail.example" not in "".join(lines)
    assert answer["Content-Disposition"] == 'attachment; filename="comments.jsonl"'


def test_owners_see_who_took_addresses_out(site, client_of, olga, page):
    Disclosure.objects.create(site=site, actor_name="command line (root)")

    assert "command line (root)" in client_of(olga).get(page).content.decode()


@pytest.mark.parametrize("who", ["alice", "mallory"])
def test_strangers_and_moderators_find_nothing(who, request, site, client_of, page, send):
    run = ImportRun.objects.create(site=site, user_name="olga", file_name="x")
    visitor = client_of(request.getfixturevalue(who))

    for place in ("", f"{run.pk}/", f"{run.pk}/report/", "export/"):
        assert visitor.get(page + place).status_code == 404
    assert send(user=request.getfixturevalue(who)).status_code == 404
    assert left_over() == []


def test_a_run_of_another_site_is_not_there(mallory, client_of, olga, page, send):
    other = ImportRun.objects.create(
        site=mallory.memberships.get().site, user_name="m", file_name="x"
    )

    assert client_of(olga).get(f"{page}{other.pk}/").status_code == 404


def test_visitors_are_asked_to_sign_in(client_of, page, send):
    assert client_of(None).get(page).status_code == 302
    assert send(user=None).status_code == 302
    assert left_over() == []


def test_a_form_of_another_site_is_refused(olga, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)

    answer = client.post(page, {"file": SimpleUploadedFile("x", TEXT.encode())})

    assert answer.status_code == 403
    assert not ImportRun.objects.exists()
    assert left_over() == []


def test_no_other_form_takes_a_file(db, client_of):
    file = SimpleUploadedFile("x", b"x")

    answer = client_of(None).post("/moderate/sign-in/", {"username": "x", "file": file})

    assert answer.status_code == 400
