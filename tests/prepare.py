"""What a test run needs, made while style and types are checked: `make test` does both, then runs the tests.

The browser; the compiled files of the tests, which else each worker makes for itself; the migrated database
that each worker copies. Nothing depends on it: a run without it makes them as it goes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_django.plugin import blocking_manager_key

from tests import chromium

if TYPE_CHECKING:
    import pytest

CHECKOUT = Path(__file__).parents[1]
_READ_ALL = ["-m", "pytest", "--collect-only", "-qq", "--no-header", "-p", "tests.prepare"]


def prepare() -> str:
    """Make all of it; what pytest says of tests that it cannot read, or an empty text.

    Raises what `chromium.ensure` raises.
    """
    reading = subprocess.Popen(
        [sys.executable, *_READ_ALL],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        sys.stdout.write(f"Browser tests use {chromium.ensure()}\n")
    finally:
        said, _ = reading.communicate()
    return said if reading.returncode else ""


def pytest_collection_finish(session: pytest.Session) -> None:
    """As a plugin of the pytest that reads them all (`-p tests.prepare`): the database too."""
    from tests.databases import Databases  # noqa: PLC0415  needs Django's settings, which the run has set by now

    with session.config.stash[blocking_manager_key].unblock():
        Databases(os.environ["LOADBAY_DATABASE_URL"], checkout=CHECKOUT).make_template()


if __name__ == "__main__":
    try:
        sys.exit(prepare() or None)
    except (chromium.NoBrowser, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
