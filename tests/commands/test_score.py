"""`manage.py score`: JSON lines in, JSON lines out."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from moderation.management.commands.score import BATCH_LINES
from moderation.models import Comment
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.services.training import learn_waiting
from moderation.status import Status
from tests.factories import decide_as, make_comment, make_rule

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def score(monkeypatch, capsys):
    """Feed lines to the command; return its answers and what it complained of."""

    def score(*lines, **options):
        stdin = io.TextIOWrapper(io.BytesIO(b"".join(line + b"\n" for line in lines)))
        monkeypatch.setattr(sys, "stdin", stdin)
        complaint = ""
        try:
            call_command("score", **options)
        except CommandError as error:
            complaint = str(error)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()], complaint

    return score


def test_one_answer_a_line_in_order(score):
    answers, complaint = score(
        b'{"id": "a", "text": "buy cheap viagra http://pills.example", "label": "ham"}',
        b'{"text": "Thanks, the second example works now.", "author": "Maria"}',
    )

    assert complaint == ""
    assert [(answer["id"], answer["label"]) for answer in answers] == [("a", "spam"), (None, "ham")]
    assert list(answers[0]) == ["id", "score", "label", "reasons"]
    [reason, *_] = answers[0]["reasons"]
    assert list(reason) == ["feature", "text", "weight", "span"]


def test_scores_are_the_classifiers_own(score):
    [answer], _ = score(b'{"text": "hello there", "author": "Ann", "email": "a@mailinator.com"}')

    evidence = Evidence(body="hello there", author_name="Ann", email_domain="mailinator.com")
    assert answer["score"] == Classifier.load().score(evidence).value


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"{",
        b"7",
        b"NaN",
        b'{"text": 7}',
        b"[" * 300_000,
        b'{"text": "x", "title": 1}',
        b'{"text": "x", "id": ' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"text": "x"}',
    ],
)
def test_a_bad_row_is_answered_in_its_place(score, line):
    answers, complaint = score(b'{"text": "one"}', line, b'{"text": "three"}')

    assert [next(iter(answer)) for answer in answers] == ["id", "line", "id"]
    assert answers[1]["line"] == 2
    assert answers[1]["error"]
    assert "1 of the lines" in complaint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "x" * 1_000_000,
        "a b " * 250_000,
        "\u200b" * 1000,
        "💊" * 500,
        "<" * 50_000,
        "http://" * 20_000,
        "a1" * 20_000,
        " a" * 50_000,
        "".join(map(chr, range(0x20, 0xD800))),
        "".join(map(chr, range(0xE000, 0x11000))),
    ],
)
def test_odd_texts_get_a_score(score, text):
    [answer], complaint = score(json.dumps({"text": text, "id": text[:3]}).encode())

    assert complaint == ""
    assert 0.0 <= answer["score"] <= 1.0
    assert answer["id"] == text[:3]


def test_long_input_is_answered_in_full(score):
    count = 2 * BATCH_LINES + 3

    answers, _ = score(
        *[json.dumps({"id": n, "text": f"comment {n}"}).encode() for n in range(count)]
    )

    assert [answer["id"] for answer in answers] == list(range(count))


def test_it_reads_files_too(tmp_path, capsys):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 1, "text": "hello"}\n')

    call_command("score", file)

    assert json.loads(capsys.readouterr().out)["id"] == 1


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"none\.jsonl, line 1: No such file"):
        call_command("score", tmp_path / "none.jsonl")


class TestOfASite:
    TAUGHT = "The winnowing basket of my aunt hangs in the kitchen."

    @pytest.fixture
    def of_site(self, site, score):
        return lambda *lines: score(*lines, site=str(site.pk))

    def test_a_site_that_knows_nothing_scores_as_the_classifier_does(self, of_site, score):
        rows = [
            b'{"text": "buy cheap viagra http://pills.example", "email": "bo@mailinator.com"}',
            b'{"text": "Thanks, it works.", "author": "Ann", "url": "http://a.test", "title": "I"}',
            json.dumps({"text": "half a pair: \ud800"}).encode(),
        ]

        assert of_site(*rows) == score(*rows)

    def test_what_people_taught_the_site_counts(self, of_site, score, site, alice):
        for number, status in enumerate([Status.SPAM, Status.APPROVED] * 3):
            words = self.TAUGHT if status == Status.SPAM else "A quite different subject."
            comment = make_comment(site, body=f"{words} {number}", email="bo@example.org")
            decide_as(alice, comment, status)
        learn_waiting()
        row = json.dumps({"text": self.TAUGHT, "email": "BO@example.org"}).encode()

        [[taught], _], [[plain], _] = of_site(row), score(row)

        assert taught["score"] > plain["score"]
        assert {"site_words", "address_record"} <= {one["feature"] for one in taught["reasons"]}

    def test_the_weights_of_its_rules_count_and_leave_no_trace(self, of_site, score, site):
        rule = make_rule(site, "basket", name="Baskets", action="add_weight", weight=4.0)
        row = json.dumps({"text": self.TAUGHT}).encode()

        [[weighed], _], [[plain], _] = of_site(row), score(row)

        assert weighed["score"] > plain["score"]
        assert weighed["reasons"][0]["text"] == "your rule “Baskets”"
        rule.refresh_from_db()
        assert (rule.hits, Comment.objects.count(), site.articles.count()) == (0, 0, 0)

    def test_a_bad_row_is_answered_in_its_place(self, of_site):
        answers, complaint = of_site(b'{"text": "one"}', b"nonsense", b'{"text": "three"}')

        assert [next(iter(answer)) for answer in answers] == ["id", "line", "id"]
        assert "1 of the lines" in complaint

    @pytest.mark.parametrize("name", ["nonsense", "019a0000-0000-7000-8000-000000000000"])
    def test_a_site_that_is_not_there_is_told(self, db, score, name):
        assert score(b'{"text": "one"}', site=name) == ([], f"there is no site {name}")


def test_a_real_process_exits_with_1_after_a_bad_row():
    done = subprocess.run(
        [sys.executable, "-m", "django", "score", "--settings", "tests.settings"],
        input=b'{"id": 1, "text": "caf\xc3\xa9"}\nnonsense\n',
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["id"] == 1
    assert answers[1] == {"line": 2, "error": "not valid JSON"}
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_a_reader_who_has_seen_enough_gets_no_traceback(tmp_path):
    many = tmp_path / "many.jsonl"
    many.write_text('{"text": "Thanks, the second example works now."}\n' * 3000)
    command = [sys.executable, ROOT / "manage.py", "score", many]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as scoring:
        assert scoring.stdout.readline().startswith(b"{")
        scoring.stdout.close()
        complaint = scoring.stderr.read()

    assert complaint == b""
    assert scoring.returncode == 141
