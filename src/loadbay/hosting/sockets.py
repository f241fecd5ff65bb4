"""Free ports on this machine.

Rule: the wanted one if nobody has it, else one that the system picks; the caller says which it got.
A port can be lost between looking and using: callers try again.
"""

import socket
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int | None = None, *, host: str = LOOPBACK) -> int:
    if wanted and is_free(wanted, host=host):
        return wanted
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_answered(url: str) -> bool:
    """Does a web server answer there with 200? Asked directly, whatever proxy the environment names."""
    parts = urlsplit(url)
    asking = HTTPConnection(str(parts.hostname), parts.port, timeout=2)
    try:
        asking.request("GET", parts.path)
        return asking.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()
