"""Regular expressions of an owner, run by RE2: time grows with the text and no faster."""

from functools import lru_cache

import re2

MOST_MEMORY_BYTES = 1 << 20
# Instructions; what is searched costs at most this many steps per letter.
LARGEST_PROGRAM = 1000


class BadExpression(ValueError):
    """An expression that cannot be used; the message says why, in one sentence."""


@lru_cache(maxsize=512)
def compile_expression(pattern: str) -> "re2._Regexp":
    """Return the compiled expression, blind to case; raise BadExpression."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = MOST_MEMORY_BYTES
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        cause = error.args[0] if error.args else b""
        words = cause.decode(errors="replace") if isinstance(cause, bytes) else str(cause)
        raise BadExpression(f"is no expression that RE2 runs: {words}") from error
    if compiled.programsize > LARGEST_PROGRAM:
        raise BadExpression("is too large; use smaller repetitions")
    if compiled.search("") is not None:
        raise BadExpression("matches an empty text, and so every comment")
    return compiled


def find_expression(pattern: str, text: str) -> tuple[int, int] | None:
    """Return where an expression first matches a text as written, or None."""
    # Half a surrogate pair has no place in UTF-8; it counts as one question mark.
    found = compile_expression(pattern).search(text.encode(errors="replace").decode())
    if found is None:
        return None
    start, end = found.span()
    return start, end
