"""Tell a moderator which parts of a comment made its score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from moderation.scoring.evidence import Evidence, Reason
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats
from moderation.scoring.tokens import Field, Integers, Tokens

MOST_REASONS = 5
LONGEST_QUOTE = 60
# Neighbours join into one phrase if each says this share of what the loudest
# word of the text says.
JOINING_SHARE = 0.3
CANDIDATES = 7  # phrases looked at per comment; repeated ones are then added up
LEAST_WEIGHT = 0.005
FIELD_NAMES = {Field.AUTHOR: "author_name", Field.WEBSITE: "website"}


@dataclass(frozen=True, slots=True)
class Contributions:
    """The looked-up weights of a batch, and what one of each counts by segment."""

    words: np.ndarray[tuple[int], np.dtype[np.int8]]
    pairs: np.ndarray[tuple[int], np.dtype[np.int8]]
    grams: np.ndarray[tuple[int], np.dtype[np.int8]]
    of_words: Floats
    of_grams: Floats
    features: Floats  # log-odds, one row per comment
    tokens: Tokens

    def by_segment(self) -> Floats:
        """Return what each segment adds to its comment, in log-odds."""
        tokens, size = self.tokens, len(self.tokens.segments)
        owners = tokens.words.segments
        words = np.bincount(owners, self.words, size)
        pairs = np.bincount(owners[tokens.pair_words], self.pairs, size)
        grams = np.bincount(tokens.gram_segments, self.grams, size)
        return (words + pairs) * self.of_words + grams * self.of_grams

    def by_word(self) -> Floats:
        """Return what each word adds: itself, half of its pairs, the n-grams around its middle."""
        tokens, size = self.tokens, self.words.size
        doubled = 2.0 * self.words
        doubled += np.bincount(tokens.pair_words, self.pairs, size)
        doubled += np.bincount(tokens.pair_words + 1, self.pairs, size)
        # One place more for n-grams of no word.
        grams = np.bincount(tokens.gram_words + 1, self.grams, size + 1)[1:]
        owners = tokens.words.segments
        weights: Floats = doubled * (self.of_words[owners] / 2) + grams * self.of_grams[owners]
        return weights


@dataclass(frozen=True, slots=True)
class Phrases:
    """Runs of neighbouring words that pull the same way, the loudest first in each segment."""

    segments: list[int]
    starts: list[int]
    ends: list[int]
    weights: list[float]


class Candidate(NamedTuple):
    """What may become a reason; most do not, and a Reason is dear to build."""

    weight: float
    feature: str
    text: str
    span: tuple[int, int] | None = None
    is_quoted: bool = True

    def as_reason(self) -> Reason:
        text = quote(self.text) if self.is_quoted else self.text
        return Reason(feature=self.feature, text=text, weight=self.weight, span=self.span)


Candidates = list[list[Candidate]]  # by comment


def explain(
    batch: Sequence[Evidence], tokens: Tokens, contributions: Contributions
) -> list[tuple[Reason, ...]]:
    """Return each comment's strongest reasons, most telling first."""
    found: Candidates = [[] for _ in batch]
    add_phrases(found, tokens, find_phrases(tokens, contributions.by_word()))
    add_fields(found, tokens, contributions.by_segment())
    add_features(found, batch, contributions.features)
    add_learnt(found, batch)
    return [strongest(candidates) for candidates in found]


def strongest(candidates: list[Candidate]) -> tuple[Reason, ...]:
    candidates.sort(key=loudness, reverse=True)
    return tuple([candidate.as_reason() for candidate in candidates[:MOST_REASONS]])


def loudness(candidate: Candidate) -> float:
    return abs(candidate.weight)


def add_features(found: Candidates, batch: Sequence[Evidence], weighted: Floats) -> None:
    rows, columns = np.nonzero(np.abs(weighted) > LEAST_WEIGHT)
    weights = weighted[rows, columns].tolist()
    for row, column, weight in zip(rows.tolist(), columns.tolist(), weights, strict=True):
        feature = FEATURES[column]
        text = feature.tell(batch[row])
        found[row].append(Candidate(weight, feature.name, text, is_quoted=False))


def add_learnt(found: Candidates, batch: Sequence[Evidence]) -> None:
    for candidates, evidence in zip(found, batch, strict=True):
        for reason in evidence.learnt:
            weight, feature, text, span = reason.weight, reason.feature, reason.text, reason.span
            candidates.append(Candidate(weight, feature, text, span, is_quoted=False))


def add_fields(found: Candidates, tokens: Tokens, by_segment: Floats) -> None:
    """Name and website are one reason each: they are too short to take apart."""
    segments = tokens.segments
    telling = (segments.fields != Field.BODY) & (np.abs(by_segment) > LEAST_WEIGHT)
    chosen = np.flatnonzero(telling)
    for number, comment, field, weight in zip(
        chosen.tolist(),
        segments.comments[chosen].tolist(),
        segments.fields[chosen].tolist(),
        by_segment[chosen].tolist(),
        strict=True,
    ):
        found[comment].append(Candidate(weight, FIELD_NAMES[Field(field)], segments.texts[number]))


def add_phrases(found: Candidates, tokens: Tokens, phrases: Phrases) -> None:
    """Add the phrases of the bodies; one that comes again adds to the loudest of its places."""
    texts = tokens.segments.texts
    comments = tokens.segments.comments.tolist()
    seen: dict[tuple[int, str], int] = {}
    for segment, start, end, weight in zip(
        phrases.segments, phrases.starts, phrases.ends, phrases.weights, strict=True
    ):
        text = texts[segment][start:end]
        candidates = found[comments[segment]]
        place = seen.setdefault((segment, text.lower()), len(candidates))
        if place == len(candidates):
            candidates.append(Candidate(weight, "words", text, (start, end)))
        else:
            first = candidates[place]
            candidates[place] = first._replace(weight=first.weight + weight)


def find_phrases(tokens: Tokens, by_word: Floats) -> Phrases:
    """Join neighbouring strong words of the same sign; keep the loudest of each body."""
    words = tokens.words
    body = tokens.segments.fields[words.segments] == Field.BODY
    size = np.abs(by_word)
    loudest = np.zeros(len(tokens.segments))
    np.maximum.at(loudest, words.segments, size)
    strong = body & (size >= JOINING_SHARE * loudest[words.segments]) & (size > LEAST_WEIGHT)
    index = np.flatnonzero(strong)
    if not index.size:
        return Phrases([], [], [], [])
    owners, weights = words.segments[index], by_word[index]
    first = run_starts(index, owners, weights)
    totals = np.add.reduceat(weights, first)
    last = np.append(first[1:], index.size) - 1
    kept = loudest_of_each(owners[first], totals)
    return Phrases(
        owners[first][kept].tolist(),
        words.starts[index[first]][kept].tolist(),
        words.ends[index[last]][kept].tolist(),
        totals[kept].tolist(),
    )


def run_starts(index: Integers, owners: Integers, weights: Floats) -> Integers:
    """Return where a new phrase begins: a gap, another segment, another sign."""
    fresh = np.ones(index.size, bool)
    fresh[1:] = (
        (np.diff(index) != 1)
        | (owners[1:] != owners[:-1])
        | ((weights[1:] > 0) != (weights[:-1] > 0))
    )
    return np.flatnonzero(fresh)


def loudest_of_each(owners: Integers, totals: Floats) -> Integers:
    """Return the places of the few largest totals of each owner."""
    order = np.lexsort((-np.abs(totals), owners))
    sorted_owners = owners[order]
    rank = np.arange(order.size) - np.searchsorted(sorted_owners, sorted_owners)
    kept: Integers = order[rank < CANDIDATES]
    return kept


def quote(text: str) -> str:
    """Put visitors' words into quotation marks, on one line and not too long."""
    line = " ".join(text.split())
    if len(line) > LONGEST_QUOTE:
        line = line[: LONGEST_QUOTE - 1] + "…"
    return f"“{line}”"
