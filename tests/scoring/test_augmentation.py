from random import Random

import numpy as np

from moderation.scoring.augmentation import (
    A_CHOICE,
    SHORTEST_CROP,
    collect_websites,
    cut_out,
    invent,
    vary,
)
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row
from tests.scoring.synthetic import make_rows


def vary_all(rows):
    chance, websites = Random(1), collect_websites(rows)
    return [vary(row, websites, chance) for row in rows]


def test_the_same_seed_gives_the_same_variations():
    rows = make_rows()

    assert vary_all(rows) == vary_all(rows)


def test_spam_and_ham_have_a_website_equally_often():
    rows = [row for row in make_rows(count=1000) if row.evidence.author_name]
    varied = vary_all(rows)

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
    assert min(shares) > 0.15


def test_fields_come_and_go_and_words_stay():
    rows = make_rows()

    varied = vary_all(rows)

    kept = [new.body == row.evidence.body for new, row in zip(varied, rows, strict=True)]
    assert 0.6 < np.mean(kept) < 0.95
    assert {bool(new.article_title) for new in varied} == {True, False}


def test_without_any_website_there_is_none_to_lend():
    row = Row(evidence=Evidence(body="x"), is_spam=True)

    varied = [new for new in vary_all([row] * 50) if "/" not in new.author_url]

    assert {new.author_url for new in varied} == {""}


def test_an_invented_website_bears_the_name():
    assert "annlee" in invent("Ann Lee", Random(1))
    assert invent("", Random(1)) == invent("王", Random(1)) == ""


def test_a_crop_is_a_stretch_of_whole_words():
    body = "some words of a longer text " * 20

    crop = cut_out(body, 0.4)

    assert crop in body
    assert len(body) / 3 < len(crop) < len(body)
    assert set(crop.split()) <= set(body.split())


def test_short_texts_stay_whole():
    body = "x" * (2 * SHORTEST_CROP - 1)

    assert cut_out(body, 0.5) == body


def test_a_source_lends_its_own_websites_where_it_has_a_choice():
    def of_spam(source, host, count):
        return [
            Row(
                evidence=Evidence(body="x", author_url=f"https://{host}/{number}"),
                is_spam=True,
                source=source,
            )
            for number in range(count)
        ]

    lenders = collect_websites(of_spam("rich", "own.example", A_CHOICE) + of_spam("poor", "b", 1))

    assert {"own.example" in url for url in lenders["rich"].pool(of_spam=True)} == {True}
    assert lenders["poor"].pool(of_spam=True) == lenders["rich"].pool(of_spam=False) == []
