"""PyPI `python-akismet`: `KEY.<host>`, told another host by its attributes; reads JSON."""

import os
import socket
from typing import Any

from akismet import Akismet, SpamStatus
from akismet.exceptions import AkismetServerError

KEY, BLOG, PORT = (os.environ[f"WINNOW_{name}"] for name in ("KEY", "BLOG", "PORT"))
look_up = socket.getaddrinfo


def here(_host: str, *rest: Any, **more: Any) -> Any:
    """Be the name server: KEY.localhost does not resolve everywhere."""
    return look_up("127.0.0.1", *rest, **more)


socket.getaddrinfo = here
Akismet.protocol, Akismet.domain = "http", f"localhost:{PORT}"
WHO = {"user_ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "comment_type": "comment"}
SPAM = {**WHO, "comment_author": "viagra-test-123", "comment_content": "Pills!"}
HAM = {**WHO, "comment_author": "Ada", "comment_content": "By hand.", "blog_lang": "en, fr_ca"}

winnow = Akismet(KEY, blog=BLOG, application_user_agent="tests/1.0", timeout=5)
assert winnow.check(**SPAM) in (SpamStatus.ProbableSpam, SpamStatus.DefiniteSpam)
print("ok spam")
assert winnow.check(**HAM) == SpamStatus.Ham
print("ok ham")
winnow.submit_ham(**SPAM)
print("ok submit-ham")
winnow.submit_spam(**HAM)
print("ok submit-spam")
tester = Akismet(KEY, blog=BLOG, is_test=True)
assert tester.check(**{**SPAM, "comment_content": "Try!"}) == SpamStatus.ProbableSpam
print("ok is_test")
try:
    Akismet("0" * 12, blog=BLOG).check(**HAM)
except AkismetServerError as error:
    if "Invalid key" in str(error):
        print("ok check with a wrong key")
