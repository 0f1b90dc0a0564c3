"""The OpenAPI schema: what every endpoint answers when it cannot do as it was asked."""

from typing import Any

ERRORS = {
    "400": "Something that was sent cannot be accepted; `fields` says what.",
    "401": "No key and no session, or one that is not valid.",
    "403": "This key or person may not do this.",
    "404": "Nothing is there, or nothing of the caller's.",
    "405": "This address does not know the verb; `Allow` says which it knows.",
    "406": "JSON is all there is.",
    "409": "Something else stands by now.",
    "410": "What this request made before was erased.",
    "411": "The body came without its length.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "503": "Busy; `Retry-After` says when to come back.",
}
ALWAYS = ("400", "401", "403", "404", "405", "406", "429", "503")
WITH_BODY = ("411", "413", "415")
OURS = "/api/v1/"
ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorShape"}}}


def describe_errors(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Add to every operation the errors that it did not describe itself."""
    for path, operations in result["paths"].items():
        for operation in operations.values():
            if isinstance(operation, dict) and path.startswith(OURS):
                add_errors(operation)
    return result


def add_errors(operation: dict[str, Any]) -> None:
    codes = ALWAYS + (WITH_BODY if "requestBody" in operation else ())
    for code in codes:
        operation["responses"].setdefault(code, {"content": ERROR})
    for code, answer in operation["responses"].items():
        if code in ERRORS and not answer.get("description"):
            answer["description"] = ERRORS[code]
    operation["responses"] = dict(sorted(operation["responses"].items()))
