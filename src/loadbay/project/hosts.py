"""Which addresses this installation answers to, told from where it listens and its public address.

Rule: only loopback, the listening address, the machine's name and LOADBAY_PUBLIC_URL; never everything.
"""

import socket
from urllib.parse import urlsplit

from loadbay.hosting.config import Config

_EVERYWHERE = {"0.0.0.0", "::"}


def allowed_hosts(config: Config) -> list[str]:
    hosts = {"localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()}
    if config.host not in _EVERYWHERE:
        hosts.add(_as_in_a_request(config.host))
    if config.public_url:
        hosts.add(_as_in_a_request(str(urlsplit(config.public_url).hostname)))
    return sorted(hosts - {""})


def _as_in_a_request(host: str) -> str:
    """A browser sends an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def trusted_origins(config: Config) -> list[str]:
    """A proxy in front may speak https while we hear http."""
    return [config.public_url] if config.public_url else []


def is_https(config: Config) -> bool:
    return bool(config.public_url and config.public_url.startswith("https://"))
