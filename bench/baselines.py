"""The filters under comparison: Winnow, and each peer that is installed."""

import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

import numpy as np

from bench.fitting import Peer, Scorer
from bench.mail_filters import bogofilter, has_spamassassin, spamassassin
from bench.text_models import fasttext, linear_over, linear_svc, logistic_regression
from moderation.scoring.classifier import Classifier
from moderation.scoring.rows import Row
from moderation.scoring.training import train


def winnow(rows: Sequence[Row]) -> Scorer:
    return scorer_of(Classifier(train(rows)))


def scorer_of(classifier: Classifier) -> Scorer:
    return lambda rows: np.array(
        [score.value for score in classifier.score_batch([row.evidence for row in rows])]
    )


def peers() -> Iterator[Peer]:
    """Yield the peers that are installed, without Winnow."""
    if shutil.which("bogofilter"):
        yield Peer("bogofilter", bogofilter, by_process=True)
    if has_spamassassin():
        yield Peer("SpamAssassin's Bayes", spamassassin, by_process=True)
    if find_spec("sklearn"):
        yield Peer(
            "TF-IDF + logistic regression", linear_over(logistic_regression, "predict_proba")
        )
        yield Peer("TF-IDF + LinearSVC", linear_over(linear_svc, "decision_function"))
    if find_spec("fasttext"):
        yield Peer("fastText", fasttext)
