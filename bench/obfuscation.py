"""What disguises cost: recall of disguised spam, and false alarms on disguised ham.

.venv/bin/python -m bench.obfuscation DEV [TRAIN]

The threshold is the one that calls 1 % of the plain ham spam, for each filter its own. The
attacks are written apart from those that training uses, with other letters and shares. With
TRAIN, the peers learn from its rows and are measured too.
"""

import random
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.baselines import peers, scorer_of
from bench.fitting import Scorer
from moderation.scoring.classifier import Classifier
from moderation.scoring.rows import Row, read_for_training, read_labelled

LOOKALIKES = dict(zip("aceopxyisABEKMHOPCTX", "асеорхуіѕАВЕКМНОРСТХ", strict=True))  # noqa: RUF001
LEET = dict(zip("aeiost", "431057", strict=True))
LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
Attack = Callable[[str], str]


def sprinkle(after: str, share: float) -> Attack:
    def attack(text: str) -> str:
        return "".join(
            c + random.choice(after) if c.isalpha() and random.random() < share else c for c in text
        )

    return attack


def exchange(table: dict[str, str], share: float) -> Attack:
    def attack(text: str) -> str:
        return "".join(table.get(c, c) if random.random() < share else c for c in text)

    return attack


def mathematical(text: str) -> str:
    small, large = 0x1D5EE, 0x1D5D4
    table = {ord("a") + n: small + n for n in range(26)} | {
        ord("A") + n: large + n for n in range(26)
    }
    return text.translate(table)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spaced(text: str) -> str:
    return "   ".join(" ".join(word) for word in text.split())


def accented(text: str) -> str:
    return unicodedata.normalize("NFC", sprinkle("\u0301\u0300\u0308", 0.5)(text))


def shortened(text: str) -> str:
    return LINK.sub(lambda _match: f"https://bit.ly/{random.randrange(16**7):x}", text)


def combined(text: str) -> str:
    for attack in random.sample(list(ATTACKS.values()), 2):
        text = attack(text)
    return shortened(text)


ATTACKS: dict[str, Attack] = {
    "zero-width characters": sprinkle("\u200b\u200c\u2060", 0.4),
    "look-alikes": exchange(LOOKALIKES, 0.8),
    "mathematical letters": mathematical,
    "combining marks": sprinkle("\u0336\u0330\u0307", 0.6),
    "full-width letters": full_width,
    "digits for letters": exchange(LEET, 0.6),
    "spaced letters": spaced,
    "accents": accented,
}


def main(dev: str, train: str = "") -> None:
    random.seed(1)
    rows = read_labelled(Path(dev))
    attacks = {**ATTACKS, "link shorteners": shortened, "all combined": combined}
    disguised = {name: [disguise(row, attack) for row in rows] for name, attack in attacks.items()}
    print("| filter | attack | recall | points lost | false positives, disguised ham |")
    print("|---|---|---|---|---|")
    show("Winnow", scorer_of(Classifier.load()), rows, disguised)
    if train:
        teaching = read_for_training(Path(train))
        for peer in peers():
            show(peer.name, peer.fit(teaching), rows, disguised)


def show(name: str, score: Scorer, rows: Sequence[Row], disguised: dict[str, list[Row]]) -> None:
    is_spam = np.array([bool(row.is_spam) for row in rows])
    plain = score(rows)
    threshold = np.sort(plain[~is_spam])[::-1][int(0.01 * (~is_spam).sum())]
    before = (plain[is_spam] > threshold).mean()
    accused = (plain[~is_spam] > threshold).mean()
    print(f"| {name} | none | {before:.4f} | | {accused:.4f} |")
    for attack, others in disguised.items():
        found = score(others) > threshold
        recall, accused = found[is_spam].mean(), found[~is_spam].mean()
        lost = 100 * (before - recall)
        print(f"| {name} | {attack} | {recall:.4f} | {lost:.1f} | {accused:.4f} |", flush=True)


def disguise(row: Row, attack: Attack) -> Row:
    return replace(row, evidence=replace(row.evidence, body=attack(row.evidence.body)))


if __name__ == "__main__":
    main(*sys.argv[1:])
