import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.links import MOST_COUNTED, count_links, links


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        ("nothing. to see", 0),
        ("http is a protocol", 0),
        ("see https://example.org", 1),
        ("see HTTP://WWW.EXAMPLE.ORG/", 1),
        ("www.example.org and http://example.com", 2),
        ("https://www.example.org/www.html", 1),
        ('<a href="http://a.example">http://a.example</a>', 2),
    ],
)
def test_it_counts_addresses_once(body, count):
    assert count_links(Evidence(body=body)) == count


def test_links_to_the_site_itself_do_not_count():
    body = "http://own.example/a, www.own.example/b, HTTPS://Other.example and http://own.example@evil.example"

    assert count_links(Evidence(body=body)) == 4
    assert count_links(Evidence(body=body, own_hosts=("own.example",))) == 2
    assert count_links(Evidence(body="https://www.own.example", own_hosts=("own.example",))) == 0


@pytest.mark.parametrize(("count", "value"), [(0, 0.0), (1, 1.0), (3, 2.0), (7, 3.0)])
def test_each_further_link_says_less(count, value):
    assert links(Evidence(body="http://a.example " * count)) == value


def test_a_thousand_links_count_as_the_most():
    most = links(Evidence(body="http://a.example " * MOST_COUNTED))

    assert links(Evidence(body="http://a.example " * 1000)) == most


def test_it_says_how_many():
    assert links.tell(Evidence(body="http://a.example")) == "1 link"
    assert links.tell(Evidence(body="http://a.example http://b.example")) == "2 links"
