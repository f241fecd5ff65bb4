"""A folder that takes labels as files, for a program that watches it or a person who looks into it.

Rule: a file appears whole or not at all, under a name of its own; nothing is ever written elsewhere.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from loadbay.core.errors import Retryable, Unclear
from loadbay.dispatch.ports import PaperFormat

_NO_LINKS = frozenset((errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))
"""What file systems without links answer: a memory stick's, a network share's."""
_LONGEST_NAME = 80
_MOST_COPIES = 1000
_READABLE = 0o640
"""For us and our group: a label bears a buyer's address."""


@dataclass(frozen=True)
class FolderPrinter:
    """Implements `LabelPrinter`. The folder is made when only its last part is missing."""

    folder: Path
    link: Callable[[Path, Path], None] = os.link
    """How a finished file gets its name; not every file system knows links."""

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        draft = self.folder / f".{token_hex(8)}.part"
        try:
            self.folder.mkdir(exist_ok=True)
            _write(draft, content)
            self._give_name(draft, _name(title), format.value)
        except OSError as fault:
            raise Retryable(
                f"{title} could not be written to {self.folder} ({_words(fault)}), so nothing was printed. "
                "Look whether the folder is there, may be written, and has room."
            ) from fault
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        self._settle(title)

    def _give_name(self, draft: Path, name: str, ending: str) -> None:
        """A link never replaces a file that is there, so a reprint gets a number instead."""
        for copy in range(1, _MOST_COPIES):
            target = self.folder / (f"{name}.{ending}" if copy == 1 else f"{name}_{copy}.{ending}")
            if os.path.lexists(target):
                continue
            try:
                self.link(draft, target)
            except FileExistsError:
                continue
            except OSError as fault:
                if fault.errno not in _NO_LINKS:
                    raise
                os.rename(draft, target)
            return
        raise FileExistsError(f"there are {_MOST_COPIES} files called {name} already")

    def _settle(self, title: str) -> None:
        """The name is there; only the disk can still lose it."""
        try:
            place = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(place)
            finally:
                os.close(place)
        except OSError as fault:
            raise Unclear(
                f"{title} was written to {self.folder}, but the disk did not confirm it ({_words(fault)}). "
                "Look whether the file is there before it is printed again."
            ) from fault


def _write(draft: Path, content: bytes) -> None:
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READABLE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(title: str) -> str:
    """The title in letters that every file system takes; never a hidden file, never a path."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", title).strip("._")
    return plain[:_LONGEST_NAME] or "label"


def _words(fault: OSError) -> str:
    return (fault.strerror or str(fault)).lower()
