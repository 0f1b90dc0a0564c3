"""The owner's policy page: see what it does, try a change, save it."""

import pytest

from moderation.models import Decision, PolicyChange, Site
from moderation.services.policy import change_policy
from moderation.status import Status
from tests.factories import actor_of, decide_as, make_scored_comment


def url(site):
    return f"/moderate/sites/{site.pk}/policy/"


def filled(client, site, **changes):
    """The form as a browser would send it back; unticked boxes are not sent."""
    form = client.get(url(site)).context["form"]
    values = {name: form[name].value() for name in form.fields} | changes
    return {
        name: "" if value is None else value for name, value in values.items() if value is not False
    }


def test_it_shows_the_policy_and_what_to_expect(owner, olga, site):
    decide_as(olga, make_scored_comment(site, score=0.95), Status.APPROVED)

    page = owner.get(url(site))

    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="0.2"' in text
    assert "From the scores of 1 comment" in text
    assert page.context["forecast"].lost == pytest.approx(0.05)


def test_sent_back_as_it_is_it_changes_nothing(owner, site):
    response = owner.post(url(site), filled(owner, site, save="1"))

    assert response.status_code == 302
    assert Site.objects.get(pk=site.pk).policy_version == 1


def test_it_saves_on_the_record(owner, site):
    wish = filled(owner, site, save="1", lost_cost="99", languages="EN, de", hold_first_time=False)

    response = owner.post(url(site), wish, follow=True)

    assert "Saved." in response.content.decode()
    saved = Site.objects.get(pk=site.pk)
    assert (saved.spam_above, saved.languages, saved.hold_first_time) == (0.99, ["de", "en"], False)
    assert PolicyChange.objects.get().actor_name == "olga"


def test_trying_names_real_comments_and_saves_nothing(owner, olga, site):
    comment = make_scored_comment(site, score=0.85, body="A real <b>comment</b>")
    decide_as(olga, comment, Status.APPROVED)

    page = owner.post(url(site), filled(owner, site, spam_above="0.8", **{"try": "1"}))

    text = page.content.decode()
    assert page.status_code == 200
    assert "A real &lt;b&gt;comment" in text
    assert f"/moderate/comments/{comment.pk}/" in text
    assert "1 from Pending to Spam" in text
    assert 'value="0.8"' in text
    assert page.context["wished"].lost == pytest.approx(0.15)
    assert Site.objects.get(pk=site.pk).spam_above == 0.9
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"spam_above": "0.1"}, "spam_above"),
        ({"spam_above": "high"}, "spam_above"),
        ({"spam_above": "nan"}, "spam_above"),
        ({"approve_below": ""}, "approve_below"),
        ({"lost_cost": "0"}, "lost_cost"),
        ({"languages": "klingon"}, "languages"),
        ({"retention_days": ""}, "retention_days"),
        ({"when_unsure": "maybe"}, "when_unsure"),
    ],
)
@pytest.mark.parametrize("button", ["try", "save"])
def test_what_is_wrong_stands_beside_its_field(owner, site, changes, field, button):
    page = owner.post(url(site), filled(owner, site, **changes, **{button: "1"}))

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in page.content.decode()
    assert Site.objects.get(pk=site.pk).policy_version == 1


def test_the_slower_owner_is_told_and_sees_what_stands(owner, olga, site):
    wish = filled(owner, site, save="1", spam_above="0.95")
    change_policy(site, {"spam_above": 0.8}, actor=actor_of(olga))

    page = owner.post(url(site), wish)

    assert page.status_code == 409
    assert 'value="0.8"' in page.content.decode()
    assert Site.objects.get(pk=site.pk).spam_above == 0.8


def test_who_does_not_own_the_site_finds_nothing(client_of, alice, mallory, site):
    assert client_of(alice).get(url(site)).status_code == 404
    assert client_of(mallory).get(url(site)).status_code == 404
    assert client_of(mallory).post(url(site), {"save": "1"}).status_code == 404
    assert client_of(None).get(url(site)).status_code == 302
