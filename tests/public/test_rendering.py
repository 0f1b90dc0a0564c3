"""From plain text to HTML."""

import re
from pathlib import Path
from time import perf_counter

import pytest

import moderation
from moderation.public.rendering import MOST_LINKS, html_of, is_web_address


def anchor(url):
    return f'<a href="{url}" rel="nofollow ugc noopener">{url}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One line.", "<p>One line.</p>"),
        ("One\ntwo", "<p>One<br>two</p>"),
        ("One\n\n \n\ntwo", "<p>One</p>\n<p>two</p>"),
        ("a < b & c > d \"e\" 'f'", "<p>a &lt; b &amp; c &gt; d &quot;e&quot; &#x27;f&#x27;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_text_comes_out_as_text(text, html):
    assert html_of(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("see http://a.example", f"see {anchor('http://a.example')}"),
        ("HTTPS://A.example/b", anchor("HTTPS://A.example/b")),
        ("(https://a.example/b).", f"({anchor('https://a.example/b')})."),
        ("https://a.example/b_(c)!", f"{anchor('https://a.example/b_(c)')}!"),
        ("https://a.example:8080/?q=1#x", anchor("https://a.example:8080/?q=1#x")),
        ("https://a.example/?a=1&b=2", anchor("https://a.example/?a=1&amp;b=2")),
        ("https://bücher.example/", anchor("https://bücher.example/")),
        ("https://a.example/<b>", f"{anchor('https://a.example/')}&lt;b&gt;"),
        ("https://a.example/\u202egpj", f"{anchor('https://a.example/')}\u202egpj"),
    ],
)
def test_web_addresses_become_links(text, html):
    assert html_of(text) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://a.example/",
        "//a.example/",
        "http://",
        "https://somebody:secret@a.example/",
        "https://trusted.example@evil.example/",
        "https://a..example/",
        "https://[::1]/",
        "https://a.example:99999999/",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_everything_else_stays_text(text):
    assert "<a" not in html_of(text)
    assert not is_web_address(text)


def test_a_text_of_links_stays_text_after_the_first_ones():
    html = html_of("https://a.example/ " * (MOST_LINKS + 20))

    assert html.count("<a ") == MOST_LINKS
    assert html.count("https://a.example/") == 2 * MOST_LINKS + 20


@pytest.mark.parametrize(
    "unit",
    [
        "http://",
        "https://a.example/ ",
        "https://a.example/)",
        "https://a.example/(",
        ")",
        "https://" + "a.",
        "https://a.b:",
        "\n",
        "\n ",
        "<",
        "a\u0301",
        ".",
    ],
)
def test_the_work_grows_with_the_length_and_no_faster(unit):
    """Four times the text takes about four times as long; squared it would be sixteen."""

    def seconds(length):
        text = (unit * length)[:length]
        runs = []
        for _attempt in range(5):
            started = perf_counter()
            html_of(text)
            runs.append(perf_counter() - started)
        return min(runs)

    assert seconds(80_000) < 10 * seconds(20_000) + 0.005


def test_nothing_else_in_the_visitors_door_calls_html_safe():
    root = Path(moderation.__file__).parent
    sources = [*root.glob("public/*.py"), *root.glob("templates/moderation/public/*.html")]
    claims = re.compile(r"mark_safe|SafeString\(|__html__|\|\s*safe|autoescape")

    assert len(sources) > 15
    assert [path.name for path in sources if claims.search(path.read_text())] == ["rendering.py"]
