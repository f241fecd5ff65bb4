"""The browser of the browser tests: found on this machine, or installed where that is allowed.

Rule: never skipped in silence. `python -m tests.prepare` (in `make test`) makes sure of it before the run;
browser fixtures call `find`. LOADBAY_CHROMIUM names one that is not on the PATH. Chromium without its windows
(the headless shell) comes first: it draws the same pages for a fifth less of the processor.
"""

import os
import shutil
import subprocess

_PACKAGE = "chromium-headless-shell"
_NAMES = (_PACKAGE, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoBrowser(Exception):
    """The sentence says how to get one."""


def find() -> str:
    """The path of a Chromium or Chrome."""
    for name in (os.environ.get("LOADBAY_CHROMIUM"), *_NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise NoBrowser(
        "The browser tests need Chromium or Chrome and found none. "
        "Install it (Debian: apt-get install chromium), "
        "or name its path in LOADBAY_CHROMIUM."
    )


def install() -> None:
    """With Debian's package manager, as root; elsewhere a person has to."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", _PACKAGE]):
        subprocess.run(["apt-get", *step], env=quiet, check=True, stdout=subprocess.DEVNULL)


def ensure() -> str:
    try:
        return find()
    except NoBrowser:
        install()
    return find()
