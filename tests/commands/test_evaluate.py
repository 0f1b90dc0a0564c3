"""`manage.py evaluate`: labelled rows in, a table of figures out."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.scoring.synthetic import as_line, make_rows


def test_it_prints_the_table(tmp_path, capsys):
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(as_line, make_rows())), "utf-8")

    call_command("evaluate", file)

    head, rule, everything, *slices = capsys.readouterr().out.splitlines()
    assert head.startswith("| slice | n | spam | ROC-AUC | PR-AUC |")
    assert rule.count("---") == 11
    name, rows, spam, auc = [cell.strip() for cell in everything.split("|")[1:5]]
    assert (name, rows, spam) == ("all", "240", "120")
    assert float(auc) > 0.7
    assert [line.split("|")[1].strip() for line in slices] == [
        "kind train",
        "source blog:one",
        "source blog:two",
        "source video:one",
        "language en",
    ]


def test_suspects_beside_the_file_are_left_out(tmp_path, capsys):
    (tmp_path / "rows.jsonl").write_text("\n".join(map(as_line, make_rows())), "utf-8")
    (tmp_path / "rows_suspect.txt").write_text("row0\nrow1\nrow2\n")

    call_command("evaluate", tmp_path / "rows.jsonl")

    assert "| all | 237 | 119 |" in capsys.readouterr().out


def test_figures_that_are_not_defined_are_dashes(tmp_path, capsys):
    rows = [as_line(row) for row in make_rows() if row.is_spam]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows), "utf-8")

    call_command("evaluate", tmp_path / "rows.jsonl")

    assert "| all | 120 | 120 | - | - | - | - | - | - | - |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("", "no labelled comments"),
        ('{"text": "x"}', r"line 1: label must be spam or ham"),
        ('{"text": "x", "label": "spam"}\n\n', r"line 2: empty line"),
    ],
)
def test_bad_input_is_told_in_one_line(tmp_path, content, cause):
    file = tmp_path / "rows.jsonl"
    file.write_text(content)

    with pytest.raises(CommandError, match=cause) as refused:
        call_command("evaluate", file)

    assert "rows.jsonl" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_classifier_is_told(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(as_line(make_rows()[0]))

    with pytest.raises(CommandError, match="not a classifier file"):
        call_command("evaluate", file, classifier=tmp_path / "none.npz")
