from random import Random

import pytest

from moderation.scoring.phrasebook import (
    BOOKS,
    EXPANSIONS,
    PLACE,
    BadTemplate,
    Book,
    choose,
    fill,
    read_books,
    read_phrasebook,
)


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def test_our_own_books_hold_both_kinds_in_many_languages():
    rows = read_phrasebook()

    kinds = {(row.lang, row.is_spam) for row in rows}
    languages = {lang for lang, _ in kinds}
    assert {"en", "de", "fr", "ru", "ja", "ko", "zh", "ar", "hi", "id", "tr"} <= languages
    assert len(kinds) == 2 * len(languages)
    assert len(rows) == EXPANSIONS * sum(len(book.templates) for book in read_books(BOOKS))


def test_nothing_is_left_unfilled_and_a_template_gives_different_comments():
    rows = read_phrasebook()

    assert not [row for row in rows if PLACE.search(row.evidence.body) or not row.evidence.body]
    assert not [row for row in rows if set(row.evidence.author_name) & set("{}|")]
    assert len({row.evidence.body for row in rows}) > 0.6 * len(rows)


def test_it_is_the_same_on_every_call(tmp_path):
    write(
        tmp_path, de="name Ida|Jan\nproduct Kredite\nspam {a|b|c} [link]\nham {x|y} [name] [amount]"
    )

    assert read_phrasebook(tmp_path) == read_phrasebook(tmp_path)


def test_two_files_of_a_language_are_one_book(tmp_path):
    write(tmp_path, **{"en-ham": "name Ann\nham hi", "en-spam": "product pills\nspam [product]"})

    book, *others = read_books(tmp_path)

    assert others == []
    assert book == Book("en", ["Ann"], ["pills"], [(False, "hi"), (True, "[product]")])


def test_choices_are_made_from_the_inside_out():
    made = {choose("a{ {b|c}|}{!|?}", Random(number)) for number in range(100)}

    assert made == {"a b!", "a c!", "a!", "a b?", "a c?", "a?"}


@pytest.mark.parametrize("place", ["page", "own", "link"])
def test_links_lead_somewhere(place):
    book = Book("en", ["Ann Lee"], ["cheap pills"])

    assert "http" in fill(f"see [{place}]", book, Random(1), "Ann Lee")


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("spam {buy|now", "{ without its partner"),
        ("ham buy} now", "} without its partner"),
        ("rubbish now", "begins with none of spam, ham, name, product"),
        ("spam", "begins with none of spam, ham, name, product"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, cause):
    write(tmp_path, xx=f"# remark\n\nname Ann\n{line}\n")

    with pytest.raises(BadTemplate, match=r"xx\.txt, line 4: ") as caught:
        read_books(tmp_path)

    assert cause in str(caught.value)


@pytest.mark.parametrize("missing", ["name Ann", "product pills"])
def test_a_book_without_names_or_products_is_refused(tmp_path, missing):
    lines = {"name Ann", "product pills", "ham hi"} - {missing}
    write(tmp_path, xx="\n".join(sorted(lines)))

    with pytest.raises(BadTemplate, match="xx: a book needs names and products"):
        read_books(tmp_path)
