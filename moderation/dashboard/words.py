"""What statuses, scores and actors are called on the pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.models import ActorKind, Decision
from moderation.models.gathered import COUNTED_AT_MOST
from moderation.services.review import Conflict
from moderation.status import Status

MOMENT = timedelta(minutes=1)

STATUS_NAMES: dict[str, Promise] = {
    Status.PENDING: gettext_lazy("Pending"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Rejected"),
    Status.SPAM: gettext_lazy("Spam"),
}
DONE: dict[str, Promise] = {
    Status.PENDING: gettext_lazy("Put back to pending."),
    Status.APPROVED: gettext_lazy("Approved."),
    Status.REJECTED: gettext_lazy("Rejected."),
    Status.SPAM: gettext_lazy("Marked as spam."),
}
# What somebody did: "alice approved it".
DEEDS: dict[str, Promise] = {
    Status.PENDING: gettext_lazy("put it back to pending"),
    Status.APPROVED: gettext_lazy("approved it"),
    Status.REJECTED: gettext_lazy("rejected it"),
    Status.SPAM: gettext_lazy("marked it as spam"),
}
# The lowest score that deserves each phrase, and how worried its colour is.
SCORE_WORDS: tuple[tuple[float, Promise, str], ...] = (
    (0.9, gettext_lazy("very likely spam"), "bad"),
    (0.7, gettext_lazy("likely spam"), "bad"),
    (0.3, gettext_lazy("unclear"), "hold"),
    (0.1, gettext_lazy("likely fine"), "good"),
    (0.0, gettext_lazy("very likely fine"), "good"),
)


def score_words(score: float) -> tuple[str, str]:
    """Return what a score is called, and its level: good, hold or bad."""
    for least, words, level in SCORE_WORDS:
        if score >= least:
            return str(words), level
    raise ValueError("a score is at least 0")


def actor_words(decision: Decision) -> str:
    """Return who decided, as a subject of a sentence."""
    if decision.actor_kind == ActorKind.POLICY:
        return _("the policy")
    if decision.actor_kind == ActorKind.CAMPAIGN:
        return _("the decision on its campaign")
    if decision.actor_kind == ActorKind.KEY:
        return _("the key “%(name)s”") % {"name": decision.actor_name}
    return decision.actor_name


def conflict_words(conflict: Conflict) -> str:
    """Return who was quicker, what they did and when; an edit has no decision to name."""
    latest = conflict.decision
    if latest is None or latest.version != conflict.comment.version:
        return _("This comment was changed since you saw it. Please look at it again.")
    return quicker_words(latest)


def ago(moment: datetime) -> str:
    """Return how long ago something was."""
    passed = timezone.now() - moment
    if passed < MOMENT:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


def quicker_words(latest: Decision) -> str:
    return _("Somebody was quicker: %(who)s %(deed)s %(ago)s.") % {
        "who": actor_words(latest),
        "deed": DEEDS[latest.to_status],
        "ago": ago(latest.decided_at),
    }


def more_words(others: int, sites: int, *, is_more: bool = False) -> str:
    """Return how many more there are like the comment that is shown, and on how many sites."""
    more = ngettext("and %(count)s more like this", "and %(count)s more like this", others) % {
        "count": f"{others}+" if is_more else others
    }
    if sites < 2:
        return more
    return _("%(more)s on %(sites)d sites") % {"more": more, "sites": sites}


def status_counts(counts: Mapping[str, int]) -> str:
    """Return where comments stand: "Pending 1000+, Spam 5"."""
    return ", ".join(
        f"{STATUS_NAMES[status]} {count}{'+' if count >= COUNTED_AT_MOST else ''}"
        for status in Status
        if (count := counts[status])
    )


def many_done(status: Status, count: int) -> str:
    """Return what was done to so many comments."""
    sentences = {
        Status.PENDING: ngettext(
            "%(count)d comment put back to pending.",
            "%(count)d comments put back to pending.",
            count,
        ),
        Status.APPROVED: ngettext(
            "%(count)d comment approved.", "%(count)d comments approved.", count
        ),
        Status.REJECTED: ngettext(
            "%(count)d comment rejected.", "%(count)d comments rejected.", count
        ),
        Status.SPAM: ngettext(
            "%(count)d comment marked as spam.", "%(count)d comments marked as spam.", count
        ),
    }
    return sentences[status] % {"count": count}
