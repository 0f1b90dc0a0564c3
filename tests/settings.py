"""The real settings, made fast and deaf."""

import os

# Fixed values: a failing test fails the same way tomorrow. They guard nothing.
os.environ.setdefault("SECRET_KEY", "the tests' own key, as good as any other")
os.environ.setdefault("MASTER_KEY", "dGhlIHRlc3RzIG93biBrZXksIGdvb2QgYXMgYW55ISE=")

from project.settings import *
from project.settings import DATABASE, VAR_DIR

# A real password hash takes a tenth of a second, on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in real life: a worker in another process cannot see a database in memory.
    DATABASE["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
