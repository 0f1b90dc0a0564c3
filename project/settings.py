"""Every setting, from the environment; docs/operating.md explains each to operators."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from project.environment import (
    env_bool,
    env_int,
    env_list,
    env_networks,
    env_ports,
    env_secret,
)
from project.log import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = re.findall(r"^## (\S+)", (BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)[0]

# --- State and secrets ---------------------------------------------------------------
VAR_DIR = Path(os.getenv("VAR_DIR") or BASE_DIR / "var").resolve()
SECRET_KEY = env_secret("SECRET_KEY", VAR_DIR / "secrets" / "secret_key")
# The first key seals, all of them open: put a new one in front to rotate.
MASTER_KEYS = env_secret("MASTER_KEY", VAR_DIR / "secrets" / "master_key").split(",")
DEBUG = env_bool("DEBUG")

# --- Where we are ------------------------------------------------------------------
PUBLIC_URL = os.getenv("PUBLIC_URL", "").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [
    "localhost",
    ".localhost",
    "127.0.0.1",
    "[::1]",
    *env_list("ALLOWED_HOSTS"),
    *([urlsplit(PUBLIC_URL).hostname] if PUBLIC_URL else []),
]
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)

# --- Database: SQLite on this machine, or what DATABASE_URL names -------------------------
try:
    DATABASE = dj_database_url.parse(
        os.getenv("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'winnow.sqlite3'}"
    )
except ValueError as error:
    raise ImproperlyConfigured("DATABASE_URL is not the address of a database") from error
DATABASES = {"default": DATABASE}
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE["OPTIONS"] = {
        # A write lock taken late ignores the timeout: take it when the transaction begins.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an acknowledged comment survives a power cut. secure_delete: erased is erased.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
    DATABASE["CONN_MAX_AGE"] = None
elif DATABASE["ENGINE"] == "django.db.backends.postgresql":
    DATABASE["CONN_MAX_AGE"] = None
    DATABASE["CONN_HEALTH_CHECKS"] = True
    # 5 s: a visitor is told to come back rather than left to wait behind a stuck lock.
    DATABASE["OPTIONS"] = {"options": "-c statement_timeout=5000 -c lock_timeout=4000"}
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker ---------------------------------------------------------------------------
BROKER_FILE = VAR_DIR / "redis_url"  # written by `up` for its embedded Valkey
REDIS_URL = os.getenv("REDIS_URL") or (
    BROKER_FILE.read_text().strip() if BROKER_FILE.exists() else "redis://127.0.0.1:6379/0"
)

# --- Limits ---------------------------------------------------------------------------
FORM_LIMIT = os.getenv("FORM_LIMIT", "30/minute")  # per address prefix
KEY_LIMIT = os.getenv("KEY_LIMIT", "60000/minute")  # per site key
LOGIN_LIMIT = os.getenv("LOGIN_LIMIT", "10/minute")  # per account and address prefix
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Nobody may send files but owners who import: their page says where theirs go.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["moderation.dashboard.uploads.RefuseFiles"]
IMPORT_BYTES = env_int("IMPORT_BYTES", 256 * 1024 * 1024)

# --- Requests that leave the machine --------------------------------------------------
EGRESS_ALLOW = env_networks("EGRESS_ALLOW")  # beside the public internet
EGRESS_PORTS = env_ports("EGRESS_PORTS", "80,443")

# --- Django ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "moderation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "moderation.hosts.key_in_host",  # before anybody asks for the host
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "moderation.headers.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "moderation.public.cross_origin.for_own_pages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "moderation.headers.refuse_overload",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
APPEND_SLASH = False  # one spelling of every address
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "dashboard:sign-in"
LOGIN_REDIRECT_URL = "dashboard:queue"
LANGUAGE_CODE = os.getenv("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English"))]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Straight from the packages: nothing to collect, so nothing to forget to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- Security -------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-winnow-session" if HTTPS else "winnow-session"
CSRF_COOKIE_NAME = "__Host-winnow-csrf" if HTTPS else "winnow-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "moderation.dashboard.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Django REST framework --------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "moderation.api.auth.KeyAuthentication",
        "moderation.api.auth.ModeratorSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["moderation.api.auth.SignedIn"],
    "DEFAULT_PARSER_CLASSES": ["moderation.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "moderation.api.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Winnow",
    "DESCRIPTION": "Self-hosted comment moderation.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    # Requests and answers are shapes of their own; a PATCH names what it must have.
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "moderation.api.schema.describe_errors",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Celery: a doorbell, nothing more ---------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "winnow"
CELERY_TASK_TIME_LIMIT = 50  # below the visibility timeout, else a slow task runs twice
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# These lost nothing when worker and broker were killed; with the defaults a lost message
# returns only after an hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_restore_limit": 1000,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}

LOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")
LOGGING = logging_config(LOG_LEVEL)
