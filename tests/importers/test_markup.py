"""HTML becomes plain text, and nothing is lost without being told."""

import pytest

from moderation.importers.markup import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("line\nline", "line\nline"),
        ('<a href="https://x.example/">here</a>', "here (https://x.example/)"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="https://x.example/long">https://x.exam...</a>', "https://x.example/long"),
        ('<img src="https://x.example/i.png" alt="A cat">', "A cat (https://x.example/i.png)"),
        ('<a href="https://x.example/">never closed', "never closed (https://x.example/)"),
        (
            '<a href="https://x.example/">a<a href="https://y.example/">b</a>',
            "a (https://x.example/)b (https://y.example/)",
        ),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("I <3 you, a < b", "I <3 you, a < b"),
        ("mail <foo@mail.example> now", "mail <foo@mail.example> now"),
        ("a <b", "a <b"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<!-- quiet --> <?php 1 ?>", "<!-- quiet --> <?php 1 ?>"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<blockquote>q</blockquote>answer", "q\n\nanswer"),
    ],
)
def test_what_becomes_of_it(html, text):
    assert plain_text(html)[0] == text


def test_formatting_that_is_dropped_is_named():
    assert plain_text("<b>x</b> <em>y</em>") == ("x y", "formatting became plain text: b, em")
    assert plain_text("<p>x</p>") == ("x", "")
