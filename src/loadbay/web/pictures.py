"""Product pictures at Amazon: shown on the Amazon screen only, and only from hosts that are known.

Rule: the page's policy allows Amazon's picture host, and the connection's own address where that is this
machine (the simulator); every other picture stays a link.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse

AMAZON_PICTURES = "https://m.media-amazon.com"
_HERE = {"127.0.0.1", "localhost", "::1"}


def picture_hosts(endpoint: str) -> tuple[str, ...]:
    """Origins from which a picture may be loaded."""
    parts = urlsplit(endpoint)
    if parts.hostname in _HERE:
        return (AMAZON_PICTURES, f"{parts.scheme}://{parts.netloc}")
    return (AMAZON_PICTURES,)


def may_show(picture: str, *, hosts: tuple[str, ...]) -> bool:
    return any(picture.startswith(f"{host}/") for host in hosts)


def allow_pictures(response: HttpResponse, *, hosts: tuple[str, ...]) -> HttpResponse:
    """Add the hosts to this one page's policy (read by django-csp's middleware)."""
    response._csp_update = {"img-src": list(hosts)}  # type: ignore[attr-defined]
    return response
