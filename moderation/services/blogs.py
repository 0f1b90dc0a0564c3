"""Blogs: who asks with a plugin key, and where they want to hear of later decisions."""

from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from moderation.canonical import BadURL, canonical_url
from moderation.models import Blog, Site, SiteKey
from moderation.services.access import moment
from moderation.services.validation import WEBSITE_LENGTH


class BadBlog(Exception):
    """The address of a blog is none, or not one that the key is for; the message says which."""


def blog_url(site: Site, address: str) -> str:
    """Return the canonical URL of a blog of this site; raise BadBlog.

    The scheme is not compared: a blog that moved to https is still the same one.
    """
    try:
        url = canonical_url(address.strip())
    except BadURL as error:
        raise BadBlog(_("We were unable to parse your blog URI")) from error
    if len(url) > WEBSITE_LENGTH:
        raise BadBlog(_("We were unable to parse your blog URI"))
    if host_of(url) not in {host_of(origin) for origin in site.origins}:
        raise BadBlog(_("This key belongs to another site"))
    return url


def blog_of(key: SiteKey, address: str, callback: str = "") -> Blog:
    """Return the blog that asks, made when it asks for the first time; raise BadBlog.

    A callback that is not on the blog's own host is ignored: it could be anybody's.
    """
    url = blog_url(key.site, address)
    blog = known_blog(key.site_id, key.pk, url, moment())
    blog.site, blog.key = key.site, key  # loaded already
    if is_own_callback(url, callback) and blog.callback != callback:
        blog.callback = callback
        blog.save(update_fields=["callback"])
    return blog


@lru_cache(maxsize=256)
def known_blog(site_id: UUID, key_id: UUID, url: str, moment: int) -> Blog:
    """Return a blog, looked up once a KNOWN_SECONDS like its key."""
    return Blog.objects.get_or_create(site_id=site_id, key_id=key_id, url=url)[0]


def is_own_callback(url: str, callback: str) -> bool:
    if not callback or len(callback) > WEBSITE_LENGTH:
        return False
    try:
        return urlsplit(canonical_url(callback)).hostname == urlsplit(url).hostname
    except BadURL:
        return False


def page_of(blog: Blog, permalink: str) -> str:
    """Return the page that a comment stands under, the blog itself where none is told."""
    try:
        url = canonical_url(permalink.strip())
    except BadURL:
        return blog.url
    is_own = host_of(url) in {host_of(origin) for origin in blog.site.origins}
    return url if is_own and len(url) <= WEBSITE_LENGTH else blog.url


def forget_callback(site: Site, key: SiteKey, address: str) -> None:
    """Send nothing more to a blog whose plugin was switched off; raise BadBlog."""
    Blog.objects.filter(site=site, key=key, url=blog_url(site, address)).update(callback="")


def host_of(url: str) -> str:
    return urlsplit(url).netloc
