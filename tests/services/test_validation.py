"""The one validator."""

import pytest

from moderation.services.validation import InvalidSubmission, validated
from moderation.submission import Submission


def submission(**changes):
    return Submission(
        **{
            "article_url": "https://blog.example/",
            "author_name": "Bo",
            "body": "Text.",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "field", "kept"),
    [
        ({"body": "  a\r\nb\rc  "}, "body", "a\nb\nc"),
        ({"body": "<b>bold</b> & 'co'"}, "body", "<b>bold</b> & 'co'"),
        ({"body": "e\u0301"}, "body", "é"),
        (
            {"body": "ﬁ ½ \u210c"},
            "body",
            "ﬁ ½ \u210c",
        ),  # NFC, not NFKC: words stay as they were written
        ({"body": "x" * 20_000}, "body", "x" * 20_000),
        ({"body": "👩‍👩‍👧 שלום عربي 漢字"}, "body", "👩‍👩‍👧 שלום عربي 漢字"),
        ({"author_name": "  Bo \n  Ek "}, "author_name", "Bo Ek"),
        ({"author_email": " Bo@EXAMPLE.org "}, "author_email", "Bo@example.org"),
        ({"author_email": "bo@bücher.example"}, "author_email", "bo@xn--bcher-kva.example"),
        ({"author_email": "bo+tag@sub.example.co.uk"}, "author_email", "bo+tag@sub.example.co.uk"),
        ({"author_email": ""}, "author_email", ""),
        ({"author_url": " https://bo.example/a?b#c "}, "author_url", "https://bo.example/a?b#c"),
        ({"author_url": ""}, "author_url", ""),
    ],
)
def test_the_normal_form(changes, field, kept):
    assert getattr(validated(submission(**changes)), field) == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "a\x00b"}, "comment"),
        ({"body": "a\x1bb"}, "comment"),
        ({"body": "\ud800"}, "comment"),
        ({"body": "x" * 20_001}, "comment"),
        ({"body": "\u200b\u2060"}, "comment"),
        ({"author_name": "\u3164"}, "name"),
        ({"author_name": "x\x07"}, "name"),
        ({"author_email": "bo@localhost"}, "email"),
        ({"author_email": "a@b@example.org"}, "email"),
        ({"author_email": "bo@example.org\nBcc: x@example.org"}, "email"),
        ({"author_email": "m\u0131ke@example.org"}, "email"),
        ({"author_email": "x" * 250 + "@example.org"}, "email"),
        ({"author_url": "//bo.example"}, "website"),
        ({"author_url": "bo.example"}, "website"),
        ({"author_url": "vbscript:x"}, "website"),
        ({"author_url": "https://bo.example/" + "\u202e"}, "website"),
        ({"article_title": "x" * 301}, "article_title"),
        ({"external_id": "x\x00"}, "external_id"),
    ],
)
def test_what_is_refused(changes, field):
    with pytest.raises(InvalidSubmission) as caught:
        validated(submission(**changes))

    assert list(caught.value.fields) == [field]


def test_every_bad_field_is_named_at_once():
    with pytest.raises(InvalidSubmission) as caught:
        validated(submission(body="", author_name="", author_email="x"))

    assert set(caught.value.fields) == {"comment", "name", "email"}


def test_the_complaint_does_not_repeat_what_was_sent():
    with pytest.raises(InvalidSubmission) as caught:
        validated(submission(author_email="canary-at-example"))

    assert "canary" not in str(caught.value) + str(caught.value.fields)
