"""Settings: everything that differs between places comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

SRC = Path(__file__).resolve().parents[1]
ROOT = SRC.parents[1]
VAR = Path(os.environ.get("MINZHENG_VAR", ROOT / "var"))


def _secret() -> str:
    """The signing key: from the environment, or made once and kept outside the repository."""
    if given := os.environ.get("MINZHENG_SECRET"):
        return given
    kept = VAR / "secret"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        kept.write_text(secrets.token_urlsafe(48))
        kept.chmod(0o600)
    return kept.read_text().strip()


SECRET_KEY = _secret()
DEBUG = os.environ.get("MINZHENG_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MINZHENG_HOSTS", "127.0.0.1,localhost,testserver").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "minzheng.kernel.areas",
    "minzheng.kernel.audit",
    "minzheng.kernel.access",
    "minzheng.kernel.people",
    "minzheng.kernel.standards",
    "minzheng.kernel.registers",
    "minzheng.kernel.documents",
    "minzheng.kernel.notices",
    "minzheng.kernel.ledger",
    "minzheng.kernel.exchange",
    "minzheng.kernel.indicators",
    "minzheng.kernel.visits",
    "minzheng.kernel.releases",
    "minzheng.kernel.monthly",
    "minzheng.kernel.funds",
    "minzheng.kernel.subsidies",
    "minzheng.kernel.casework",
    "minzheng.kernel.events",
    "minzheng.domains.assistance",
    "minzheng.ui",
    "minzheng.desk",
    "minzheng.portal",
    "minzheng.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "minzheng.config.doors.Doors",
]

ROOT_URLCONF = "minzheng.config.urls"
WSGI_APPLICATION = "minzheng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [SRC / "config" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "minzheng.config.doors.context",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgresql://127.0.0.1/minzheng"), conn_max_age=60
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if name := os.environ.get("MINZHENG_TEST_DB"):
    DATABASES["default"]["TEST"] = {"NAME": name}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/login/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [path for path in (SRC / "config" / "static", SRC / "static_vendor") if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = VAR / "documents"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}

MINZHENG_CATALOGUE = "minzheng.config.domains.DOMAINS"
# A demonstration offers a stand-in for the bank; a real installation never does.
MINZHENG_DEMO = os.environ.get("MINZHENG_DEMO") == "1"
# Where the head of the audit chain is written each day: best another machine's disk, or one that is written once.
MINZHENG_ANCHORS = os.environ.get("MINZHENG_ANCHORS", str(VAR / "anchors"))
MINZHENG_ADDRESS = os.environ.get("MINZHENG_ADDRESS", "http://127.0.0.1:8000")
MINZHENG_DEPARTMENTS = os.environ.get("MINZHENG_DEPARTMENTS", "http://127.0.0.1:8100")
# The bank is reached over HTTP or by a drop folder; the key of MINZHENG_BANK_KEY or var/bank.key signs both ways.
MINZHENG_BANK = os.environ.get("MINZHENG_BANK", "http://127.0.0.1:8200")
MINZHENG_BANK_FOLDER = os.environ.get("MINZHENG_BANK_FOLDER", str(VAR / "bank"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MINZHENG_LOG", "WARNING")},
}
