"""Whose rights the database server runs with: our own, or, under root, an existing unprivileged account.

Rule: accounts are chosen, never created, and a folder that is not ours keeps its permissions.
PostgreSQL refuses to run as root; `place.py` decides where its files lie.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadbay.hosting.problem import HostingProblem

_PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of this machine that a child process can be started as."""

    name: str
    uid: int
    gid: int

    def as_process(self) -> dict[str, Any]:
        """The arguments that make `subprocess` start a child under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def running_as_root() -> bool:
    return os.geteuid() == 0


def account_for_server(*, owner: int | None) -> Account | None:
    """None means: as ourselves. Under root, the owner of data that exist already comes first."""
    if not running_as_root():
        return None
    if owner:
        return _by_uid(owner)
    for name in _PREFERRED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=found.pw_uid, gid=found.pw_gid)
    raise HostingProblem(
        "PostgreSQL does not run as root, and this machine has neither an account 'postgres' nor 'nobody'. "
        "Start Loadbay as another user, or name a server of your own in LOADBAY_DATABASE_URL."
    )


def can(account: Account | None, right: str, path: Path) -> bool:
    """Asked of the system itself, so that access lists and mount options count. `right` is r, w or x."""
    extra = account.as_process() if account else {}
    try:
        asked = subprocess.run(["/bin/sh", "-c", f'test -{right} "$1"', "sh", str(path)], cwd="/", **extra)
    except PermissionError:
        return False
    return asked.returncode == 0


def _by_uid(uid: int) -> Account:
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        return Account(name=str(uid), uid=uid, gid=uid)
    return Account(name=found.pw_name, uid=uid, gid=found.pw_gid)
