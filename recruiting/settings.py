"""Every setting but a vendor's own (`integrations.env_settings`), read from the environment; `.env.example` lists them.

The only module that names vendor apps. Values that a run generates (keys, passwords) come from `var/secrets.env`,
never from here.
"""

import secrets
import zoneinfo
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# Time zone rules come from the pinned `tzdata` package, never from the machine, whose files may be years older. First
# thing, and zones made before are forgotten; the environment variable would be read too late.
zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
TESTING = env.bool("TESTING", default=False)
if not TESTING:  # no file of somebody's own reaches the tests
    env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
if not TESTING:
    env.read_env(VAR_DIR / "secrets.env")
    env.read_env(VAR_DIR / "ports.env")  # of the site that `make run` has running

# ── What kind of process this is ─────────────────────────────────────────────────────────────────────────────────────
DEBUG = env.bool("DEBUG", default=False)
# Sandbox mode: the vendors are our own fakes on this machine and time can be moved. Never on in production.
SANDBOX_MODE = env.bool("SANDBOX_MODE", default=False)
PORT = env.int("PORT", default=8000)
SANDBOX_PORT = env.int("SANDBOX_PORT", default=PORT + 1)
SANDBOX_DATABASE = env("SANDBOX_DATABASE", default=str(VAR_DIR / "sandbox.sqlite3"))
SANDBOX_CLOCK_FILE = env("SANDBOX_CLOCK_FILE", default=str(VAR_DIR / "sandbox-clock.json"))
DEMO_USERS_FILE = VAR_DIR / "demo-users.txt"

SECRET_KEY = env("SECRET_KEY", default=secrets.token_urlsafe(50) if TESTING else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, so sessions and links cannot be signed. "
        "Run `make run` once (it writes var/secrets.env), or set SECRET_KEY in the environment."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Fernet keys that encrypt vendor credentials; the first encrypts, all decrypt (`manage.py rotate_credentials`).
CREDENTIAL_KEYS = env.list(
    "CREDENTIAL_KEYS", default=["YSBrZXkgb2YgdGVzdHMsIG5ldmVyIHVzZWQgYWdhaW4="] if TESTING else []
)
if not CREDENTIAL_KEYS:
    raise ImproperlyConfigured(
        "CREDENTIAL_KEYS is not set, so vendor keys cannot be encrypted. "
        "Run `make run` once (it writes var/secrets.env), or set CREDENTIAL_KEYS in the environment."
    )

PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_BASE_URL)
SERVED_OVER_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[_public.hostname or "localhost", *(["localhost", "127.0.0.1", "testserver"] if SANDBOX_MODE else [])],
)
# Where candidates see careers pages; empty: beside the staff's. A host of its own gets no cookie of theirs.
CAREERS_BASE_URL = env("CAREERS_BASE_URL", default="").rstrip("/")
if CAREERS_BASE_URL and "ALLOWED_HOSTS" not in env:
    ALLOWED_HOSTS.append(urlsplit(CAREERS_BASE_URL).hostname or "localhost")
# How long a page of the public is shown as it was drawn, in each web process. A test draws each anew.
CAREERS_CACHE_SECONDS = env.float("CAREERS_CACHE_SECONDS", default=0 if TESTING else 60)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_BASE_URL])

# ── Apps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
INTEGRATION_APPS = [
    "integrations.spark_hire",
    "integrations.crosschq",
    "integrations.greenhouse_assessment",
    "integrations.ashby_assessment",
    *env.list("EXTRA_INTEGRATION_APPS", default=[]),
]
INSTALLED_APPS = [
    "recruiting.foundation",
    "recruiting.outbox",
    "newsfeed",
    "recruiting.companies",
    "recruiting.search",
    "recruiting.jobs",
    "recruiting.candidates",
    "recruiting.applications",
    "recruiting.api",
    "recruiting.web",
    "recruiting.connected_apps",
    "recruiting.webhooks",
    "recruiting.careers",
    "recruiting.resumes",
    "recruiting.runs",
    "recruiting.bulk",
    "integrations",
    *INTEGRATION_APPS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_q",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recruiting.web.middleware.CompressionMiddleware",
    "recruiting.web.middleware.RequestIdMiddleware",
    "recruiting.web.middleware.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "recruiting.careers.public.middleware.PublicMiddleware",
    "recruiting.web.middleware.PrivateResponseMiddleware",
    "recruiting.web.middleware.ReadableRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "recruiting.web.companies.middleware.MembershipMiddleware",
    "recruiting.web.middleware.RecruitingErrorMiddleware",
]

ROOT_URLCONF = "recruiting.urls"
WSGI_APPLICATION = "recruiting.wsgi.application"
FORM_RENDERER = "recruiting.web.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recruiting.web.companies.context.membership_context",
            ],
            "builtins": ["recruiting.web.templatetags.ui", "django.templatetags.static"],
        },
    },
]

# ── Database and cache ───────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'throughline.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers queue instead of failing half-way; selectors therefore open no atomic().
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    # The pool belongs to the web process alone: inherited through the cluster's fork it loses results.
    if env.bool("DATABASE_POOL", default=False):
        _database.setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=8),
            # While the database is away nobody waits long, and once it is back nobody waits for a long pause to end.
            "timeout": 3,
            "reconnect_timeout": 3,
        }
    else:
        _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared between all processes: rate limits and the cluster's statistics need it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "throughline_cache"}}

# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "companies.User"
# `User.email` is unique ignoring case, by a constraint on lower(email), which the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "applications:home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
ACCOUNT_ADAPTER = "recruiting.web.companies.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "recruiting.web.companies.sign_in.LoginForm",
    "reset_password": "recruiting.web.companies.sign_in.ResetPasswordForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own would write an address row of its own, with which somebody could sign in after changing theirs.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_RATE_LIMITS = {"change_email": "10/h/user", "change_email_to": "5/h/key", "oauth_register": "10/h/ip"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Throughline"
# Platform staff reach every company; only a sandbox, where nobody real is, lets them in with a password alone.
ADMIN_REQUIRES_SECOND_FACTOR = env.bool("ADMIN_REQUIRES_SECOND_FACTOR", default=not SANDBOX_MODE)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)

# ── Security of the pages ────────────────────────────────────────────────────────────────────────────────────────────
SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz"]
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
# How many proxies of ours add to X-Forwarded-For; 0 believes none. Whoever reads a client's address goes by it.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SERVED_OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_OVER_HTTPS
SECURE_HSTS_PRELOAD = SERVED_OVER_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_FAILURE_VIEW = "recruiting.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# ── Files and mail ───────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "recruiting.foundation.staticfiles.NodeModulesFinder",
]
NODE_MODULES_DIR = BASE_DIR / "node_modules"
# Candidates' files live outside every public address; a view that checks access serves them.
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Django changes the mode of what it stored, whatever the umask.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "recruiting.foundation.staticfiles.ManifestStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://" if SANDBOX_MODE else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
# Seconds; without it a mail server that accepts and says nothing would hold a worker until that is killed.
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=15.0)
EMAIL_FILE_PATH = str(VAR_DIR / "mails")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Throughline <no-reply@{_public.hostname or 'localhost'}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ── Time and language ────────────────────────────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = True

# ── Background work ──────────────────────────────────────────────────────────────────────────────────────────────────
OUTBOX_LEASE_SECONDS = env.float("OUTBOX_LEASE_SECONDS", default=120.0)
OUTBOX_SETTLE_SECONDS = env.float("OUTBOX_SETTLE_SECONDS", default=120.0)
OUTBOX_BACKOFF_SECONDS = env.list(
    "OUTBOX_BACKOFF_SECONDS", cast=float, default=[30, 120, 480, 1800, 3600, 3600, 3600, 3600, 3600]
)
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=30)
# How long a slice of long work takes at most (`recruiting.runs`), before whatever else is due has its turn.
RUN_SLICE_SECONDS = env.float("RUN_SLICE_SECONDS", default=4.0)
OUTBOX_DRAIN_SECONDS = env.float("OUTBOX_DRAIN_SECONDS", default=30.0)
WORKER_HEARTBEAT_RED_SECONDS = env.float("WORKER_HEARTBEAT_RED_SECONDS", default=180.0)
Q_CLUSTER = {
    "name": "throughline",
    "orm": "default",
    "workers": env.int("WORKERS", default=2),
    "queue_limit": env.int("WORKERS", default=2),
    "bulk": 1,
    "poll": env.float("WORKER_POLL_SECONDS", default=0.5),
    "timeout": 60,
    "retry": 300,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "guard_cycle": 1,
    "recycle": 500,
    "save_limit": 250,
    "label": "Schedules",
}

# ── Vendors ──────────────────────────────────────────────────────────────────────────────────────────────────────────
VENDOR_PAGE_DEADLINE_SECONDS = env.float("VENDOR_PAGE_DEADLINE_SECONDS", default=5.0)
VENDOR_WORKER_DEADLINE_SECONDS = env.float("VENDOR_WORKER_DEADLINE_SECONDS", default=20.0)
VENDOR_MAX_BYTES = env.int("VENDOR_MAX_BYTES", default=2 * 1024 * 1024)
WEBHOOK_MAX_BYTES = env.int("WEBHOOK_MAX_BYTES", default=256 * 1024)
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)

# ── Webhooks out ─────────────────────────────────────────────────────────────────────────────────────────────────────
# The total of one delivery, and the seconds between its ten tries: three days in all.
WEBHOOK_DEADLINE_SECONDS = env.float("WEBHOOK_DEADLINE_SECONDS", default=10.0)
WEBHOOK_BACKOFF_SECONDS = env.list(
    "WEBHOOK_BACKOFF_SECONDS", cast=float, default=[60, 300, 1800, 7200, 18000, 36000, 50400, 64800, 80940]
)
# Inner networks (CIDR) in which receivers may live, also without TLS.
WEBHOOK_ALLOWED_NETWORKS = [str(ip_network(each)) for each in env.list("WEBHOOK_ALLOWED_NETWORKS", default=[])]

# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["recruiting.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["recruiting.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["recruiting.api.renderers.SafeJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["recruiting.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "recruiting.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "recruiting.api.pagination.KeysetPagination",
    "EXCEPTION_HANDLER": "recruiting.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "PAGE_SIZE": 50,
}
# Calls per token and web process.
API_RATE = env("API_RATE", default="600/min")
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline API",
    "VERSION": "1",
    "DESCRIPTION": (
        "The same services and visibility as the pages. Send a personal token as `Authorization: Bearer tl_…`. "
        "Lists are paged: follow `next`. Refusals are problem details (RFC 9457); decide by their `code`."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        # The states that several vendors' requests share.
        "RequestStateEnum": "integrations.requests.lifecycle.State",
        "CompanyRoleEnum": "recruiting.foundation.permissions.CompanyRole",
        "FileKindEnum": "recruiting.applications.models.Attachment.Kind",
        "JobRoleEnum": "recruiting.foundation.permissions.JobRole",
        "JobFieldVisibilityEnum": "recruiting.jobs.models.JobField.Visibility",
        "NoteVisibilityEnum": "recruiting.applications.models.Note.Visibility",
        "JobFieldKindEnum": "recruiting.jobs.models.JobField.Kind",
        "QuestionKindEnum": "recruiting.careers.models.Question.Kind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# ── OAuth ────────────────────────────────────────────────────────────────────────────────────────────────────────────
OAUTH2_PROVIDER_APPLICATION_MODEL = "connected_apps.Client"
OAUTH2_PROVIDER_GRANT_MODEL = "connected_apps.AuthorizationCode"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "connected_apps.AccessToken"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "connected_apps.RefreshToken"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    # Clients' own addresses are checked when they are registered: https, or http on the person's own machine.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "PKCE_REQUIRED",
            "REDIRECT_URI_MATCHING",
            "REDIRECT_URI_SCHEME",
            "REFRESH_TOKEN",
            "TOKEN_STORAGE",
        )
    },
}
# Whether programs may register themselves, as unverified ones that read at most.
OAUTH_DYNAMIC_REGISTRATION = env.bool("OAUTH_DYNAMIC_REGISTRATION", default=False)
OAUTH_CODE_SECONDS = env.int("OAUTH_CODE_SECONDS", default=60)
# How long a connected app that asks for nothing stays connected.
OAUTH_REFRESH_DAYS = env.int("OAUTH_REFRESH_DAYS", default=90)

# ── Logs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
# Every log record loses its secrets first, whichever logger and handler it has.
LOGGING_CONFIG = "recruiting.foundation.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "recruiting.foundation.logs.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "recruiting": {"level": env("LOG_LEVEL", default="INFO")},
        "integrations": {"level": env("LOG_LEVEL", default="INFO")},
        "django-q": {"level": "WARNING"},
    },
}
