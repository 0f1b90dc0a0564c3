"""Models of text as peers, trained and asked in this process: TF-IDF recipes and fastText."""

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.fitting import Fit, Scorer, text_of
from moderation.scoring.rows import Row


def linear_over(make_model: Callable[[], object], decide: str) -> Fit:
    """Return TF-IDF of words and pairs with a linear model behind it."""

    def fit(rows: Sequence[Row]) -> Scorer:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = make_pipeline(words, make_model())
        model.fit(list(map(text_of, rows)), [bool(row.is_spam) for row in rows])

        def scores(others: Sequence[Row]) -> np.ndarray:
            found = getattr(model, decide)(list(map(text_of, others)))
            return found[:, 1] if found.ndim > 1 else 1 / (1 + np.exp(-found))

        return scores

    return fit


def logistic_regression() -> object:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, max_iter=300)


def linear_svc() -> object:
    from sklearn.svm import LinearSVC

    return LinearSVC()


def fasttext(rows: Sequence[Row]) -> Scorer:
    import fasttext as library

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.txt")
        lines = [f"__label__{int(bool(row.is_spam))} {one_line(row)}\n" for row in rows]
        random.Random(1).shuffle(lines)  # it reads them in order, and forgets what came first
        path.write_text("".join(lines), "utf-8", "replace")
        model = library.train_supervised(
            str(path), epoch=10, wordNgrams=2, minn=3, maxn=5, bucket=200_000, thread=1, verbose=0
        )

    def scores(others: Sequence[Row]) -> np.ndarray:
        # Always as a list, and for the first label only: otherwise it fails with today's numpy, or
        # gives every label the first one's probability.
        labels, chances = model.predict(list(map(one_line, others)))
        return np.array(
            [
                chance if label == "__label__1" else 1 - chance
                for [label], [chance] in zip(labels, chances, strict=True)
            ]
        )

    return scores


def one_line(row: Row) -> str:
    return " ".join(text_of(row).encode("utf-8", "replace").decode().split())
