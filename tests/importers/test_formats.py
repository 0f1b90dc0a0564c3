"""Every format: recognised by what the file holds, and read with its oddities."""

from datetime import UTC, datetime

import pytest

from moderation.importers import IMPORTERS, importer_of
from moderation.importers.base import BadFile, Imported, Oddity
from moderation.status import Status
from tests.importers import samples


@pytest.fixture
def read(tmp_path):
    """Write a file whose name says nothing; return its format, comments and other oddities."""

    def read(content):
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        importer = importer_of(path)
        found = list(importer.read(path))
        comments = [row for row in found if isinstance(row, Imported)]
        return importer.name, comments, [row for row in found if isinstance(row, Oddity)]

    return read


def test_wordpress(read):
    name, [first, reply], odd = read(
        samples.wxr(
            samples.wxr_comment(1, "One & <b>two</b>"),
            samples.wxr_comment(2, parent="1", approved="spam", author_url="https://a.example/"),
        )
    )

    assert (name, odd) == ("wordpress", [])
    assert (first.external_id, first.parent, first.line) == ("wp:7/1", "", 7)
    assert first.body == "One & two"
    assert first.oddities == ("formatting became plain text: b",)
    assert (first.article_url, first.article_title) == ("https://blog.example/post/", "A post")
    assert first.posted_at == datetime(2020, 1, 2, 3, 4, 1, tzinfo=UTC)
    assert (first.author_name, first.author_email) == ("Ada", "ada1@mail.example")
    assert (first.status, first.ip) == (Status.APPROVED, "192.0.2.17")
    assert (reply.parent, reply.status) == ("wp:7/1", Status.SPAM)
    assert reply.author_url == "https://a.example/"


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", "approved"),
        ("0", "pending"),
        ("spam", "spam"),
        ("trash", "rejected"),
        ("post-trashed", "rejected"),
        ("new-in-7.0", "pending"),
        (None, "pending"),
    ],
)
def test_wordpress_statuses(read, approved, status):
    _name, [comment], _odd = read(samples.wxr(samples.wxr_comment(1, approved=approved)))

    assert comment.status == status
    assert bool(comment.oddities) == (approved in ("new-in-7.0", None))


def test_a_wordpress_comment_without_most_of_its_fields_is_still_one(read):
    bare = samples.wxr_comment(
        1, id=None, author="", author_email=None, author_IP=None, date_gmt="0000-00-00 00:00:00"
    )

    _name, [comment], _odd = read(samples.wxr(bare, post=""))

    assert comment.author_name == "Anonymous"
    assert comment.posted_at is None
    assert len(comment.oddities) == 3
    assert comment.external_id.startswith("wp:")


def test_the_same_comment_id_under_two_posts_is_two_comments(read):
    """Merged files hold that."""
    two = samples.wxr(samples.wxr_comment(11)).replace(samples.WXR_TAIL, "") + (
        "<item><link>https://blog.example/?p=4</link>"
        + samples.wxr_comment(11, "Other")
        + "</item>"
        + samples.WXR_TAIL
    )

    _name, comments, _odd = read(two)

    assert len({comment.external_id for comment in comments}) == 2


def test_disqus_threads_may_come_after_their_posts(read):
    name, comments, odd = read(samples.DISQUS)

    assert name == "disqus"
    by_id = {comment.external_id: comment for comment in comments}
    assert list(by_id) == ["disqus:11", "disqus:12", "disqus:14", "disqus:15", "disqus:1234"]
    assert by_id["disqus:11"].body == "First\nline"
    assert by_id["disqus:11"].article_url == "https://blog.example/hello/"
    assert by_id["disqus:12"].parent == "disqus:11"
    assert by_id["disqus:15"].status == Status.SPAM
    assert by_id["disqus:15"].posted_at is None
    assert by_id["disqus:14"].status == Status.PENDING
    assert len(by_id["disqus:14"].oddities) == 2
    assert [(row.line, row.text.split()[0]) for row in odd] == [(10, "was"), (20, "belongs")]


def test_stray_characters_before_the_first_tag_are_left_out_and_told(read):
    name, comments, odd = read("`" + samples.DISQUS)

    assert (name, len(comments)) == ("disqus", 5)
    assert odd[0] == Oddity(1, "stray characters before the first tag were left out")


def test_unbound_prefixes_do_no_harm(read):
    unbound = samples.wxr(samples.wxr_comment(1)).replace(
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"', ""
    )

    assert len(read(unbound)[1]) == 1


def test_utf16_is_read(read):
    name, [comment], _odd = read(
        samples.wxr(samples.wxr_comment(1, "Ünïcödé"))
        .replace('encoding="UTF-8"', 'encoding="UTF-16"')
        .encode("utf-16")
    )

    assert (name, comment.body) == ("wordpress", "Ünïcödé")


def test_control_characters_that_xml_forbids_are_left_out_and_told(read):
    _name, [comment], odd = read(samples.wxr(samples.wxr_comment(1, "be\x08ll")))

    assert comment.body == "bell"
    assert [row.line for row in odd] == [8]


def test_isso_database(tmp_path):
    path = samples.isso_database(tmp_path / "x")
    before = path.read_bytes()

    importer = importer_of(path)
    found = list(importer.read(path))

    assert importer.name == "isso"
    first, second, deleted, odd_mode, lost = found
    assert (first.external_id, first.body) == ("isso:1", "One **bold**")
    assert (first.article_url, first.article_title) == ("/post/", "A post")
    assert first.posted_at == datetime(2014, 1, 14, 17, 32, 12, 500000, tzinfo=UTC)
    assert (second.parent, second.status) == ("isso:1", Status.PENDING)
    assert (odd_mode.parent, odd_mode.status) == ("isso:3", Status.PENDING)
    assert (deleted.line, lost.line) == (3, 5)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


def test_isso_json_counts_ids_within_threads(read):
    name, comments, _odd = read(samples.ISSO_JSON)

    assert name == "isso-json"
    assert len({comment.external_id for comment in comments}) == 3
    assert [comment.article_url for comment in comments] == ["/a/", "/a/", "/b/"]
    assert comments[0].article_title == "Nat & Miguel"
    assert [comment.line for comment in comments] == [1, 1, 5]


def test_remark42(read):
    name, [first, second], odd = read(samples.REMARK42)

    assert name == "remark42"
    assert first.body == "see link (https://x.example/)"
    assert first.posted_at == datetime(2017, 12, 20, 21, 18, 22, 123456, tzinfo=UTC)
    assert first.ip == ""  # what it writes there is a hash
    assert (second.body, second.parent) == ("typed", "remark42:blog/a1")
    assert [row.line for row in odd] == [4, 5]


def test_commento(read):
    name, [first, second], odd = read(samples.COMMENTO)

    assert name == "commento"
    assert first.article_url == "https://blog.example/p/"
    assert (first.author_name, first.author_email, first.author_url) == (
        "Hex",
        "h@mail.example",
        "",
    )
    assert (second.author_name, second.body) == ("Anonymous", "Second")
    assert (second.parent, second.status) == ("commento:c1", Status.PENDING)
    assert [row.line for row in odd] == [8]


def test_comentario(read):
    name, comments, _odd = read(samples.COMENTARIO)

    assert name == "comentario"
    assert [row.status for row in comments] == ["approved", "pending", "rejected"]
    assert [row.author_name for row in comments] == ["Ute", "Guest", "Ute"]
    assert comments[0].author_url == "https://ute.example/"
    assert (comments[0].article_url, comments[1].parent) == ("/p/", "comentario:k1")


def test_artalk(read):
    name, [first, second], _odd = read(samples.ARTALK)

    assert name == "artalk"
    assert first.posted_at == datetime(2021, 10, 28, 12, 50, 15, tzinfo=UTC)
    assert first.article_url == second.article_url == "https://blog.example/x/"
    assert (first.status, second.status) == (Status.APPROVED, Status.PENDING)
    assert second.parent == "artalk:Blog/5"


def test_native(read):
    name, [first, second], _odd = read(samples.NATIVE)

    assert name == "native"
    assert (first.external_id, first.status, first.reason) == ("n1", Status.SPAM, "surely spam")
    assert (first.by_person, second.by_person) == (False, True)
    assert first.article_closed_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert second.parent == "n1"


def test_what_a_comment_says_does_not_decide_its_format(read):
    said = "<rss xmlns='http://wordpress.org/export/1.2/'><disqus> SQLite format 3"

    assert read(samples.NATIVE.replace("Kept", said))[0] == "native"


def test_a_file_of_no_known_format_is_refused(read):
    for content in (b"", b"hello", b'{"a": 1}', b"<html></html>"):
        with pytest.raises(BadFile, match="none of the formats"):
            read(content)


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"PK\x03\x04", b"BZh9", b"\xfd7zXZ\0"])
def test_compressed_files_are_refused(read, magic):
    with pytest.raises(BadFile, match="unpack it first"):
        read(magic + b"rest")


def test_every_importer_has_a_name_of_its_own():
    assert len(IMPORTERS) == 9
