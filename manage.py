#!/usr/bin/env python3
"""The one door for operators and developers: `python3 manage.py COMMAND`.

Any Python may begin here, so this file uses nothing that an old one cannot parse.
"""

import os
import runpy
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))

if sys.version_info < (3, 11):
    sys.exit("winnow: Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2])

if __name__ == "__main__":
    # By its path: importing the project package needs what the bootstrap installs.
    runpy.run_path(os.path.join(ROOT, "project", "bootstrap.py"))["main"](sys.argv[1:])
