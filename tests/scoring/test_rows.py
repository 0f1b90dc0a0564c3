import gzip
import json

import pytest

from moderation.scoring.rows import BadFile, BadRow, parse_row, read_for_training, read_labelled


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b"", "empty line"),
        (b" \r\n", "empty line"),
        (b"\xff\xfe", "not valid UTF-8"),
        (b"{", "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "text is required"),
        (b'{"text": 5}', "text is required"),
        (b'{"text": "x", "author": 5}', "author must be a string"),
        (b'{"text": "x", "url": []}', "url must be a string"),
        (b'{"text": "x", "id": [1]}', "id must be"),
        (b'{"text": "x", "id": true}', "id must be"),
    ],
)
def test_a_bad_row_is_told_why(line, cause):
    with pytest.raises(BadRow, match=cause):
        parse_row(line)


def test_a_full_row():
    row = parse_row(
        b'{"id": 3, "text": "hello", "author": "Ann", "email": "ann@Example.org", "url": "u",'
        b' "title": "t", "lang": "en", "label": "spam", "source": "s", "unknown": {}}'
    )

    assert (row.id, row.is_spam, row.source, row.lang) == (3, True, "s", "en")
    assert row.evidence.body == "hello"
    assert row.evidence.author_name == "Ann"
    assert row.evidence.email_domain == "Example.org"
    assert (row.evidence.author_url, row.evidence.article_title) == ("u", "t")


def test_optional_keys_may_be_missing_or_null():
    row = parse_row(b'{"text": "", "author": null, "label": null}')

    assert (row.id, row.is_spam, row.lang, row.evidence.author_name) == (None, None, "und", "")


def write(path, *labels):
    lines = [
        json.dumps({"id": f"r{n}", "text": "x", "label": label}) for n, label in enumerate(labels)
    ]
    text = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("name", ["comments.jsonl", "comments.jsonl.gz"])
def test_suspects_are_left_out_and_flips_turned(tmp_path, name):
    path = write(tmp_path / name, "spam", "ham", "spam")
    (tmp_path / "comments_suspect.txt").write_text("r0\nr1\n")
    (tmp_path / "comments_flip.txt").write_text("r0\n")

    assert [row.id for row in read_labelled(path)] == ["r2"]
    assert [(row.id, row.is_spam) for row in read_for_training(path)] == [
        ("r0", False),
        ("r2", True),
    ]


def test_spam_that_a_blog_let_pass_is_left_out(tmp_path):
    path = tmp_path / "comments.jsonl"
    rows = [
        {"id": f"r{number}", "text": "Nice.", "label": label, "family": "blog"}
        for number, label in enumerate(["ham", "spam", "ham"])
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "comments_flip.txt").write_text("r0\nr1\n")

    kept = [(row.id, row.is_spam) for row in read_for_training(path)]

    assert kept == [("r1", False), ("r2", False)]


def test_the_message_names_file_line_and_cause(tmp_path):
    path = write(tmp_path / "comments.jsonl", "spam", "perhaps")

    with pytest.raises(BadFile, match=r"comments\.jsonl, line 2: label must be spam or ham"):
        read_labelled(path)


def test_a_broken_archive_is_told(tmp_path):
    path = write(tmp_path / "comments.jsonl.gz", *["spam"] * 50)
    path.write_bytes(path.read_bytes()[:40])

    with pytest.raises(BadFile, match=r"comments\.jsonl\.gz, line 1: not a whole gzip file"):
        read_labelled(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(BadFile, match=r"none\.jsonl, line 1: No such file"):
        read_labelled(tmp_path / "none.jsonl")
