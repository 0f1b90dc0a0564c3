"""After any history a site knows what one knows that only ever saw what remains."""

from contextlib import suppress

from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from moderation.models import Comment, Decision, Lesson, WordCount
from moderation.models.actor import Actor
from moderation.models.decision import ActorKind
from moderation.services import training
from moderation.services.bulk import AlreadyUndone, decide_many, undo, undo_batch
from moderation.services.lessons import reset
from moderation.services.review import Choice, decide
from moderation.services.training import forget_comments
from moderation.status import Status
from tests.factories import make_scored_comment, make_site

BODIES = ("cheap pills", "cheap tea", "tea and pills http://tea.example", "中文 tea", "pills")
SLOTS = st.integers(0, len(BODIES) - 1)
STATUSES = st.sampled_from(list(Status))
KINDS = st.sampled_from([ActorKind.USER, ActorKind.KEY, ActorKind.POLICY, ActorKind.COMMENTER])


class Histories(RuleBasedStateMachine):
    """Decisions, undos, erasures and resets in any order, learnt from whenever a worker comes."""

    @initialize()
    def open(self):
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.site = make_site()
        self.other = make_site(url="https://other.example")
        self.comments = [
            make_scored_comment(self.site, body=body, author_name=f"Bo {number % 2}")
            for number, body in enumerate(BODIES)
        ]
        teach(self.other, make_scored_comment(self.other, body=BODIES[0]), Status.SPAM)
        learn()
        self.others_state = stored(self.other)
        self.batches = []
        self.forgotten = 0  # decisions that a reset made dumb

    def actor(self, kind=ActorKind.USER):
        return actor_like(kind, self.site)

    @rule(which=SLOTS, status=STATUSES, kind=KINDS)
    def decide(self, which, status, kind):
        choice = Choice(comment_id=self.comments[which].pk, status=status)
        decide([choice], actor=self.actor(kind))

    @rule(chosen=st.sets(SLOTS, min_size=1), status=STATUSES)
    def decide_in_bulk(self, chosen, status):
        ids = [self.comments[which].pk for which in chosen]
        self.batches.append(decide_many(ids, status=status, actor=self.actor()))

    @rule(which=SLOTS, back=st.integers(0, 3))
    def undo(self, which, back):
        rows = Decision.objects.filter(comment=self.comments[which]).order_by("-id")
        for decision in rows[back : back + 1]:
            undo(decision, actor=self.actor())

    @rule(which=st.integers(0, 5))
    def undo_batch(self, which):
        for batch in self.batches[which : which + 1]:
            with suppress(AlreadyUndone):
                undo_batch(batch, actor=self.actor())

    @rule(which=SLOTS)
    def erase(self, which):
        erased = Comment.objects.filter(pk=self.comments[which].pk)
        erased.update(body="", author_name="", erased_at="2026-01-01T00:00Z")
        forget_comments([self.comments[which].pk])

    @rule()
    def learn(self):
        training.learn_waiting()

    @rule()
    def reset(self):
        reset(self.site, actor=self.actor())
        self.forgotten = Decision.objects.filter(site=self.site).count()

    def teardown(self):
        if not hasattr(self, "rolled_back"):
            return
        try:
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def compare(self):
        learn()
        fresh = make_site(url="https://fresh.example")
        for comment, status in self.what_remains():
            twin = make_scored_comment(fresh, body=comment.body, author_name=comment.author_name)
            teach(fresh, twin, status)
        learn()
        assert stored(self.site) == stored(fresh)
        assert stored(self.other) == self.others_state

    def what_remains(self):
        """Tell by the definition, decision by decision, what each comment teaches."""
        everything = Decision.objects.filter(site=self.site).order_by("id")
        dumb = set(everything.values_list("pk", flat=True)[: self.forgotten])
        undone_by = {row.undoes_id: row.pk for row in everything if row.undoes_id}

        def counts(pk):
            return pk not in undone_by or not counts(undone_by[pk])

        for comment in Comment.objects.filter(site=self.site, erased_at=None):
            rows = comment.decisions.filter(undoes=None).order_by("id")
            last = [row for row in rows if counts(row.pk)][-1:]
            for row in last:
                if row.actor_kind in (ActorKind.USER, ActorKind.KEY) and row.pk not in dumb:
                    yield comment, Status(row.to_status)


def actor_like(kind, site):
    return Actor(kind=kind, name=kind, site_ids=frozenset({site.pk}))


def teach(site, comment, status):
    decide([Choice(comment_id=comment.pk, status=status)], actor=actor_like("user", site))


def learn():
    while training.learn_waiting():
        pass


def stored(site):
    """Return the rows that learning leaves, byte for byte; whose they are left out."""
    counts = WordCount.objects.filter(site=site).order_by("slot")
    lessons = Lesson.objects.filter(site=site).values_list("is_spam", "slots")
    return (
        list(counts.values_list("slot", "spam", "ham")),
        sorted((is_spam, bytes(slots)) for is_spam, slots in lessons),
    )


def test_what_is_taken_back_was_never_there(db):
    # A history that fails is short enough to read; making it shorter takes minutes.
    phases = [Phase.reuse, Phase.generate]
    settled = settings(max_examples=40, stateful_step_count=25, deadline=None, phases=phases)

    run_state_machine_as_test(Histories, settings=settled)
