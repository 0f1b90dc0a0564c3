"""PyPI `akismet`: bare host, key in the body; the library's own URL, led here by a mount."""

import os

import akismet
import httpx

KEY, BLOG, PORT = (os.environ[f"WINNOW_{name}"] for name in ("KEY", "BLOG", "PORT"))
SPAM = {"comment_author": "akismet-guaranteed-spam", "comment_content": "Pills!"}
HAM = {"comment_author": "Ada", "comment_content": "We winnowed by hand.", "user_role": "author"}
WHO = {"user_ip": "203.0.113.7", "user_agent": "Mozilla/5.0"}


class Here(httpx.HTTPTransport):
    """Answers for rest.akismet.com."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(PORT))
        return super().handle_request(request)


def client(key: str) -> akismet.SyncClient:
    http = httpx.Client(transport=Here(), headers={"User-Agent": akismet.USER_AGENT}, timeout=5)
    return akismet.SyncClient.validated_client(
        config=akismet.Config(key=key, url=BLOG), http_client=http
    )


winnow = client(KEY)
print("ok valid key")
try:
    client("000000000000")
except akismet.APIKeyError:
    print("ok wrong key")
assert winnow.comment_check(**WHO, **SPAM) in (
    akismet.CheckResponse.SPAM,
    akismet.CheckResponse.DISCARD,
)
print("ok spam")
assert winnow.comment_check(**WHO, **HAM) == akismet.CheckResponse.HAM
print("ok ham")
assert winnow.submit_ham(**WHO, **SPAM)
print("ok submit-ham")
assert winnow.submit_spam(**WHO, **HAM)
print("ok submit-spam")
assert winnow.usage_limit()["usage"] == 2
print("ok usage-limit")
