"""What a change would do, as the owner's pages show it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from moderation.dashboard.words import STATUS_NAMES
from moderation.services.backtest import Agreement, BackTest, Change

TRIED_ON = 1_000
ROWS_SHOWN = 50
TEXT_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Row:
    """One comment that would move."""

    comment_id: str
    text: str
    before: str
    after: str
    reason: str
    stands: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A back-test in words; `rows` are the newest of the changed comments."""

    tried: int
    by_people: int
    before: Agreement
    after: Agreement
    moves: list[str]
    rows: list[Row]
    more: int


def trial_of(tested: BackTest) -> Trial:
    """Prepare a back-test for the template."""
    rows = [row_of(change) for change in tested.changes[:ROWS_SHOWN]]
    return Trial(
        tried=tested.tried,
        by_people=tested.by_people,
        before=tested.before,
        after=tested.after,
        moves=[
            _("%(count)d from %(before)s to %(after)s")
            % {"count": count, "before": STATUS_NAMES[before], "after": STATUS_NAMES[after]}
            for (before, after), count in tested.moves.most_common()
        ],
        rows=rows,
        more=len(tested.changes) - len(rows),
    )


def row_of(change: Change) -> Row:
    comment = change.past.comment
    stands = (
        _("%(status)s, by people") if change.past.is_peoples else _("%(status)s, by the policy")
    )
    return Row(
        comment_id=str(comment.pk),
        text=comment.body[:TEXT_CHARACTERS],
        before=str(STATUS_NAMES[change.before]),
        after=str(STATUS_NAMES[change.after.verdict.status]),
        reason=change.after.verdict.reason,
        stands=stands % {"status": STATUS_NAMES[comment.status]},
    )
