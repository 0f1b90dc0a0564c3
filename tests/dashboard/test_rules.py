"""The owner's pages about rules: list, write, try, save, drop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.models import Rule
from moderation.status import Status
from tests.factories import decide_as, make_rule, make_scored_comment, make_site

WISH = {"name": "No gambling", "kind": "word", "pattern": "Casino", "action": "spam"}


def url(site, end=""):
    return f"/moderate/sites/{site.pk}/rules/{end}"


def test_the_list_tells_how_rules_fare(owner, site):
    make_rule(site, name="Trial <b>", is_trial=True)
    make_rule(site, name="Old")
    Rule.objects.filter(name="Old").update(
        expires_at=timezone.now() - timedelta(days=1), hits=3, errors=2, last_hit_at=timezone.now()
    )

    text = owner.get(url(site)).content.decode()

    for words in ("Trial &lt;b&gt;", "On trial", "Expired", "3 hits", "2 errors"):
        assert words in text


def test_it_saves_a_new_rule(owner, site):
    wish = {**WISH, "must_match": "a casino\n\nCASINO!", "expires_at": "2099-12-31 18:00"}

    response = owner.post(url(site, "new/"), {**wish, "save": "1"}, follow=True)

    assert "Saved." in response.content.decode()
    rule = Rule.objects.get()
    assert (rule.site, rule.pattern, rule.created_by) == (site, "casino", "olga")
    assert rule.must_match == ["a casino", "CASINO!"]
    assert rule.expires_at.isoformat() == "2099-12-31T18:00:00+00:00"


def test_it_changes_a_rule(owner, site):
    rule = make_rule(site, name="a", must_match=["casino", "a casino"])
    form = owner.get(url(site, f"{rule.pk}/")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    wish = {name: value for name, value in values.items() if value not in (None, False)}

    owner.post(
        url(site, f"{rule.pk}/"), {**wish, "action": "add_weight", "weight": "-2", "save": "1"}
    )

    changed = Rule.objects.get()
    assert (changed.action, changed.weight, changed.version) == ("add_weight", -2.0, 2)
    assert changed.must_match == rule.must_match


def test_trying_names_real_comments_and_saves_nothing(owner, olga, site):
    comment = make_scored_comment(site, score=0.05, body="Visit my casino")
    decide_as(olga, comment, Status.APPROVED)

    page = owner.post(url(site, "new/"), {**WISH, "is_trial": "on", "try": "1"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "Pending → Spam" in text
    assert "Visit my casino" in text
    assert f"/moderate/comments/{comment.pk}/" in text
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "spell"}, "kind"),
        ({"kind": "regex", "pattern": "("}, "pattern"),
        ({"must_match": "roulette"}, "must_match"),
        ({"must_not_match": "the casino"}, "must_not_match"),
        ({"action": "add_weight"}, "weight"),
        ({"expires_at": "2001-01-01 00:00"}, "expires_at"),
    ],
)
@pytest.mark.parametrize("button", ["try", "save"])
def test_what_is_wrong_stands_beside_its_field(owner, site, changes, field, button):
    page = owner.post(url(site, "new/"), {**WISH, **changes, button: "1"})

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in page.content.decode()
    assert not Rule.objects.exists()


def test_a_taken_name_is_said_beside_the_name(owner, site):
    make_rule(site, name=WISH["name"])

    page = owner.post(url(site, "new/"), {**WISH, "save": "1"})

    assert (page.status_code, list(page.context["form"].errors)) == (400, ["name"])


def test_the_slower_owner_is_told_and_sees_what_stands(owner, site):
    rule = make_rule(site, name="a")
    Rule.objects.update(version=2, name="b")

    page = owner.post(url(site, f"{rule.pk}/"), {**WISH, "seen_version": "1", "save": "1"})

    assert page.status_code == 409
    assert 'value="b"' in page.content.decode()
    assert Rule.objects.get().name == "b"


def test_a_rule_is_dropped_by_its_button(owner, site):
    rule = make_rule(site)

    response = owner.post(url(site, f"{rule.pk}/drop/"))

    assert response.status_code == 302
    assert not Rule.objects.exists()
    assert owner.post(url(site, f"{rule.pk}/drop/")).status_code == 404


def test_who_does_not_own_the_site_finds_nothing(client_of, alice, mallory, site):
    rule = make_rule(site)
    for user, status in ((alice, 404), (mallory, 404), (None, 302)):
        client = client_of(user)
        for end in ("", "new/", f"{rule.pk}/"):
            assert client.get(url(site, end)).status_code == status
        client.post(url(site, f"{rule.pk}/drop/"))
    assert Rule.objects.exists()


def test_a_rule_of_another_site_is_not_there(owner, site):
    rule = make_rule(make_site(url="https://other.example"))

    assert owner.get(url(site, f"{rule.pk}/")).status_code == 404
    assert owner.post(url(site, f"{rule.pk}/drop/")).status_code == 404


def test_a_rules_words_are_marked_but_speak_for_neither_side(owner, site):
    sentence = {"feature": "policy", "text": "your rule decides", "weight": 0.0, "span": None}
    decided = {"feature": "rule", "text": "your rule decides", "weight": 0.0, "span": [9, 15]}
    weighed = {"feature": "rule", "text": "your rule “B”", "weight": 1.0, "span": [0, 5]}
    make_scored_comment(site, body="Visit my casino", reasons=[sentence, decided, weighed])

    page = owner.get("/moderate/")

    text = page.content.decode()
    assert '<mark class="mark-rule">casino</mark>' in text
    assert '<mark class="mark-spam">Visit</mark>' in text
    [card] = page.context["cards"]
    assert [chip.text for chip in card.chips] == ["your rule “B”"]
