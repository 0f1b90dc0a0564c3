"""`manage.py import_comments`: the report, the dry run, and what goes wrong."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from moderation.management.progress import ProgressBar
from moderation.models import Comment
from tests.importers import samples


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(samples.wxr(samples.wxr_comment(1), samples.wxr_comment(2, "<b>x</b>")))
    return path


def run(*arguments, **more):
    out = io.StringIO()
    call_command("import_comments", *map(str, arguments), stdout=out, **more)
    return out.getvalue()


def test_it_imports_and_reports(site, file, capsys):
    said = run(file, "--site", site.pk)

    assert Comment.objects.count() == 2
    assert "format: wordpress" in said
    assert "new comments: 2" in said
    assert "line 10: formatting became plain text: b" in said
    assert capsys.readouterr().err == ""  # quiet in a pipe


def test_a_dry_run_changes_nothing(site, file):
    said = run(file, "--site", site.pk, "--dry-run")

    assert "nothing was changed" in said
    assert "new comments: 2" in said
    assert not Comment.objects.exists()


def test_pages_can_be_moved(site, tmp_path):
    path = tmp_path / "x"
    path.write_text(samples.wxr(samples.wxr_comment(1), host="http://old.example"))

    run(path, "--site", site.pk, "--map", "http://old.example=https://blog.example")

    assert Comment.objects.get().article.url == "https://blog.example/post/"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("what?", "line 1: is in none of the formats"),
        (samples.WXR_HEAD + "<a></b>", "line 6: is not well-formed XML: mismatched tag"),
    ],
)
def test_a_bad_file_is_named_with_line_and_cause(site, tmp_path, content, cause):
    path = tmp_path / "bad.xml"
    path.write_text(content)

    with pytest.raises(CommandError, match=f"bad.xml, {cause}"):
        run(path, "--site", site.pk)


def test_a_file_that_is_not_there_is_named(site, tmp_path):
    with pytest.raises(CommandError, match=r"none\.xml, line 1: No such file"):
        run(tmp_path / "none.xml", "--site", site.pk)


@pytest.mark.parametrize("wrong", ["nonsense", "01a20ff6-0000-7000-8000-000000000000"])
def test_an_unknown_site_is_named(db, file, wrong):
    with pytest.raises(CommandError, match=f"there is no site {wrong}"):
        run(file, "--site", wrong)


def test_a_rule_without_both_sides_is_refused(site, file):
    with pytest.raises(CommandError, match="must be OLD=NEW"):
        run(file, "--site", site.pk, "--map", "http://old.example")


def test_a_terminal_sees_rate_and_remaining_time(site, file):
    terminal = Terminal()

    run(file, "--site", site.pk, stderr=terminal)

    assert "Importing [####" in terminal.getvalue()
    assert "2 of 2" in terminal.getvalue()
    assert "/s, 0:00 left" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_bar_tells_how_long_it_takes():
    bar = ProgressBar(OutputWrapper(Terminal()), "Importing", 1000)

    assert bar.line(250, 10.0) == (
        "Importing [######..................]  25% 250 of 1,000, 25/s, 0:30 left"
    )
