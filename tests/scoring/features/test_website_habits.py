import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.website_habits import website_habits


@pytest.mark.parametrize(
    ("website", "value"),
    [
        ("", 0.0),
        ("https://jane.example", 0.0),
        ("https://jane-doe.example/2024/05/a-post-about-cats", 0.5),
        ("https://jane.example/a-post-about-cats", 0.0),
        ("https://Jane.example", 1.0),
        ("Jane.example", 0.0),
        ("http://best-cheap-loans.example", 1.0),
        ("https://slots.vip/", 1.0),
        ("win777.example", 1.0),
        ("https://shop.example/?ref=12", 1.0),
    ],
)
def test_addresses_made_for_advertising(website, value):
    assert website_habits(Evidence(body="x", author_url=website)) == value
