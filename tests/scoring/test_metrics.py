from math import isnan

import numpy as np
import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.metrics import (
    calibration_error,
    measure,
    pr_auc,
    recall_at,
    report,
    roc_auc,
)
from moderation.scoring.rows import Row

SPAM = np.array([True, True, True, False, False])
SCORES = np.array([0.9, 0.8, 0.3, 0.4, 0.1])


def test_roc_auc_counts_pairs_in_the_right_order():
    assert roc_auc(SPAM, SCORES) == pytest.approx(5 / 6)
    assert roc_auc(SPAM, np.full(5, 0.5)) == 0.5
    assert isnan(roc_auc(np.ones(3, bool), np.arange(3.0)))


def test_pr_auc_is_the_sum_of_steps():
    # Spam, spam, ham, spam, ham: precision 1, 1 and 3/4 at a third of recall each.
    assert pr_auc(SPAM, SCORES) == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert pr_auc(SPAM, np.full(5, 0.5)) == pytest.approx(3 / 5)
    assert isnan(pr_auc(np.zeros(3, bool), np.arange(3.0)))


@pytest.mark.parametrize(("rate", "recall"), [(0.0, 2 / 3), (0.49, 2 / 3), (0.5, 1.0)])
def test_recall_at_a_rate_of_false_positives(rate, recall):
    assert recall_at(SPAM, SCORES, rate) == pytest.approx(recall)


def test_calibration_error_weighs_the_bins():
    # Both sit in one bin: mean score .45, share of spam .5.
    assert calibration_error(np.array([True, False]), np.array([0.46, 0.44])) == pytest.approx(0.05)
    assert calibration_error(np.array([True, False]), np.array([1.0, 0.0])) == 0.0


def test_the_figures_at_one_half():
    metrics = measure(SPAM, SCORES)

    assert (metrics.rows, metrics.spam) == (5, 3)
    assert metrics.false_positives == 0.0
    assert metrics.balanced_accuracy == pytest.approx((2 / 3 + 1) / 2)


def make_rows(source, kind, spam, ham):
    evidence = Evidence(body="x")
    labels = [True] * spam + [False] * ham
    return [
        Row(evidence=evidence, is_spam=label, source=source, kind=kind, family="blog", lang="en")
        for label in labels
    ]


def test_the_table_has_the_slices_that_are_large_enough():
    rows = make_rows("blog:a", "random", 40, 40) + make_rows("blog:b", "unseen_source", 30, 30)
    rows += make_rows("blog:c", "unseen_source", 1, 29)
    scores = np.array([0.9 if row.is_spam else 0.1 for row in rows])

    table = dict(report(rows, scores))

    assert list(table) == [
        "all",
        "kind random",
        "kind unseen_source",
        "unseen blogs",
        "mean of unseen sources",
        "source blog:a",
        "source blog:b",
        "language en",
    ]
    assert table["mean of unseen sources"].rows == 60  # blog:c has too little spam
    assert table["all"].roc_auc == 1.0


def test_the_mean_over_sources_is_plain():
    rows = make_rows("blog:a", "unseen_source", 30, 30)
    rows += make_rows("blog:b", "unseen_source", 300, 300)
    scores = np.array([float(bool(row.is_spam)) for row in rows])
    scores[:60] = 0.5

    table = dict(report(rows, scores))

    assert table["mean of unseen sources"].roc_auc == pytest.approx(0.75)
