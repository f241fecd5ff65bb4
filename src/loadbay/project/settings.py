"""Django's settings: thin, and the same for a demo, a test, a shop and a chain of shops.

Rule: what differs between installations comes from `hosting.config`; nothing here reads the environment.
"""

from pathlib import Path

from csp.constants import NONE, SELF

from loadbay.hosting.address import django_database
from loadbay.hosting.config import Config
from loadbay.hosting.postgres import url_in_use
from loadbay.hosting.secret import derive, master_keys
from loadbay.project.hosts import allowed_hosts, is_https, trusted_origins
from loadbay.project.logs import logging_config

CONFIG = Config.load()
WEB = Path(__file__).parents[1] / "web"

LOADBAY_KEYS = master_keys(CONFIG)
SECRET_KEY, *SECRET_KEY_FALLBACKS = (derive(key, purpose="django") for key in LOADBAY_KEYS)

DEBUG = False
ALLOWED_HOSTS = allowed_hosts(CONFIG)
CSRF_TRUSTED_ORIGINS = trusted_origins(CONFIG)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "axes",
    "csp",
    "loadbay.core",
    "loadbay.people",
    "loadbay.journal",
    "loadbay.inbox",
    "loadbay.parties",
    "loadbay.catalogue",
    "loadbay.stock",
    "loadbay.channels",
    "loadbay.listings",
    "loadbay.orders",
    "loadbay.dispatch",
    "loadbay.amazon",
    "loadbay.erp.ledger",
    "loadbay.jobs",
    "loadbay.web",
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
    "axes.middleware.AxesMiddleware",
    "loadbay.api.door.Door",
]

# A table of definitions is saved as a whole: seven fields a line.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
ROOT_URLCONF = "loadbay.project.urls"
WSGI_APPLICATION = "loadbay.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "loadbay.web.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": django_database(url_in_use() or CONFIG.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None  # jobs/ names its tasks itself

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en-gb"

# Served straight from the packages' folders: no build step, nothing to collect.
STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in (WEB / "static",) if folder.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "loadbay.web.signin.locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = is_https(CONFIG)
CSRF_FAILURE_VIEW = "loadbay.web.refusals.form_expired"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = is_https(CONFIG)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if is_https(CONFIG) else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = logging_config(CONFIG)
