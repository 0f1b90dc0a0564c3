"""A client of Akismet's protocol, as plain as it gets."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

BLOG = "https://blog.example"
HAM = {
    "blog": BLOG,
    "user_ip": "203.0.113.7",
    "user_agent": "Mozilla/5.0",
    "permalink": f"{BLOG}/post/",
    "comment_type": "comment",
    "comment_author": "Ada",
    "comment_author_email": "ada@example.org",
    "comment_content": "I grew up on a farm and we winnowed rice by hand every autumn.",
}
SPAM = {**HAM, "comment_author": "viagra-test-123", "comment_content": "Cheap pills!"}


def call(path: str, fields: dict[str, Any] | str | bytes = "", *, host: str = "localhost") -> Any:
    """POST a form, without a session and without a cookie."""
    body = fields if isinstance(fields, str | bytes) else urlencode(fields, doseq=True)
    return Client().post(
        path, body, content_type="application/x-www-form-urlencoded", headers={"Host": host}
    )


def check(key: str, fields: dict[str, Any] = HAM, **more: Any) -> Any:
    return call("/1.1/comment-check", {**fields, "api_key": key, **more})


def word(answer: Any) -> str:
    """Return the answer's word; it is nothing but that word."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Length"] == str(len(answer.content))
    return answer.content.decode()
