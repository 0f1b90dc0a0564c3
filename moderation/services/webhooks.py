"""Webhooks: an owner's addresses, their secrets, and whether they are to be trusted."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation.channels.webhook import CHALLENGE, SECRET_PREFIX, complaint_about
from moderation.limits import count_hit
from moderation.models import Delivery, DeliveryQuerySet, Event, Site, Webhook
from moderation.services.nudge import SEND_DELIVERIES, nudge

MOST_PER_SITE = 10  # each one is a row for every event
SECRET_BYTES = 32
# How long the old secret still signs beside the new one.
ROTATION = timedelta(hours=24)
# Nobody is asked more often than this to prove themselves, by one site.
CHALLENGE_LIMIT = "20/hour"

SWITCHED_OFF = "switched off by an owner"


class InvalidWebhook(Exception):
    """Some fields cannot be accepted; `fields` says which and why."""

    def __init__(self, **fields: str) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class NotActive(Exception):
    """Nothing is sent to a webhook that has not proved itself, or is disabled."""


class StillWaiting(Exception):
    """A delivery that is on its way cannot be sent again."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook with its secret in the clear; it cannot be read again."""

    webhook: Webhook
    secret: str


@transaction.atomic
def create_webhook(site: Site, *, url: str, events: Sequence[str]) -> NewWebhook:
    """Make a webhook and send it its challenge; raise InvalidWebhook or Flooded."""
    Site.objects.select_for_update().get(pk=site.pk)  # two at once are counted one by one
    if site.webhooks.count() >= MOST_PER_SITE:
        raise InvalidWebhook(url=_("a site has at most %d webhooks") % MOST_PER_SITE)
    webhook = Webhook(site=site, url=checked_url(url), events=checked_events(events))
    secret = new_secret()
    webhook.secret_sealed = webhook.seal(secret)
    webhook.save(force_insert=True)
    ask_challenge(webhook)
    return NewWebhook(webhook, secret)


@transaction.atomic
def change_webhook(
    webhook: Webhook, *, url: str | None = None, events: Sequence[str] | None = None
) -> None:
    """Change where it leads or what it wants; a new address has to prove itself again."""
    if events is not None:
        webhook.events = checked_events(events)
    moved = url is not None and url != webhook.url
    if moved:
        webhook.url = checked_url(url or "")
    webhook.save(update_fields=["url", "events"])
    if moved:
        ask_challenge(webhook)
    refresh_wanted([webhook.site_id])


@transaction.atomic
def switch_off(webhook: Webhook) -> None:
    disable([webhook.pk], reason=SWITCHED_OFF)
    webhook.refresh_from_db()


@transaction.atomic
def remove(webhook: Webhook) -> None:
    """Forget a webhook and everything that it was or is to be told."""
    Delivery.objects.to(webhook).delete()
    webhook.delete()
    refresh_wanted([webhook.site_id])


def rotate_secret(webhook: Webhook) -> str:
    """Return a new secret; the one before it signs beside it for a day."""
    secret = new_secret()
    webhook.previous_sealed, webhook.previous_until = (
        webhook.secret_sealed,
        timezone.now() + ROTATION,
    )
    webhook.secret_sealed = webhook.seal(secret)
    webhook.save(update_fields=["secret_sealed", "previous_sealed", "previous_until"])
    return secret


@transaction.atomic
def ask_challenge(webhook: Webhook) -> None:
    """Let it prove that it wants our messages; until then it gets nothing else.

    What waits for the address that it had is given up. Raises Flooded.
    """
    count_hit(CHALLENGE_LIMIT, "webhook-challenge", webhook.site_id.hex)
    give_up([webhook.pk], reason="the webhook has to prove itself again")
    webhook.state, webhook.reason = Webhook.State.UNVERIFIED, ""
    webhook.failing_since = None
    webhook.save(update_fields=["state", "reason", "failing_since"])
    refresh_wanted([webhook.site_id])
    content = {"challenge": secrets.token_urlsafe(32), "webhook": str(webhook.pk)}
    Delivery.objects.create(site=webhook.site, target=webhook.pk, event=CHALLENGE, content=content)
    nudge(SEND_DELIVERIES)


@transaction.atomic
def resend(delivery: Delivery, webhook: Webhook) -> Delivery:
    """Send something again under its old id; raise NotActive or StillWaiting."""
    if webhook.state != Webhook.State.ACTIVE:
        raise NotActive
    return send_again(delivery, Delivery.objects.to(webhook))


def send_again(delivery: Delivery, told: DeliveryQuerySet) -> Delivery:
    """Let one of the deliveries that somebody was told wait anew; raise StillWaiting."""
    again = told.done().filter(pk=delivery.pk)
    if not again.update(sent_at=None, dead_at=None, attempts=0, next_at=timezone.now()):
        raise StillWaiting
    nudge(SEND_DELIVERIES)
    delivery.refresh_from_db()
    return delivery


def silenced(site_ids: Iterable[UUID]) -> set[UUID]:
    """Return the sites with a webhook that was disabled, and not by an owner."""
    rows = Webhook.objects.filter(site__in=list(site_ids), state=Webhook.State.DISABLED)
    return set(rows.exclude(reason=SWITCHED_OFF).values_list("site_id", flat=True))


def disable(webhooks: Iterable[UUID], *, reason: str) -> None:
    """Send nothing more to these webhooks; call it inside a transaction."""
    rows = Webhook.objects.filter(pk__in=list(webhooks)).exclude(state=Webhook.State.DISABLED)
    found = dict(rows.values_list("pk", "site_id"))
    if found:
        state = {"state": Webhook.State.DISABLED, "reason": reason}
        Webhook.objects.filter(pk__in=found).update(**state)
        give_up(found, reason=reason)
        refresh_wanted(found.values())


def give_up(webhooks: Iterable[UUID], *, reason: str) -> None:
    """Leave what waits for these webhooks to people; whoever is sending it comes too late."""
    Delivery.objects.waiting().filter(channel="webhook", target__in=list(webhooks)).update(
        dead_at=timezone.now(), last_words=reason, lease_until=None, lease_token=None
    )


@transaction.atomic
def refresh_wanted(site_ids: Iterable[UUID]) -> None:
    """Write down beside each site what its active webhooks want to know."""
    ids = set(site_ids)
    # Locked first: whoever changes another webhook of the site at once is seen, or waits.
    sites = list(Site.objects.select_for_update().filter(pk__in=ids).order_by("pk").only("pk"))
    active = Webhook.objects.filter(site__in=ids, state=Webhook.State.ACTIVE)
    wanted: dict[UUID, set[str]] = {}
    for site_id, events in active.values_list("site_id", "events"):
        wanted.setdefault(site_id, set()).update(events)
    for site in sites:
        site.wanted_events = sorted(wanted.get(site.pk, ()))
    Site.objects.bulk_update(sites, ["wanted_events"])


def checked_url(url: str) -> str:
    if complaint := complaint_about(url):
        raise InvalidWebhook(url=complaint)
    return url


def checked_events(events: Sequence[str]) -> list[str]:
    """Return the events in their own order, each once; raise InvalidWebhook."""
    if not events:
        raise InvalidWebhook(events=_("must name at least one event"))
    if unknown := sorted(set(events) - set(Event.values)):
        raise InvalidWebhook(events=_("“%s” is not an event") % unknown[0][:50])
    return [event for event in Event.values if event in events]


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
