"""Settings: everything that differs between places comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

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
    "minzheng.kernel.reveals",
    "minzheng.kernel.registers",
    "minzheng.kernel.documents",
    "minzheng.kernel.notices",
    "minzheng.kernel.ledger",
    "minzheng.kernel.exchange",
    "minzheng.kernel.indicators",
    "minzheng.kernel.plans",
    "minzheng.kernel.visits",
    "minzheng.kernel.facilities",
    "minzheng.kernel.inspections",
    "minzheng.kernel.matching",
    "minzheng.kernel.courses",
    "minzheng.kernel.publicity",
    "minzheng.kernel.releases",
    "minzheng.kernel.monthly",
    "minzheng.kernel.funds",
    "minzheng.kernel.subsidies",
    "minzheng.kernel.casework",
    "minzheng.kernel.events",
    "minzheng.kernel.monitoring",
    "minzheng.kernel.feedback",
    "minzheng.kernel.counter",
    "minzheng.kernel.linkage",
    "minzheng.kernel.boards",
    "minzheng.domains.assistance",
    "minzheng.domains.eldercare",
    "minzheng.domains.planning",
    "minzheng.ui",
    "minzheng.desk",
    "minzheng.portal",
    "minzheng.config",
]

MIDDLEWARE = [
    "minzheng.config.watch.requests.Watched",
    "django.middleware.security.SecurityMiddleware",
    "minzheng.config.whitenoise.Packed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "minzheng.config.signin.keeping.Keeping",
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
        os.environ.get("DATABASE_URL", "postgresql://127.0.0.1/minzheng"),
        engine="minzheng.config.postgresql",
        conn_max_age=600,
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if name := os.environ.get("MINZHENG_TEST_DB"):
    DATABASES["default"]["TEST"] = {"NAME": name}

# Tests, and a site that must connect as the owner, take this role on for each request, verb and job.
MINZHENG_APP_ROLE = os.environ.get("MINZHENG_APP_ROLE", "")

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["minzheng.kernel.signin.accounts.Accounts"]
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
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "minzheng.config.uploading.SealedUploads",
]
# Where a clamd searches what is handed in: the path of its socket, or host:port; empty, nothing is searched.
MINZHENG_CLAMD = os.environ.get("MINZHENG_CLAMD", "")

# Whoever serves the pages over TLS says so: cookies then never travel in the clear, and browsers come by TLS only.
TLS = os.environ.get("MINZHENG_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_REFERRER_POLICY = "same-origin"
if TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in ("testserver",)]
# How many proxies of our own stand in front: only what they add to X-Forwarded-For is believed.
MINZHENG_PROXIES = int(os.environ.get("MINZHENG_PROXIES", "0"))
SESSION_ENGINE = "minzheng.config.signin.store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
# 统一身份认证 (OpenID Connect); without an issuer it is not offered. The claim names the staff number.
MINZHENG_OIDC = {
    "issuer": os.environ.get("MINZHENG_OIDC_ISSUER", ""),
    "client_id": os.environ.get("MINZHENG_OIDC_CLIENT_ID", ""),
    "secret": os.environ.get("MINZHENG_OIDC_SECRET", ""),
    "claim": os.environ.get("MINZHENG_OIDC_CLAIM", "staff_number"),
}
# Signing out is a form that leads on to the identity centre.
_CENTRE = (
    ["{0.scheme}://{0.netloc}".format(urlsplit(MINZHENG_OIDC["issuer"]))] if MINZHENG_OIDC["issuer"] else []
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'", *_CENTRE],
    }
}

# Where the platform works: what is not said of an account's own place is looked up here.
MINZHENG_PLACE = os.environ.get("MINZHENG_PLACE", "22/")
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
# The ways out for messages, each connected by its address; the key of MINZHENG_SMS_KEY or var/sms.key signs.
MINZHENG_SMS = os.environ.get("MINZHENG_SMS", "")
MINZHENG_SMTP = os.environ.get("MINZHENG_SMTP", "")
MINZHENG_MAIL_FROM = os.environ.get("MINZHENG_MAIL_FROM", "notice@minzheng.invalid")

# Who may read the measures (networks), and how many megabytes must be free before the platform takes work.
MINZHENG_WATCHERS = os.environ.get("MINZHENG_WATCHERS", "127.0.0.0/8,::1/128").split(",")
MINZHENG_LEAST_ROOM = int(os.environ.get("MINZHENG_LEAST_ROOM", "512"))
PROCRASTINATE_ON_APP_READY = "minzheng.config.watch.jobs.follow"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redacting": {"()": "minzheng.config.watch.logs.Redacting"}},
    "formatters": {"lines": {"()": "minzheng.config.watch.logs.Lines"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["redacting"]}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("MINZHENG_LOG", "WARNING")},
    "loggers": {
        "minzheng": {"level": os.environ.get("MINZHENG_LOG", "INFO")},
        # Every request has a line of its own.
        "django.request": {"level": "ERROR"},
        # However much is asked to be written: what a page was filled with, and statements with their values, never are.
        "django.template": {"level": "INFO"},
        "django.db": {"level": "INFO"},
        # What a server for trying writes of its own holds whole addresses.
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
