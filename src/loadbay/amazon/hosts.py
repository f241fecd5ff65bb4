"""Which addresses the adapter may ask: the configured endpoints, and Amazon's storage for documents.

Pure. Everything else is refused before a connection is opened; the neighbour `client.py` asks here each time.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from loadbay.amazon.account import AmazonAccount

# Labels, schemas and reports are handed out as presigned links into Amazon S3, in either address style.
# Each letter fits in one place only, and no host is longer: a link built to be slow to match costs nothing.
_STORAGE = re.compile(r"(?:[a-z0-9.\-]+\.)?s3(?:[.\-][a-z0-9]+)*\.amazonaws\.com(?:\.cn)?")
_LONGEST_HOST = 253


class ForeignHost(Exception):
    """An address that the configuration does not name."""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises `ForeignHost` for anything that is not plain http(s)."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise ForeignHost(f"{url[:80]!r} is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ForeignHost(f"{url[:80]!r} is not a web address")
    return parts.scheme, parts.hostname.lower(), port


def check_api(account: AmazonAccount, url: str) -> None:
    """Raises `ForeignHost` unless the address is the account's endpoint or token endpoint."""
    if origin(url) not in {origin(account.base), origin(account.token_address)}:
        raise ForeignHost(f"{_shown(url)} is not an endpoint of this connection")


def check_document(account: AmazonAccount, url: str) -> None:
    """Raises `ForeignHost` unless a document's link leads to Amazon's storage or the account's endpoint."""
    asked = origin(url)
    if asked == origin(account.base):
        return
    scheme, host, port = asked
    is_storage = len(host) <= _LONGEST_HOST and _STORAGE.fullmatch(host)
    if scheme == "https" and port == 443 and (is_storage or host in account.document_hosts):
        return
    raise ForeignHost(f"{_shown(url)} is neither Amazon's document storage nor this connection's endpoint")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}"
