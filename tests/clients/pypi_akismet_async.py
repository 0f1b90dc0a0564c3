"""PyPI `akismet-async`: verifies at the bare host, then `KEY.<host>`; led here by a transport."""

import asyncio
import os
from json import JSONDecodeError

import httpx
from akismet import Akismet, Comment, SpamStatus

KEY, BLOG, PORT = (os.environ[f"WINNOW_{name}"] for name in ("KEY", "BLOG", "PORT"))
WHO = {"user_ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "referrer": "https://x.example/"}
SPAM = Comment(comment_author="viagra-test-123", comment_content="Pills!", **WHO)
HAM = Comment(comment_author="Ada", comment_content="By hand.", content_type="comment", **WHO)


class Here(httpx.AsyncHTTPTransport):
    """Answers for rest.akismet.com."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(PORT))
        return await super().handle_async_request(request)


def client(key: str) -> Akismet:
    made = Akismet(api_key=key, blog=BLOG, user_agent="tests/1.0")
    made._http_client = httpx.AsyncClient(transport=Here())
    return made


async def main() -> None:
    winnow, stranger = client(KEY), client("0" * 12)
    assert await winnow.verify_key()
    print("ok valid key")
    assert not await stranger.verify_key()
    print("ok wrong key")
    assert await winnow.check(SPAM) in (SpamStatus.PROBABLE_SPAM, SpamStatus.DEFINITE_SPAM)
    print("ok spam")
    assert await winnow.check(HAM) == SpamStatus.HAM
    print("ok ham")
    await winnow.submit_ham(SPAM)
    print("ok submit-ham")
    await winnow.submit_spam(HAM)
    print("ok submit-spam")
    try:
        await stranger.check(HAM)
    except JSONDecodeError:  # its way to refuse `invalid`
        print("ok check with a wrong key")


asyncio.run(main())
