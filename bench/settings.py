"""The real settings, with the peers' doors beside Winnow's own and no limit in the way."""

import os

os.environ.setdefault("KEY_LIMIT", "100000000/minute")

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "bench.peers"
