"""How commands write a finished paper to a file. Which papers there are: `dispatch.paper_work`."""

from __future__ import annotations

from pathlib import Path

from loadbay.cli.output import Answer
from loadbay.core.errors import WrongInput


def save_paper(content: bytes, target: Path, *, name: str) -> Answer:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise WrongInput(f"{target} cannot be written: {error.strerror}. Choose another file.") from None
    return Answer({"file": target, "bytes": len(content)}, f"{name} in {target}")
