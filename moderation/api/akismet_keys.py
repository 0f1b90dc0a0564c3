"""The key's own calls: is it valid, what does it stand for."""

import secrets

from django.http import HttpResponseBase

from moderation.api.akismet_protocol import CANDIDATE, INVALID, VALID, Call, akismet, said, told
from moderation.services.blogs import BadBlog, blog_url, forget_callback


@akismet(key_order=CANDIDATE)
def verify_key(call: Call) -> HttpResponseBase:
    """Say whether a key serves a blog. No reason is given: clients would take it for a failure."""
    return said(VALID if call.key and serves(call) else INVALID)


def serves(call: Call) -> bool:
    assert call.key
    try:
        return bool(blog_url(call.key.site, call.fields.get("blog", "")))
    except BadBlog:
        return False


@akismet(methods=("GET", "POST"))
def test(call: Call) -> HttpResponseBase:
    """Say that somebody is there; needs no key."""
    return said("connected")


@akismet(key_order=CANDIDATE)
def deactivate(call: Call) -> HttpResponseBase:
    """Take note that a plugin was switched off: nothing is sent to its blog any more."""
    if not call.key:
        return said(INVALID)
    try:
        forget_callback(call.key.site, call.key, call.fields.get("blog", ""))
    except BadBlog:
        return said(INVALID)
    return said("deactivated")


@akismet()
def token(call: Call) -> HttpResponseBase:
    """Return a token for pages of statistics that only Akismet has; here it opens nothing."""
    return said(secrets.token_hex(16) if call.key else INVALID)


@akismet()
def get_subscription(call: Call) -> HttpResponseBase:
    if not call.key:
        return said(INVALID)
    return told(
        {
            "account_id": str(call.key.site_id),
            "account_type": "winnow",
            "account_name": call.key.site.name,
            "status": "active",
            "next_billing_date": False,
            "limit_reached": False,
        }
    )
