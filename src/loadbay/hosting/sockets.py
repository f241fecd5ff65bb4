"""Free ports on this machine.

Rule: the wanted one if nobody has it, else one that the system picks; the caller says which it got.
A port can be lost between looking and using: callers try again.
"""

import os
import socket
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    return why_not(port, host=host) is None


def why_not(port: int, *, host: str = LOOPBACK) -> str | None:
    """The system's own words when nobody could listen there now."""
    try:
        with socket.create_server((host, port)):
            return None
    except socket.gaierror as error:
        return error.strerror
    except OSError as error:
        # create_server adds the address to the words; the caller has said it already.
        return os.strerror(error.errno or 0)


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
