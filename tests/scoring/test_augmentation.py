import numpy as np

from moderation.scoring.augmentation import SHORTEST_CROP, collect_websites, cut_out, invent, vary
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row
from tests.scoring.synthetic import make_rows


def generator():
    return np.random.Generator(np.random.PCG64(1))


def test_the_same_seed_gives_the_same_variations():
    rows = make_rows()

    websites = collect_websites(rows)

    assert vary(rows, websites, generator()) == vary(rows, websites, generator())


def test_spam_and_ham_have_a_website_equally_often():
    rows = [row for row in make_rows(count=1000) if row.evidence.author_name]
    varied = vary(rows, collect_websites(rows), generator())

    shares = [
        np.mean(
            [
                bool(new.author_url)
                for new, row in zip(varied, rows, strict=True)
                if row.is_spam is label
            ]
        )
        for label in (True, False)
    ]

    assert abs(shares[0] - shares[1]) < 0.15
    assert min(shares) > 0.3


def test_fields_come_and_go_and_words_stay():
    rows = make_rows()

    varied = vary(rows, collect_websites(rows), generator())

    assert {new.body for new in varied} == {row.evidence.body for row in rows}
    assert {bool(new.article_title) for new in varied} == {True, False}


def test_without_any_website_there_is_none_to_lend():
    row = Row(evidence=Evidence(body="x"), is_spam=True)

    varied = vary([row] * 50, collect_websites([row]), generator())

    assert {new.author_url for new in varied} == {""}


def test_an_invented_website_bears_the_name():
    assert invent("Ann Lee", 0.0) == "https://annlee.com"
    assert invent("", 0.0) == invent("王", 0.0) == ""


def test_a_crop_is_a_stretch_of_whole_words():
    body = "some words of a longer text " * 20

    crop = cut_out(body, 0.4)

    assert crop in body
    assert len(body) / 3 < len(crop) < len(body)
    assert set(crop.split()) <= set(body.split())


def test_short_texts_stay_whole():
    body = "x" * (2 * SHORTEST_CROP - 1)

    assert cut_out(body, 0.5) == body
