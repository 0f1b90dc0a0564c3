"""Files that were made to hurt, or are broken: one clear cause, and the line."""

import json
import sqlite3
import tracemalloc
from contextlib import closing

import pytest

from moderation.importers import IMPORTERS, importer_of
from moderation.importers.base import BadFile
from moderation.importers.json_pieces import CHUNK, pieces
from tests.importers import samples

BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>&b;</channel></rss>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE rss SYSTEM "file:///etc/passwd">
<rss xmlns:wp="http://wordpress.org/export/1.2/"/>"""


@pytest.fixture
def refused(tmp_path):
    """Read a file to its end; return the line and the cause of its refusal."""

    def refused(content, name="auto"):
        path = tmp_path / "x"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(BadFile) as caught:
            list(importer_of(path, name).read(path))
        return caught.value.line, str(caught.value)

    return refused


@pytest.mark.parametrize("document", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(refused, document, encoding):
    line, cause = refused(document.encode(encoding), "wordpress")

    assert line == 2
    assert "refused" in cause


def test_undefined_entities_are_refused(refused):
    line, cause = refused(samples.wxr(samples.wxr_comment(1, author="&nosuch;")))

    assert line == 8
    assert "undefined entity" in cause


def test_deep_nesting_is_refused(refused):
    line, cause = refused(samples.WXR_HEAD + "<a>" * 200_000)

    assert (line, cause) == (6, "is nested deeper than 100 elements")


def test_a_tag_without_end_is_refused_before_it_fills_the_memory(refused):
    _line, cause = refused(samples.WXR_HEAD + "<item " + 'a="b" ' * 1_000_000)

    assert cause in ("holds a tag that is too large", "is not well-formed XML: duplicate attribute")


def test_a_tag_of_endless_text_is_refused(refused):
    _line, cause = refused(samples.WXR_HEAD + '<item a="' + "x" * 3_000_000)

    assert cause == "holds a tag that is too large"


def test_text_is_bounded(tmp_path):
    path = tmp_path / "x"
    path.write_text(samples.wxr(samples.wxr_comment(1, "x" * 20_000_000)))

    tracemalloc.start()
    [comment] = importer_of(path).read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 65_535 < len(comment.body) < 1_000_000  # too long, as the validator will say
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-7", "cp1252"])
def test_other_encodings_are_refused(refused, encoding):
    document = samples.wxr(samples.wxr_comment(1)).replace("UTF-8", encoding)

    assert "UTF-8 or UTF-16" in refused(document)[1] or "encoding" in refused(document)[1]


def test_xml_that_is_cut_off_names_its_last_line(refused):
    line, cause = refused(samples.wxr(samples.wxr_comment(1))[:-30])

    assert line == 9
    assert cause.startswith("is not well-formed XML")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[\n{"rid": 1, "page_key": 1},\n{"rid": 2,]', 3),
        ('[{"rid": 1, "page_key": 1}', 1),
        ('[{"rid": 1, "page_key": 1}]\n\nmore', 3),
        ('[{"rid": 1, "page_key": 1}, 7]', 1),
        ('[{"rid": 1, "page_key": ' + "[" * 100_000, 1),
        (b'[{"rid": 1, "page_key": "\xff"}]', 1),
        ('{"version": 1, "comments": [{"commentHex": 1},\n\n"x"]}', 3),
    ],
)
def test_broken_json_names_the_line(refused, content, line):
    assert refused(content)[0] == line


@pytest.mark.parametrize("bad", ["{", "7", "[" * 5000, "\ud800"])
def test_broken_lines_name_their_line(refused, bad):
    content = samples.REMARK42.encode() + bad.encode("utf-8", "surrogatepass") + b"\n"

    assert refused(content)[0] == 6


def test_a_line_without_end_is_refused(refused):
    assert refused(samples.NATIVE + "x" * 3_000_000) == (4, "the line is too long")


def test_an_export_of_a_newer_version_is_refused(refused):
    line, cause = refused(samples.NATIVE.replace('"version":1', '"version":2'))

    assert (line, "newer" in cause) == (1, True)


def test_a_database_that_is_not_issos_is_refused(refused, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other")) as database:
        database.execute("CREATE TABLE things (id)")

    line, cause = refused((tmp_path / "other").read_bytes())
    assert "SQLite" in cause
    assert "SQLite" in refused(b"SQLite format 3\0" + b"\xff" * 5000)[1]
    assert line == 1


def test_json_pieces_over_the_edges_of_what_is_read_at_once(tmp_path):
    path = tmp_path / "x"
    rows = [{"n": number, "text": "é" * (number * 997 % 5000)} for number in range(200)]
    path.write_text(json.dumps({"version": 12345, "rows": rows, "end": 1.5}, ensure_ascii=False))

    found = list(pieces(path))

    assert path.stat().st_size > CHUNK * 2
    assert [value for _line, key, value in found if key == "rows"] == rows
    assert found[0][1:] == ("version", 12345)
    assert found[-1][1:] == ("end", 1.5)


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(count):
        path = tmp_path / "x"
        path.write_text(samples.wxr(*(samples.wxr_comment(n) for n in range(count))))
        tracemalloc.start()
        assert sum(1 for _ in IMPORTERS["wordpress"].read(path)) == count
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(4000) < peak(400) * 1.5 + 100_000
