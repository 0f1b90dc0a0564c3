"""Other filters behind one shape: fit on rows, then score rows; each sees the same text."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from moderation.scoring.classifier import Classifier
from moderation.scoring.rows import Row
from moderation.scoring.training import train

Scorer = Callable[[Sequence[Row]], np.ndarray]
Fit = Callable[[Sequence[Row]], Scorer]


def text_of(row: Row) -> str:
    evidence = row.evidence
    return " ".join((evidence.body, evidence.author_name, evidence.author_url))


def winnow(rows: Sequence[Row]) -> Scorer:
    classifier = Classifier(train(rows))
    return lambda others: np.array(
        [score.value for score in classifier.score_batch([row.evidence for row in others])]
    )


def bogofilter(rows: Sequence[Row]) -> Scorer:
    folder = tempfile.mkdtemp(prefix="bogofilter-")
    for flag, label in (("-s", True), ("-n", False)):
        mails = mailbox([text_of(row) for row in rows if row.is_spam is label])
        # 1: mails were read as spam or ham, and nothing went wrong.
        subprocess.run(["bogofilter", "-d", folder, "-M", flag], input=mails, check=False)
    return lambda others: bogofilter_scores(folder, [text_of(row) for row in others])


def bogofilter_scores(folder: str, texts: Sequence[str]) -> np.ndarray:
    done = subprocess.run(
        ["bogofilter", "-d", folder, "-M", "-T", "-v"],
        input=mailbox(texts),
        capture_output=True,
        check=False,
    )
    return np.array([float(line.split()[1]) for line in done.stdout.decode().splitlines()])


def mailbox(texts: Sequence[str]) -> bytes:
    """Write texts as a mailbox, one mail each."""
    mails = (f"From x Thu Jan  1 00:00:00 1970\n{body}\n\n" for body in map(quoted, texts))
    return "".join(mails).encode("utf-8", "replace")


def quoted(text: str) -> str:
    return f"\n{text}".replace("\r", "\n").replace("\nFrom ", "\n>From ")


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
        lines = (f"__label__{int(bool(row.is_spam))} {one_line(row)}\n" for row in rows)
        path.write_text("".join(lines), "utf-8", "replace")
        model = library.train_supervised(
            str(path), epoch=10, wordNgrams=2, minn=3, maxn=5, bucket=200_000, thread=1, verbose=0
        )

    def scores(others: Sequence[Row]) -> np.ndarray:
        # Its own wrapper for this does not work with today's numpy.
        found = [
            dict(map(reversed, model.f.predict(one_line(row) + "\n", 2, 0.0, "strict")))
            for row in others
        ]
        return np.array([labels.get("__label__1", 0.0) for labels in found])

    return scores


def one_line(row: Row) -> str:
    return " ".join(text_of(row).encode("utf-8", "replace").decode().split())


def peers() -> Iterator[tuple[str, Fit]]:
    """Yield Winnow, and each peer that is installed."""
    yield "Winnow", winnow
    if shutil.which("bogofilter"):
        yield "bogofilter", bogofilter
    if find_spec("sklearn"):
        yield "TF-IDF + logistic regression", linear_over(logistic_regression, "predict_proba")
        yield "TF-IDF + LinearSVC", linear_over(linear_svc, "decision_function")
    if find_spec("fasttext"):
        yield "fastText", fasttext
