"""`manage.py train`: labelled rows in, a classifier out."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from tests.scoring.synthetic import as_line, make_rows


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_it_writes_a_classifier_and_nothing_else(tmp_path, capsys):
    file = write(tmp_path / "rows.jsonl", map(as_line, make_rows()))
    out = tmp_path / "made.npz"

    call_command("train", file, out=out, files_alone=True)

    classifier = Classifier.load(out)
    assert classifier.score(Evidence(body="cheap casino pills")).value > 0.9
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.npz", "rows.jsonl"]
    shown = capsys.readouterr()
    assert classifier.version in shown.out
    assert shown.err == ""


def test_a_bad_row_stops_it_before_anything_is_written(tmp_path):
    file = write(tmp_path / "rows.jsonl", [as_line(make_rows()[0]), '{"text": 5, "label": "spam"}'])

    with pytest.raises(CommandError, match=r"rows\.jsonl, line 2: text is required"):
        call_command("train", file, out=tmp_path / "made.npz")

    assert not (tmp_path / "made.npz").exists()


def test_one_label_alone_teaches_nothing(tmp_path):
    file = write(tmp_path / "rows.jsonl", [as_line(row) for row in make_rows() if row.is_spam])

    with pytest.raises(CommandError, match="needs both spam and ham"):
        call_command("train", file, out=tmp_path / "made.npz")


def test_it_says_so_before_training_when_it_cannot_write(tmp_path):
    file = write(tmp_path / "rows.jsonl", map(as_line, make_rows()))

    with pytest.raises(CommandError, match="not a file in an existing folder"):
        call_command("train", file, out=tmp_path / "nowhere" / "made.npz")
