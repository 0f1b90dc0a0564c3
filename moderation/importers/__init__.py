"""Plugs: one file per format in which comments come from elsewhere. Plain Python, no Django."""

from pathlib import Path

from .artalk import ARTALK
from .base import BadFile, Importer
from .commento import COMENTARIO, COMMENTO
from .disqus import DISQUS
from .isso import ISSO, ISSO_JSON
from .native import NATIVE
from .remark42 import REMARK42
from .wordpress import WORDPRESS

# In the order in which they are asked whether a file is theirs.
IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        WORDPRESS,
        DISQUS,
        ISSO,
        NATIVE,
        REMARK42,
        COMMENTO,
        COMENTARIO,
        ISSO_JSON,
        ARTALK,
    )
}
COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}
HEAD_BYTES = 64 * 1024


def importer_of(path: Path, name: str = "auto") -> Importer:
    """Return the importer of a file, recognised by what the file holds; raise BadFile."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise BadFile(1, error.strerror or "cannot be read") from error
    for magic, kind in COMPRESSED.items():
        if head.startswith(magic):
            raise BadFile(1, f"is compressed ({kind}): unpack it first")
    if name != "auto":
        return IMPORTERS[name]
    for importer in IMPORTERS.values():
        if importer.recognises(head):
            return importer
    raise BadFile(1, "is in none of the formats that can be imported")
