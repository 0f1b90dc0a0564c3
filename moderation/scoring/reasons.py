"""Tell a moderator which parts of a comment made its score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence, Reason
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats
from moderation.scoring.tokens import LINK, Field, Integers, Tokens
from moderation.scoring.words import locate

MOST_REASONS = 5
LONGEST_QUOTE = 60
# Neighbours join into one phrase if each says this many tenths of what the loudest
# word of the text says.
JOINING_TENTHS = 3
CANDIDATES = 7  # phrases looked at per comment; repeated ones are then added up
LEAST_WEIGHT = 0.005
LINK_NAME = "link"
FIELD_NAMES = {
    int(Field.AUTHOR): "author_name",
    int(Field.WEBSITE): "website",
    int(Field.LINKS): LINK_NAME,
}


@dataclass(frozen=True)
class Contributions:
    """The looked-up weights of a batch, in whole numbers, and what one of each counts."""

    words: Integers
    pairs: Integers  # of each word with the next one of its segment, else 0
    gains: Floats  # log-odds of one, by segment
    features: Floats  # log-odds, one row per comment
    tokens: Tokens

    @cached_property
    def by_segment(self) -> Floats:
        """Return what each segment adds to its comment, in log-odds."""
        sums = np.bincount(self.tokens.owners, self.words + self.pairs, self.gains.size)
        weights: Floats = sums * self.gains
        return weights

    def by_word(self) -> Integers:
        """Return twice what each word adds: itself and half of its pairs."""
        doubled = 2 * self.words + self.pairs
        doubled[1:] += self.pairs[:-1]
        return doubled


# Plain tuples: each comment makes dozens of them, and few become a Reason.
# Neighbouring words of one segment that pull the same way, words[first:end]:
# twice the sum of their weights, first, end.
Phrase = tuple[int, int, int]
# What may become a reason: loudness, weight, feature, and what it rests on: a phrase of the
# body, a field's text, nothing but the feature, or what the site has learnt, which is a reason
# already.
Candidate = tuple[float, float, str, Phrase | str | Reason | None]
Phrases = list[list[Phrase]]  # by segment
Body = tuple[str, str, list[str]]  # a body's text, that text folded, and its words
NOTHING: Body = "", "", []
LOUDNESS = itemgetter(0)
NAMES = [feature.name for feature in FEATURES]
TELL = {feature.name: feature.tell for feature in FEATURES}


def explain(
    batch: Sequence[Evidence], tokens: Tokens, contributions: Contributions
) -> list[tuple[Reason, ...]]:
    """Return each comment's strongest reasons, most telling first."""
    found: list[list[Candidate]] = [[] for _ in batch]
    bodies = [NOTHING] * len(batch)
    phrases = find_phrases(tokens, contributions.by_word())
    segments = tokens.segments
    for comment, field, text, folded, words, told, weight, gain in zip(
        segments.comments.tolist(),
        segments.fields.tolist(),
        segments.texts,
        tokens.folded,
        tokens.words,
        phrases,
        contributions.by_segment.tolist(),
        contributions.gains.tolist(),
        strict=True,
    ):
        if field == Field.BODY:
            bodies[comment] = text, folded, words
            add_phrases(found[comment], told, words, gain)
        else:
            add_field(found[comment], field, text, weight)
    # Most features see nothing in most comments.
    weights = contributions.features
    for comment, feature in zip(*np.nonzero(weights), strict=True):
        add_feature(found[comment], NAMES[feature], float(weights[comment, feature]))
    return [
        strongest(candidates, evidence, body)
        for candidates, evidence, body in zip(found, batch, bodies, strict=True)
    ]


def strongest(candidates: list[Candidate], evidence: Evidence, body: Body) -> tuple[Reason, ...]:
    """Return the loudest candidates as reasons; only they are looked for in the text."""
    candidates += [(abs(said.weight), said.weight, said.feature, said) for said in evidence.learnt]
    candidates.sort(key=LOUDNESS, reverse=True)
    chosen = candidates[:MOST_REASONS]
    wanted = [
        basis[1:]
        for *_, basis in chosen
        if isinstance(basis, tuple) and not isinstance(basis, Reason)
    ]
    spans = iter(locate(*body, wanted))
    return tuple([word(candidate, evidence, spans) for candidate in chosen])


def word(candidate: Candidate, evidence: Evidence, spans: Iterator[tuple[int, int]]) -> Reason:
    """Put a candidate into words; of those that are phrases, `spans` holds the places in order."""
    _, weight, name, basis = candidate
    if basis is None:
        return Reason(name, TELL[name](evidence), weight)
    if isinstance(basis, Reason):
        return basis
    if isinstance(basis, str):
        link = LINK.search(evidence.body) if name == LINK_NAME else None
        return Reason(name, quote(basis), weight, link.span() if link else None)
    span = next(spans)
    return Reason(name, quote(evidence.body[slice(*span)]), weight, span)


def add_feature(candidates: list[Candidate], name: str, weight: float) -> None:
    if weight > LEAST_WEIGHT or weight < -LEAST_WEIGHT:
        candidates.append((abs(weight), weight, name, None))


def add_field(candidates: list[Candidate], field: int, text: str, weight: float) -> None:
    """Name, website and links are one reason each: they are too short to take apart."""
    if weight > LEAST_WEIGHT or weight < -LEAST_WEIGHT:
        candidates.append((abs(weight), weight, FIELD_NAMES[field], text))


def add_phrases(
    candidates: list[Candidate], phrases: list[Phrase], words: list[str], gain: float
) -> None:
    """Add the phrases of a body; one that comes again adds to the loudest of its places."""
    totals: dict[str, int] = {}
    loudest: dict[str, Phrase] = {}
    for phrase in phrases:
        total, first, end = phrase
        said = words[first] if end == first + 1 else " ".join(words[first:end])
        if said in totals:
            totals[said] += total
        else:
            totals[said], loudest[said] = total, phrase
    half = gain / 2
    for said, total in totals.items():
        weight = total * half
        if weight > LEAST_WEIGHT or weight < -LEAST_WEIGHT:
            candidates.append((abs(weight), weight, "words", loudest[said]))


def find_phrases(tokens: Tokens, by_word: Integers) -> Phrases:
    """Join neighbouring strong words of the same sign; the loudest of each body, in order."""
    phrases: Phrases = [[] for _ in tokens.words]
    if not by_word.size:
        return phrases
    owners, size = tokens.owners, np.abs(by_word)
    filled = np.flatnonzero(tokens.counts)
    begins = np.cumsum(tokens.counts) - tokens.counts
    loudest = np.zeros(len(tokens.words), np.int64)
    loudest[filled] = np.maximum.reduceat(size, begins[filled])
    is_body = tokens.segments.fields[owners] == Field.BODY
    strong = is_body & (size > 0) & (10 * size >= JOINING_TENTHS * loudest[owners])
    index = np.flatnonzero(strong)
    if not index.size:
        return phrases
    weights, segments = by_word[index], owners[index]
    first = run_starts(index, segments, weights)
    totals = np.add.reduceat(weights, first)
    last = index[np.append(first[1:], index.size) - 1]
    kept = loudest_of_each(segments[first], totals)
    owner = segments[first][kept]
    offset = begins[owner]
    for segment, total, start, end in zip(
        owner.tolist(),
        totals[kept].tolist(),
        (index[first][kept] - offset).tolist(),
        (last[kept] + 1 - offset).tolist(),
        strict=True,
    ):
        phrases[segment].append((total, start, end))
    return phrases


def run_starts(index: Integers, owners: Integers, weights: Integers) -> NDArray[np.int64]:
    """Return where a new phrase begins: a gap, another segment, another sign."""
    fresh = np.ones(index.size, bool)
    fresh[1:] = (
        (np.diff(index) != 1)
        | (owners[1:] != owners[:-1])
        | ((weights[1:] > 0) != (weights[:-1] > 0))
    )
    return np.flatnonzero(fresh)


def loudest_of_each(owners: Integers, totals: Integers) -> Integers:
    """Return the places of the few largest totals of each owner; of equals, the first."""
    order = np.lexsort((-np.abs(totals), owners))
    sorted_owners = owners[order]
    rank = np.arange(order.size) - np.searchsorted(sorted_owners, sorted_owners)
    kept: Integers = order[rank < CANDIDATES]
    return kept


def find_phrases_of_one(words: list[int], pairs: list[int]) -> list[Phrase]:
    """Return the same as `find_phrases`, for one segment, without the cost of arrays."""
    by_word = [
        2 * word + pair + before
        for word, pair, before in zip(words, pairs, [0, *pairs], strict=False)
    ]
    least = max(1, -(-JOINING_TENTHS * max(max(by_word), -min(by_word)) // 10))
    phrases: list[Phrase] = []
    total, first, end = 0, 0, 0
    for place in [place for place, weight in enumerate(by_word) if not -least < weight < least]:
        weight = by_word[place]
        if place == end and (weight > 0) == (total > 0) and total:
            total += weight
        else:
            if total:
                phrases.append((total, first, end))
            total, first = weight, place
        end = place + 1
    if total:
        phrases.append((total, first, end))
    phrases.sort(key=size_of, reverse=True)
    return phrases[:CANDIDATES]


def size_of(phrase: Phrase) -> int:
    return abs(phrase[0])


def quote(text: str) -> str:
    """Put visitors' words into quotation marks, on one line and not too long."""
    line = " ".join(text.split())
    if len(line) > LONGEST_QUOTE:
        line = line[: LONGEST_QUOTE - 1] + "…"
    return f"“{line}”"
