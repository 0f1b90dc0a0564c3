"""Training: people's decisions teach their site; what is taken back is un-learnt exactly.

What a site has learnt is a function of the decisions that stand and of nothing else, so it
does not matter in which order, how often or by how many workers they are looked at. Whoever
changes it holds the lock of its site, and reads what it depends on after that.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from moderation.models import (
    Action,
    ActorKind,
    Comment,
    Decision,
    LearningReset,
    Lesson,
    Site,
)
from moderation.models.counts import CountChange, change_counts
from moderation.models.lesson import TOTALS_SLOT
from moderation.scoring.evidence import Evidence
from moderation.scoring.learning import find_clues, pack_slots, read_slots
from moderation.status import Status

BATCH = 300
# Whose judgement teaches. A campaign's later arrivals are the machine's own, and a commenter
# who withdraws says nothing about spam.
TEACHERS = {ActorKind.USER, ActorKind.KEY, ActorKind.IMPORT}
SPAM_IS_TAUGHT_BY = {Status.APPROVED: False, Status.SPAM: True}


@transaction.atomic
def learn_waiting() -> int:
    """Learn from one batch of decisions; return how many were waiting, 0 when none was."""
    waiting = Decision.objects.unlearned().order_by("id")
    found = list(waiting.values_list("site_id", flat=True)[:BATCH])
    if not found:
        return 0
    site_ids = lock_learning(found)
    # Once more: another worker may have learnt these while this one waited for the lock.
    rows = waiting.filter(site__in=site_ids).values_list("pk", "comment_id")
    taken = dict(rows[:BATCH])
    learn_again(site_ids, set(taken.values()))
    Decision.objects.filter(pk__in=list(taken)).update(learned_at=timezone.now())
    return len(found)


def lock_learning(site_ids: Iterable[UUID]) -> set[UUID]:
    """Let nobody else change what these sites have learnt until the transaction ends."""
    sites = Site.objects.filter(pk__in=set(site_ids)).order_by("pk")
    return set(sites.select_for_update(no_key=True).values_list("pk", flat=True))


def learn_again(site_ids: Collection[UUID], comment_ids: Collection[UUID]) -> None:
    """Make the lessons of these comments what their decisions want; the sites are locked."""
    teachers = standing_teachers(site_ids, comment_ids)
    stored = {
        lesson.comment_id: lesson
        for lesson in Lesson.objects.filter(site__in=site_ids, comment__in=comment_ids)
    }
    outdated = [
        lesson
        for comment, lesson in stored.items()
        if comment not in teachers or teachers[comment].pk != lesson.decision_id
    ]
    missing = [teachers[pk] for pk in teachers if pk not in stored]
    fresh = new_lessons(missing)
    for lesson in outdated:
        if teacher := teachers.get(lesson.comment_id):
            fresh.append(lesson_of(teacher, bytes(lesson.slots)))
    replace_lessons(outdated, fresh)


def standing_teachers(
    site_ids: Collection[UUID], comment_ids: Collection[UUID]
) -> dict[UUID, Decision]:
    """Return the decision that teaches, of each comment that has one.

    It is the one that stands, if a person made it after the last reset of the site.
    """
    reset = LearningReset.objects.filter(site=OuterRef("site")).order_by("-id")
    rows = Decision.objects.filter(
        site__in=site_ids, comment__in=comment_ids, action=Action.DECIDE
    ).annotate(reset=Subquery(reset.values("pk")[:1]))
    return {
        row.comment_id: row
        for row in standing(rows.order_by("-id"))
        if row.actor_kind in TEACHERS
        and row.to_status in SPAM_IS_TAUGHT_BY
        and not (row.reset and row.pk < row.reset)  # type: ignore[attr-defined]  # annotated
    }


def standing(latest_first: Iterable[Decision]) -> Iterator[Decision]:
    """Yield the latest decision of each comment that is no undo and was not undone.

    An undo that was undone itself has undone nothing.
    """
    undone: set[UUID] = set()
    done: set[UUID] = set()
    for row in latest_first:
        if row.pk in undone or row.comment_id in done:
            continue
        if row.undoes_id:
            undone.add(row.undoes_id)
        else:
            done.add(row.comment_id)
            yield row


def new_lessons(teachers: Iterable[Decision]) -> list[Lesson]:
    """Cut the lessons out of the comments' words; an erased comment has none."""
    by_comment = {row.comment_id: row for row in teachers}
    comments = list(
        Comment.objects.filter(pk__in=list(by_comment), erased_at=None).only(
            "id", "body", "author_name", "author_url"
        )
    )
    clues = find_clues(
        [
            Evidence(body=row.body, author_name=row.author_name, author_url=row.author_url)
            for row in comments
        ]
    )
    return [
        lesson_of(by_comment[comment.pk], pack_slots(clues.slots[clues.of(number)]))
        for number, comment in enumerate(comments)
    ]


def lesson_of(teacher: Decision, slots: bytes) -> Lesson:
    return Lesson(
        site_id=teacher.site_id,
        comment_id=teacher.comment_id,
        decision=teacher,
        is_spam=SPAM_IS_TAUGHT_BY[Status(teacher.to_status)],
        slots=slots,
        taught_at=teacher.decided_at,
    )


def replace_lessons(outdated: Collection[Lesson], fresh: Collection[Lesson]) -> None:
    """Put lessons in the place of others, with the counts that they add up to."""
    counts: Counter[tuple[UUID, bool, int]] = Counter()
    for lessons, sign in ((outdated, -1), (fresh, 1)):
        for lesson in lessons:
            for slot in (TOTALS_SLOT, *read_slots(bytes(lesson.slots)).tolist()):
                counts[lesson.site_id, lesson.is_spam, slot] += sign
    touched = {(site, slot) for (site, _is_spam, slot), by in counts.items() if by}
    change_counts(
        CountChange(site, slot, counts[site, True, slot], counts[site, False, slot])
        for site, slot in touched
    )
    if outdated:
        Lesson.objects.filter(pk__in=[lesson.pk for lesson in outdated]).delete()
    Lesson.objects.bulk_create(fresh)


@transaction.atomic
def forget_comments(comment_ids: Collection[UUID]) -> None:
    """Take back what these comments taught. Call it in the transaction that erases them.

    Their decisions teach nothing from then on, as long as `erased_at` is set.
    """
    lessons = Lesson.objects.filter(comment__in=comment_ids)
    comments = Comment.objects.filter(pk__in=comment_ids)
    site_ids = lock_learning(comments.values_list("site_id", flat=True).distinct())
    replace_lessons(list(lessons.filter(site__in=site_ids)), [])
