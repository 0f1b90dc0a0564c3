"""The README's round trip with a client that openapi-python-client wrote from the schema."""

import sys
import time
from uuid import UUID

from winnow_client import AuthenticatedClient
from winnow_client.api.comments import comments_submit
from winnow_client.api.decisions import decisions_undo
from winnow_client.api.queue import queue_decide, queue_list
from winnow_client.models import (
    ArticleRequest,
    AuthorRequest,
    CommentShape,
    DecisionRequest,
    StatusEnum,
    SubmitRequest,
)

url, key = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=key, raise_on_unexpected_status=True)


def submit(name: str, body: str) -> UUID:
    request = SubmitRequest(
        article=ArticleRequest(url="https://blog.example/post/"),
        author=AuthorRequest(name=name),
        body=body,
    )
    return comments_submit.sync(client=client, body=request).id


def queued(*ids: UUID) -> dict[UUID, CommentShape]:
    """Wait until the comments are scored and stand in the queue."""
    for _ in range(100):
        found = {one.id: one for one in queue_list.sync(client=client, limit=10).results}
        if found.keys() >= set(ids):
            return found
        time.sleep(0.1)
    raise SystemExit(f"in the queue: {found}")


spam = submit("Bo", "I sell baskets like these, ask me for the price.")
ham = submit("Ida", "My aunt still has such a basket.")
seen = queued(spam, ham)[spam]
assert seen.score is not None, seen
request = DecisionRequest(status=StatusEnum.SPAM, seen_version=seen.version)
decision = queue_decide.sync(spam, client=client, body=request)
assert (decision.from_, decision.to) == ("pending", "spam"), decision
undone = decisions_undo.sync(decision.id, client=client)
assert (undone.to, undone.undoes) == ("pending", decision.id), undone
print("round trip")
