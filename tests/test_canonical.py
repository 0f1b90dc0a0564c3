"""One spelling for every address of an article."""

import pytest

from moderation.canonical import BadURL, canonical_url, origin_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://blog.example", "https://blog.example/"),
        ("HTTPS://Blog.Example/Post", "https://blog.example/Post"),
        ("https://blog.example:443/a", "https://blog.example/a"),
        ("http://blog.example:80/a", "http://blog.example/a"),
        ("http://blog.example:8080/a", "http://blog.example:8080/a"),
        ("https://blog.example/a#comments", "https://blog.example/a"),
        ("https://blog.example/a?utm_source=x&fbclid=y", "https://blog.example/a"),
        ("https://blog.example/a?id=7&utm_medium=x", "https://blog.example/a?id=7"),
        ("https://blog.example/?p=", "https://blog.example/?p="),
        ("https://blog.example/%7Ebo/%61", "https://blog.example/~bo/a"),
        ("https://blog.example/a%2Fb", "https://blog.example/a%2Fb"),
        ("https://blog.example/größe", "https://blog.example/gr%C3%B6%C3%9Fe"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
    ],
)
def test_spellings_of_one_page_are_one(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/post/",
        "blog.example/post",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://blog.example/",
        "https://",
        "https:///path",
        "https://user@blog.example/",
        "https://user:secret@blog.example/",
        "https://blog.example/a b",
        "https://blog.example/'onclick=",
        'https://blog.example/"',
        "https://blog.example/<script>",
        "https://blog.example\\@evil.example/",
        "https://blog.example:99999/",
        "https://blog.example:port/",
        "https://[::1/",
        "https://" + "x" * 70 + ".example/",
        "java\nscript:alert(1)",
    ],
)
def test_what_no_link_may_point_at_is_refused(url):
    with pytest.raises(BadURL):
        canonical_url(url)


@pytest.mark.parametrize(
    "url", ["https://evil-blog.example/", "https://blog.example.evil/", "http://blog.example/"]
)
def test_a_look_alike_is_another_origin(url):
    assert origin_of(url) != origin_of("https://blog.example/")
