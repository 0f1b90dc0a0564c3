"""A WordPress of its own: Debian's package, a private MariaDB, PHP's web server.

Another one is tried by naming its files: WORDPRESS_FILES, the folder of an unpacked WordPress
instead of Debian's, and AKISMET_FILES, the folder of the plugin to put into it. Both are copied.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from getpass import getuser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

from project.children import end_with_parent
from tests.clients.conftest import absent, program
from tests.engines import wait_until

PASSWORD = "correct horse battery"
PLUGIN = Path(__file__).parents[2] / "deploy" / "wordpress" / "winnow.php"
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c');
define('NONCE_KEY', 'd'); define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f');
define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', '127.0.0.1,rest.akismet.com');
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WINNOW_URL', '{winnow}'); define('WPCOM_API_KEY', '{key}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
# Our visitors share one address and do not wait 15 s between their comments.
IMPATIENT = "<?php add_filter('comment_flood_filter', '__return_false', 99);"


class WordPress:
    """A blog, as its visitors and its administrator use it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.admin = urllib.request.build_opener(cookies)
        self.visitor = urllib.request.build_opener()

    def php(self, code: str, *, before: str = "") -> str:
        """Run a piece of PHP inside WordPress and return what it prints."""
        script = f"{before} $_SERVER['HTTP_HOST']='localhost'; require 'wp-load.php'; {code}"
        php = program("php", "php-cli php-mysql")
        done = subprocess.run(
            [php, "-r", script], cwd=self.folder, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def comment(self, author: str, text: str) -> str:
        """Leave a comment as a visitor does; return where WordPress put it."""
        fields = {
            "comment_post_ID": "1",
            "author": author,
            "email": f"{author.lower()}@visitor.example",
            "url": "",
            "comment": text,
            "comment_parent": "0",
        }
        request = urllib.request.Request(
            f"{self.url}/wp-comments-post.php",
            urlencode(fields).encode(),
            headers={"User-Agent": "Mozilla/5.0"},
        )
        with suppress(HTTPError):
            self.visitor.open(request, timeout=60).read()
        return self.status(text)

    def status(self, text: str) -> str:
        """Return where a comment stands: "1", "0", "spam", or "" if it is not there."""
        return self.php(
            "global $wpdb; echo $wpdb->get_var($wpdb->prepare("
            f"'SELECT comment_approved FROM wp_comments WHERE comment_content = %s', '{text}'));"
        )

    def comment_id(self, text: str) -> str:
        return self.php(
            "global $wpdb; echo $wpdb->get_var($wpdb->prepare("
            f"'SELECT comment_ID FROM wp_comments WHERE comment_content = %s', '{text}'));"
        )

    def guid(self, text: str) -> str:
        return self.php(f"echo get_comment_meta({self.comment_id(text)}, 'akismet_guid', true);")

    def versions(self) -> str:
        return self.php("echo $GLOBALS['wp_version'], ' + Akismet ', AKISMET_VERSION;")

    def sign_in(self) -> None:
        self.admin.open(f"{self.url}/wp-login.php", timeout=60).read()
        fields = {"log": "alice", "pwd": PASSWORD, "wp-submit": "Log In", "testcookie": "1"}
        self.admin.open(f"{self.url}/wp-login.php", urlencode(fields).encode(), timeout=60).read()

    def mark(self, text: str, action: str) -> None:
        """Press "Spam" or "Not Spam" below a comment in wp-admin, as its script does it."""
        number = self.comment_id(text)
        view = "spam" if action == "unspam" else "all"
        listed = self.admin.open(
            f"{self.url}/wp-admin/edit-comments.php?comment_status={view}", timeout=60
        ).read()
        # Releases of WordPress differ in the order of the two.
        names = rf"(?:c={number}|action={action}comment)"
        link = rf"comment\.php\?{names}&#038;{names}&#038;_wpnonce=(\w+)"
        found = re.search(link, listed.decode())
        assert found, f"no {action} link"
        fields = {"action": "delete-comment", "id": number, action: "1", "_ajax_nonce": found[1]}
        path = f"{self.url}/wp-admin/admin-ajax.php"
        self.admin.open(path, urlencode(fields).encode(), timeout=60).read()


@contextmanager
def wordpress(folder: Path, winnow: str, key: str, port: int) -> Iterator[WordPress]:
    """Run a fresh WordPress with Akismet switched on and led to Winnow."""
    files = files_of(folder)
    with mariadb(folder) as database:
        url = f"http://127.0.0.1:{port}"
        (files / "wp-config.php").write_text(
            CONFIG.format(socket=database, url=url, winnow=winnow, key=key)
        )
        must_use = files / "wp-content" / "mu-plugins"
        must_use.mkdir()
        shutil.copy(PLUGIN, must_use)
        (must_use / "impatient.php").write_text(IMPATIENT)
        blog = WordPress(files, url)
        install(blog)
        with web_server(files, port):
            yield blog


def files_of(folder: Path) -> Path:
    """Return the files of the WordPress to try, where they may be written to."""
    if named := os.environ.get("WORDPRESS_FILES"):
        files = Path(shutil.copytree(named, folder / "wordpress"))
    else:
        files = unpacked(folder)
    if named := os.environ.get("AKISMET_FILES"):
        plugin = files / "wp-content" / "plugins" / "akismet"
        shutil.rmtree(plugin)
        shutil.copytree(named, plugin)
    return files


def unpacked(folder: Path) -> Path:
    """Return the files of Debian's package, unpacked where they may be written to."""
    done = subprocess.run(
        ["apt-get", "download", "wordpress", "wordpress-theme-twentytwentythree"],
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    packages = sorted(folder.glob("wordpress*.deb"))
    if done.returncode or not packages:
        absent("WordPress", "apt-get update && apt-get download wordpress")
    for package in packages:
        subprocess.run(["dpkg", "-x", package, folder / "debian"], check=True)
    return folder / "debian" / "usr" / "share" / "wordpress"


def install(blog: WordPress) -> None:
    """Set the blog up: one administrator, one post, comments at once, Akismet on."""
    blog.php(
        "require_once 'wp-admin/includes/upgrade.php';"
        f"wp_install('Blog', 'alice', 'alice@blog.example', true, '', '{PASSWORD}');",
        before="define('WP_INSTALLING', true);",
    )
    blog.php(
        "update_option('comment_previously_approved', '0');"
        "update_option('comment_moderation', '0');"
        "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
        "activate_plugin('akismet/akismet.php');"
    )


@contextmanager
def mariadb(folder: Path, *, port: int = 0) -> Iterator[Path]:
    """Run a private MariaDB, which a port is given if its client knows no socket; yield that."""
    mysqld = program("mariadbd", "mariadb-server-core")
    rows, plug = folder / "rows", folder / "sock"
    rows.mkdir()
    # Whoever runs the tests; the server refuses root unless it is said.
    base = ["--no-defaults", f"--datadir={rows}", f"--tmpdir={rows}", f"--user={getuser()}"]
    made = subprocess.run(
        ["mariadb-install-db", *base, "--auth-root-authentication-method=normal"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    reach = [f"--port={port}", "--bind-address=127.0.0.1"] if port else ["--skip-networking"]
    server = subprocess.Popen(
        [mysqld, *base, f"--socket={plug}", "--skip-grant-tables", *reach],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    try:
        assert wait_until(plug.exists, alive=lambda: server.poll() is None), "MariaDB is down"
        client = program("mariadb", "mariadb-client-core")
        subprocess.run(
            [client, f"--socket={plug}", "-e", "CREATE DATABASE wordpress"], check=True, timeout=60
        )
        yield plug
    finally:
        server.terminate()
        server.wait()


@contextmanager
def web_server(files: Path, port: int) -> Iterator[None]:
    server = subprocess.Popen(
        [
            program("php", "php-cli php-mysql"),
            *("-d", "opcache.enable=0", "-S", f"127.0.0.1:{port}", "-t", files),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
