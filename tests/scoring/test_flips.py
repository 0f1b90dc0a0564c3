"""The nearest change that flips a verdict, found by judging each one."""

from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.flips import applied, changes_of, nearest_flip
from moderation.scoring.policy import Policy, Verdict, apply_policy
from moderation.status import Status

POLICY = Policy(hold_first_time=False, hold_links_over=None)


def judge_by(weights, policy=POLICY):
    """A judge that adds up the weights of the words it finds; 0.5 is in the middle."""

    def judge(evidence):
        total = sum(weight for word, weight in weights.items() if word in evidence.body.split())
        total += 0.3 if evidence.author_url else 0.0
        value = min(1.0, max(0.0, 0.5 + total))
        score = Score(value=value, reasons=tuple(reasons_for(evidence, weights)))
        return score, apply_policy(evidence, score.value, policy)

    return judge


def reasons_for(evidence, weights):
    """The three loudest words, and the website."""
    found = [
        Reason(feature="words", text=word, weight=weight, span=(at, at + len(word)))
        for word, weight in weights.items()
        if (at := evidence.body.find(word)) >= 0
    ]
    if evidence.author_url:
        found.append(Reason(feature="website", text=evidence.author_url, weight=0.3))
    return sorted(found, key=lambda reason: -abs(reason.weight))[:3]


def flip_of(body, weights, policy=POLICY, **fields):
    evidence = Evidence(body=body, **{"approved_before": 1, **fields})
    judge = judge_by(weights, policy)
    return evidence, judge, nearest_flip(evidence, judge(evidence)[0].reasons, judge)


def test_one_word_less_is_enough():
    evidence, judge, flip = flip_of("buy pills here", {"pills": 0.4, "buy": 0.05})

    assert [(change.text, change.span) for change in flip.changes] == [("pills", (4, 9))]
    assert flip.verdict.status == Status.PENDING
    assert judge(applied(evidence, flip.changes)) == (flip.score, flip.verdict)


def test_several_words_where_one_is_not_enough():
    evidence, judge, flip = flip_of("cheap pills now", {"cheap": 0.4, "pills": 0.4, "now": 0.01})

    assert {change.text for change in flip.changes} == {"cheap", "pills"}
    assert applied(evidence, flip.changes).body == "  now"
    assert judge(applied(evidence, flip.changes))[1].status == flip.verdict.status


def test_what_is_not_needed_is_left_out():
    weights = {"cheap": 0.6, "dear": -0.5, "pills": 0.45, "now": 0.44, "buy": 0.43}
    _evidence, _judge, flip = flip_of("cheap dear pills now buy", weights)

    assert {change.text for change in flip.changes} == {"cheap", "pills"}


def test_a_website_can_be_what_matters():
    _evidence, _judge, flip = flip_of("hello there", {"hello": 0.2}, author_url="http://x.example")

    assert [change.field for change in flip.changes] in (["author_url"], ["body"])
    assert flip.verdict.status == Status.PENDING


def test_a_first_comment_would_pass_from_somebody_known():
    policy = Policy(hold_first_time=True)
    _evidence, _judge, flip = flip_of(
        "a fine day", {"fine": -0.45}, policy=policy, approved_before=0
    )

    assert [(change.field, change.to) for change in flip.changes] == [("approved_before", 1)]
    assert flip.verdict.status == Status.APPROVED


def test_welcome_words_taken_away_hold_a_comment():
    _evidence, _judge, flip = flip_of("a fine day", {"fine": -0.45})

    assert [change.text for change in flip.changes] == ["fine"]
    assert flip.verdict.status == Status.PENDING


def test_where_nothing_helps_nothing_is_promised():
    held = Policy(hold_all=True, spam_above=1.0)

    assert flip_of("a fine day", {"fine": -0.1}, policy=held)[2] is None


def test_overlapping_words_are_taken_out_once():
    evidence = Evidence(body="cheap pills", approved_before=1)
    reasons = [
        Reason(feature="words", text="cheap pills", weight=0.5, span=(0, 11)),
        Reason(feature="words", text="pills", weight=0.4, span=(6, 11)),
        Reason(feature="words", text="beyond", weight=9.0, span=(5, 99)),
    ]

    def judge(seen):
        status = Status.APPROVED if not seen.body else Status.SPAM
        return Score(value=0.5), Verdict(status, "")

    flip = nearest_flip(evidence, reasons, judge)

    assert [change.span for change in flip.changes] == [(0, 11)]


def test_two_places_are_two_changes_whatever_their_order():
    evidence = Evidence(body="buy pills here")
    loud = Reason(feature="words", text="buy", weight=2.0, span=(0, 3))
    louder = Reason(feature="words", text="here", weight=3.0, span=(10, 14))
    quiet = Reason(feature="words", text="pills", weight=1.0, span=(4, 9))
    inside = Reason(feature="words", text="uy", weight=0.5, span=(1, 3))

    found = changes_of(evidence, [loud, louder, quiet, inside])

    assert [change.text for change in found] == ["here", "buy", "pills"]


def test_what_is_left_is_looked_at_again_when_the_loudest_are_gone():
    words = {f"spam{letter}": 0.2 for letter in "abcdefghij"}
    evidence, judge, flip = flip_of(" ".join(words), words)

    assert len(flip.changes) > 3
    assert judge(applied(evidence, flip.changes))[1].status == flip.verdict.status
    for change in flip.changes:
        fewer = [other for other in flip.changes if other is not change]
        assert judge(applied(evidence, fewer))[1].status == Status.SPAM


def test_haste_and_the_hidden_field_can_be_what_matters():
    def judge(seen):
        hasty = 0.0 if seen.seconds_on_page is None or seen.seconds_on_page > 10 else 0.3
        value = 0.5 + hasty + (0.3 if seen.trap_filled else 0.0)
        reasons = [Reason(feature="time_on_page", text="", weight=hasty)] if hasty else []
        reasons += [Reason(feature="trap", text="", weight=0.3)] if seen.trap_filled else []
        score = Score(value=min(value, 1.0), reasons=tuple(reasons))
        return score, apply_policy(seen, score.value, POLICY)

    evidence = Evidence(body="Hi", approved_before=1, seconds_on_page=1.0, trap_filled=True)
    flip = nearest_flip(evidence, judge(evidence)[0].reasons, judge)

    assert [change.field for change in flip.changes] in (["seconds_on_page"], ["trap_filled"])
    assert judge(applied(evidence, flip.changes))[1].status == Status.PENDING
