"""Ties a child process to its parent: when the parent dies, however it dies, the child is told to end.

Rule: only Linux has such a tie (prctl); elsewhere a killed parent leaves its children behind. Run as a
script it ties itself and becomes the given command, so any program can be tied. Standard library only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie_to(parent: int, *, sign: signal.Signals = signal.SIGTERM) -> None:
    """Send ourselves `sign` at the death of `parent`; at once if it is dead already."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:
        os.kill(os.getpid(), sign)


def tied(command: list[str]) -> list[str]:
    """The command line that runs `command` tied to this process."""
    return [sys.executable, "-S", "-E", __file__, str(os.getpid()), *command]


if __name__ == "__main__":
    # The folder of this file is no place to import from.
    sys.path.pop(0)
    tie_to(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
