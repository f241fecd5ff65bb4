"""Small files that several processes may write at the same moment.

Rule: a reader sees the old content or the new, never half of either.
Locks between processes are next door in `locks.py`.
"""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str, *, mode: int = 0o600) -> None:
    """Replace the file in one step."""
    draft = _draft_beside(path, content, mode=mode)
    draft.replace(path)


def make_once(path: Path, content: str, *, mode: int = 0o600) -> str:
    """Write the file unless it exists, and answer what it holds: of many racers, all get the first one's."""
    draft = _draft_beside(path, content, mode=mode)
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_text()
    finally:
        draft.unlink()
    return content


def _draft_beside(path: Path, content: str, *, mode: int) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft = Path(name)
    draft.chmod(mode)
    return draft
