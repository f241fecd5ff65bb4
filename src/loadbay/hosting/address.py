"""A PostgreSQL address as Django's settings want it.

Rule: psycopg takes the address apart, so everything libpq understands (sslmode, …) may stand in it.
Where the address comes from: `postgres.py`.
"""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

# For programs that only load the settings (type checker, help pages): nobody listens there.
_NOWHERE = "postgresql://loadbay@127.0.0.1:1/not-started"


def django_database(url: str | None) -> dict[str, Any]:
    """Connections stay open per thread and are looked at before use, so a database restart heals itself."""
    parts = conninfo_to_dict(url or _NOWHERE)
    known = {name: parts.pop(name, "") for name in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Statements prepared on empty tables keep a bad plan once the tables have grown.
        "OPTIONS": {"prepare_threshold": None, "connect_timeout": 5, "application_name": "loadbay", **parts},
    }
