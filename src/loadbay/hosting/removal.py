"""Takes away what a home's database left on this machine: `python -m loadbay.hosting.removal HOME …`.

Rule: never while it is in use, only a folder that is a home, and outside it only one with this home's mark.
`make clean` calls it before it deletes the checkout's homes. Standard library only, so that it
works without an installation.
"""

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from loadbay.hosting.keeper import KEEPER_LOCK, USERS_LOCK
from loadbay.hosting.locks import FileLock, is_free
from loadbay.hosting.place import MARK_FILE, PLACE_FILE, known_place
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.waiting import until

# Each home has one of them as soon as a process looked at it; the key's name is that of `secret.py`.
_MARKS = (PLACE_FILE, USERS_LOCK, KEEPER_LOCK, "secret.key")


def remove_home(home: Path) -> None:
    """Delete the home folder and, where its database lies elsewhere, that folder too."""
    if not home.is_dir():
        return
    _check_is_home(home)
    if not until(lambda: is_free(home / KEEPER_LOCK), seconds=10):
        raise HostingProblem(f"Loadbay is running in {home}. Stop it first, then try again.")
    with FileLock(home / USERS_LOCK) as users:
        users.exclusive(seconds=3)
        place = known_place(home)
        if place and place.is_outside:
            _remove_outside(place.folder, home)
        shutil.rmtree(home)


def _check_is_home(home: Path) -> None:
    """A wrong path must not cost somebody a folder that was never ours."""
    if any(home.iterdir()) and not any((home / name).exists() for name in _MARKS):
        raise HostingProblem(f"{home} is no home of Loadbay, so it was not removed. Look at the path.")


def _remove_outside(folder: Path, home: Path) -> None:
    mark = folder / MARK_FILE
    if mark.is_file() and mark.read_text() == str(home):
        shutil.rmtree(folder)
        with suppress(OSError):
            folder.parent.rmdir()


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            remove_home(Path(name).absolute())
    except HostingProblem as problem:
        sys.exit(problem.sentence)
