"""Which Python `make` takes for its environment: the quickest of one name on the PATH."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "python.sh"


def found(path: list[Path], python: str = "") -> subprocess.CompletedProcess[str]:
    """What find_python prints where only these folders are on the PATH."""
    wanted = {"PYTHON": python} if python else {}
    surroundings = {"PATH": os.pathsep.join(map(str, path)), **wanted}
    return subprocess.run(
        ["/bin/sh", "-c", '. "$0" && find_python', str(SCRIPT)],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def a_python(folder: Path, microseconds: int | None, name: str = "python3.11") -> Path:
    """A program that says it took so long for the trial, or that fits not at all."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{'exit 1' if microseconds is None else f'echo {microseconds}'}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (20_000, 13_000, "second"),
        (13_000, 20_000, "first"),
        (20_000, 18_001, "first"),
        (20_000, 17_999, "second"),
        (None, 20_000, "second"),
    ],
)
def test_of_two_the_quicker_one_and_between_equals_the_first(
    tmp_path: Path, first: int | None, second: int, taken: str
) -> None:
    programs = {
        "first": a_python(tmp_path / "first", first),
        "second": a_python(tmp_path / "a second", second),
    }
    answer = found([tmp_path / "first", tmp_path / "a second"])
    assert answer.stdout.splitlines() == [str(programs[taken])]


def test_a_slow_one_of_the_version_we_are_made_for_comes_before_a_quick_later_one(tmp_path: Path) -> None:
    wanted = a_python(tmp_path / "first", 20_000)
    a_python(tmp_path / "first", 5_000, name="python3.13")
    assert found([tmp_path / "first"]).stdout.splitlines() == [str(wanted)]


def test_a_real_one_passes_the_trial(tmp_path: Path) -> None:
    assert found([tmp_path], python=sys.executable).stdout.splitlines() == [sys.executable]


def test_without_any_it_says_what_to_install(tmp_path: Path) -> None:
    a_python(tmp_path / "first", None)
    answer = found([tmp_path / "first"])
    assert answer.returncode == 1
    assert "apt-get install python3 python3-venv" in answer.stderr
