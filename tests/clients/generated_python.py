"""The README's round trip with a client that openapi-python-client wrote from the schema."""

import sys
from uuid import UUID

from winnow_client import AuthenticatedClient
from winnow_client.api.comments import comments_submit
from winnow_client.api.decisions import decisions_undo
from winnow_client.api.queue import queue_decide, queue_list
from winnow_client.models import (
    ArticleRequest,
    AuthorRequest,
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


spam = submit("Cheap Watches", "BUY REPLICA WATCHES http://watches.example/")
ham = submit("Ida", "My aunt still has such a basket.")
queue = queue_list.sync(client=client, limit=10)
assert {comment.id for comment in queue.results} >= {spam, ham}, queue
request = DecisionRequest(status=StatusEnum.SPAM, seen_version=queue.results[0].version)
decision = queue_decide.sync(spam, client=client, body=request)
assert (decision.from_, decision.to) == ("pending", "spam"), decision
undone = decisions_undo.sync(decision.id, client=client)
assert (undone.to, undone.undoes) == ("pending", decision.id), undone
print("round trip")
