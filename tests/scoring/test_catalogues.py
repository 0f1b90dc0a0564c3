from moderation.scoring.catalogues import MOST_PER_LANGUAGE, plain_sentence, read_catalogues


def test_there_is_ham_in_many_languages_and_scripts():
    rows = read_catalogues()

    languages = [row.lang for row in rows]
    assert {"de", "ru", "ko", "ar", "hi", "ja", "fr"} <= set(languages)
    assert "en" not in languages
    assert not any(row.is_spam for row in rows)
    assert min(languages.count(lang) for lang in ("de", "ru", "ko")) > 40
    assert languages.count("pl") <= MOST_PER_LANGUAGE


def test_it_is_the_same_on_every_call():
    assert read_catalogues() == read_catalogues()


def test_place_holders_are_left_out():
    assert plain_sentence("Delete %(count)d\nold {name} entries") == "Delete old entries"
