import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.website_page import website_page


@pytest.mark.parametrize(
    ("website", "value"),
    [
        ("", 0.0),
        ("https://jane.example", 0.0),
        ("jane.example/", 0.0),
        ("https://social.example/in/jane/", 0.5),
        ("https://social.example/jane", 0.5),
        ("https://social.example/users/17/jane", 0.5),
        ("https://host.example/2018/04/some-title", 1.0),
        ("https://host.example/ten-cheap-shoes", 1.0),
        ("https://host.example/index.php", 1.0),
        ("https://host.example/?page=7", 1.0),
    ],
)
def test_the_deeper_the_page_the_more_it_counts(website, value):
    assert website_page(Evidence(body="x", author_name="Jane", author_url=website)) == value


@pytest.mark.parametrize(
    ("name", "value"), [("Cheap Shoes", 2.0), ("Jane", 1.0), ("", 1.0), ("of ten", 1.0)]
)
def test_a_page_with_the_name_for_a_title_counts_most(name, value):
    url = "https://host.example/shop/ten-cheap-shoes"
    seen = Evidence(body="x", author_name=name, author_url=url)

    assert website_page(seen) == value
    assert ("author's name" in website_page.tell(seen)) is (value == 2.0)


def test_what_is_no_address_does_not_matter():
    assert website_page(Evidence(body="x", author_url="://///")) == 0.0
