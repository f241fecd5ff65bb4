"""Free ports on this machine.

Rule: the wanted one if nobody has it, else one that the system picks; the caller says which it got.
A port can be lost between looking and using: callers try again.
"""

import socket

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


def answers(port: int, *, host: str = LOOPBACK) -> bool:
    """Does somebody accept connections there?"""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((host, port)) == 0
