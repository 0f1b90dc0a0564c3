"""PyPI `pykismet3`: `KEY.rest.akismet.com` only, nothing in the body; says content_type."""

import os
import socket
from typing import Any

from pykismet3 import Akismet, AkismetServerError

KEY, BLOG, PORT = (os.environ[f"WINNOW_{name}"] for name in ("KEY", "BLOG", "PORT"))
look_up = socket.getaddrinfo


def here(host: str, port: int, *rest: Any, **more: Any) -> Any:
    """Be the name server that says where rest.akismet.com is."""
    return look_up("127.0.0.1", int(PORT), *rest, **more)


socket.getaddrinfo = here
WHO = {"user_ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "referrer": ""}
SPAM = {**WHO, "comment_author": "viagra-test-123", "comment_content": "Pills!"}
HAM = {**WHO, "comment_author": "Ada", "comment_content": "By hand.", "content_type": "comment"}

winnow = Akismet(api_key=KEY, blog_url=BLOG, user_agent="tests/1.0")
assert winnow.check(dict(SPAM)) is True
print("ok spam")
assert winnow.check(dict(HAM)) is False
print("ok ham")
winnow.submit_ham(dict(SPAM))
print("ok submit-ham")
winnow.submit_spam(dict(HAM))
print("ok submit-spam")
try:
    Akismet(api_key="0" * 12, blog_url=BLOG, user_agent="tests/1.0").check(dict(HAM))
except AkismetServerError:
    print("ok check with a wrong key")
