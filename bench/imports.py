"""Imports: a WordPress export of so many comments, tried, taken over, taken over again, exported.

.venv/bin/python -m bench.imports [COMMENTS]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.lab import open_lab, text

ROOT = Path(__file__).resolve().parent.parent
COMMENTS_A_POST = 50
STATUSES = ("1", "1", "1", "0", "spam")


def main(count: int = 200_000) -> None:
    open_lab()
    from moderation.models import Comment
    from moderation.services.sites import create_site

    with tempfile.TemporaryDirectory() as folder:
        for size in (count // 10, count):
            site = str(create_site("Bench", "https://blog.example").site.pk)
            file = Path(folder) / "export.xml"
            write_export(file, size)
            print(f"{size:,} comments, {file.stat().st_size / 2**20:,.0f} MiB", flush=True)
            measure("dry run", size, "import_comments", str(file), "--site", site, "--dry-run")
            measure("import", size, "import_comments", str(file), "--site", site)
            measure("again", size, "import_comments", str(file), "--site", site)
            measure("export", size, "export_comments", "--site", site)
            stored = Comment.objects.filter(site=site)
            assert stored.count() == size
            assert stored.filter(parent=None).count() == size - replies(size)


def measure(name: str, size: int, *command: str) -> None:
    """Run a command of manage.py; print its time, its rate and its largest memory."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit(f"{name} failed")
    own, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(
        f"  {name:<8} {seconds:7.1f} s {size / seconds:7,.0f} rows/s"
        f" {size / own:7,.0f} per CPU second {memory:5.0f} MiB at most",
        flush=True,
    )


def write_export(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"')
        file.write(' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n')
        for number in range(count):
            if number % COMMENTS_A_POST == 0:
                file.write("</item>\n" if number else "")
                post = number // COMMENTS_A_POST
                file.write(f"<item><title>Post {post}</title>")
                file.write(f"<link>https://blog.example/{post}/</link>")
                file.write(f"<wp:post_id>{post}</wp:post_id>\n")
            file.write(comment(number))
        file.write("</item>\n</channel>\n</rss>\n")


def comment(number: int) -> str:
    """Return a comment; every other one replies to the one before it."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_300_000_000 + number * 60))
    body = text(number).replace("<", "&lt;")
    return (
        f"<wp:comment><wp:comment_id>{number + 1}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[Visitor {number % 5000}]]></wp:comment_author>"
        f"<wp:comment_author_email>visitor{number % 5000}@example.org</wp:comment_author_email>"
        f"<wp:comment_author_IP>192.0.2.{number % 250}</wp:comment_author_IP>"
        f"<wp:comment_date_gmt>{stamp}</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[<p>{body}</p>]]></wp:comment_content>"
        f"<wp:comment_approved>{STATUSES[number % len(STATUSES)]}</wp:comment_approved>"
        f"<wp:comment_parent>{number if number % 2 else 0}</wp:comment_parent></wp:comment>\n"
    )


def replies(count: int) -> int:
    return count // 2


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
