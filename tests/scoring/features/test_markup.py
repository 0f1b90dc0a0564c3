import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.markup import markup


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("[url=http://a.example]pills[/url]", 1.0),
        ("[URL]http://a.example[/URL]", 1.0),
        ('<a href="http://a.example">pills</a>', 0.0),
        ('[link=a]pills[/link] <A class="x" href="http://a.example">pills</A>', 2.0),
        ("array[url] is fine, [urls] too", 1.0),
        ("see [1] and [a note]", 0.0),
        ("", 0.0),
    ],
)
def test_forum_codes(body, value):
    assert markup(Evidence(body=body)) == value


def test_it_names_what_it_saw():
    evidence = Evidence(body='[url=a]b[/url] <a href="c">d</a>')

    assert markup.tell(evidence) == "[url] codes and raw HTML links"
