import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.mail_domain import mail_domain


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        ("", 0.0),
        ("example.org", 0.0),
        ("gmail.com", 0.0),
        ("duck.com", 0.0),
        ("mailinator.com", 1.0),
        ("YOPmail.com", 1.0),
        ("yopmail.fr", 1.0),
        ("tempmail.com", 1.0),
    ],
)
def test_throw_away_services(domain, value):
    assert mail_domain(Evidence(body="x", email_domain=domain)) == value
