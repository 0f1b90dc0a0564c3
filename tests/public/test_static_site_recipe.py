"""The form of docs/static-site.md, posted as it stands there."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from moderation.models import Comment
from tests.factories import make_site

RECIPE = Path(__file__).parents[2] / "docs" / "static-site.md"
TYPED = {"name": "Ida", "email": "ida@example.org", "comment": "Well said."}


class Form(HTMLParser):
    """What a browser would send, and where to."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"]
        if "name" in given:
            self.fields[given["name"]] = given.get("value", "")


def test_the_recipes_form_brings_a_comment(db):
    site = make_site(url="https://site.example")
    form = Form()
    form.feed(re.search(r"<form.*</form>", RECIPE.read_text(), re.DOTALL)[0])
    path = form.action.removeprefix("https://comments.example").replace("SITE", str(site.pk))

    answer = Client().post(
        path,
        urlencode({**form.fields, **TYPED}),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert (comment.author_name, comment.article.url) == ("Ida", "https://site.example/post/")
    assert not comment.trap_filled
