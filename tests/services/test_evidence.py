"""What is gathered about a comment before it is judged."""

from moderation.services.evidence import gather_evidence
from tests.factories import make_comment, make_judged_comment


def test_the_sites_own_address_is_no_website(site):
    of_the_house = make_comment(site, author_url=f"{site.origins[0]}/about")
    of_a_visitor = make_comment(site, author_url="https://visitor.example/about")

    assert gather_evidence(of_the_house, {}).author_url == ""
    assert gather_evidence(of_a_visitor, {}).author_url == "https://visitor.example/about"


def test_links_to_other_pages_of_the_site_are_no_links(site):
    within = " ".join(f"{site.origins[0]}/page-{number}" for number in range(5))
    beyond = within.replace(site.origins[0], "https://elsewhere.example")

    home = make_judged_comment(site, body=f"See {within}")
    away = make_judged_comment(site, body=f"See {beyond}")

    assert home.score < away.score
    assert "links" not in {reason["feature"] for reason in home.reasons}
    assert "5 links" in {reason["text"] for reason in away.reasons}
