"""Where the embedded database lies and how it is reached: one small file in the home folder remembers it.

Rule: the data lie in the home folder. Only where root's chosen account cannot get there do they lie in a
folder of their own, marked with the home it belongs to, which `removal.py` takes away with the home.
"""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Self

from loadbay.hosting.account import Account, account_for_server, can
from loadbay.hosting.files import write_whole
from loadbay.hosting.problem import HostingProblem

PLACE_FILE = "database.json"
MARK_FILE = "belongs-to"
_INSIDE = "database"
_OUTSIDE = (Path("/var/lib/loadbay-databases"), Path("/var/tmp/loadbay-databases"))
NAME = "loadbay"


@dataclass(frozen=True)
class Place:
    """What a process must know to start or reach the database of one home."""

    home: Path
    folder: Path
    password: str
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    @property
    def is_outside(self) -> bool:
        return not self.folder.is_relative_to(self.home)

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def account(self) -> Account | None:
        owner = self.data.stat().st_uid if self.data.is_dir() else self.folder.stat().st_uid
        return account_for_server(owner=owner)

    def save(self) -> None:
        known = asdict(self) | {"folder": str(self.folder if self.is_outside else self.folder.name)}
        del known["home"]
        write_whole(self.home / PLACE_FILE, json.dumps(known, indent=1))

    def at_port(self, port: int) -> Self:
        return replace(self, port=port)


def known_place(home: Path) -> Place | None:
    """The place this home remembers, if its database was ever made."""
    path = home / PLACE_FILE
    try:
        known = json.loads(path.read_text())
        return Place(home, home / known["folder"], known["password"], int(known["port"]))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise HostingProblem(
            f"{path} belongs to another user. Start Loadbay as that user, "
            "or name another folder in LOADBAY_HOME."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise HostingProblem(f"{path} is damaged. Put it back from a backup of the home folder.") from error


def check_is_there(place: Place) -> None:
    """A remembered database is never quietly made anew: whoever lost it should know."""
    if not place.folder.is_dir():
        raise HostingProblem(
            f"The folder {place.folder} with the database is gone. Put it back from a backup, "
            f"or move {place.home / PLACE_FILE} away to begin anew."
        )


def new_place(home: Path, *, say: Callable[[str], None]) -> Place:
    """Make the folder for the data; called under the home's start lock."""
    account = account_for_server(owner=None)
    folder = home / _INSIDE
    if account and not can(account, "x", home):
        folder = _outside(home)
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / MARK_FILE).write_text(str(home))
        say(f"The account '{account.name}' cannot reach {home}, so the database lies in {folder}.")
    else:
        folder.mkdir(mode=0o700, exist_ok=True)
    if (folder / "data").exists():
        raise HostingProblem(
            f"{folder} holds a database, but {home / PLACE_FILE} with its password is missing. "
            f"Put that file back from a backup, or move {folder} away to begin anew."
        )
    if account:
        os.chown(folder, account.uid, account.gid)
    place = Place(home, folder, secrets.token_hex(24), 0)
    place.save()
    return place


def _outside(home: Path) -> Path:
    """`/var/lib` outlives a tidy-up of temporary folders, so it comes first."""
    for parent in _OUTSIDE:
        try:
            parent.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        # A link that somebody else laid there leads nowhere of ours.
        if parent.lstat().st_uid == os.geteuid():
            return parent / sha256(str(home).encode()).hexdigest()[:16]
    tried = " nor ".join(str(parent) for parent in _OUTSIDE)
    raise HostingProblem(f"Neither {tried} can be made. Name another folder in LOADBAY_HOME.")
