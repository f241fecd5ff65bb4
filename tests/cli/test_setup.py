"""`loadbay setup`: the first administrator comes in once, and the next steps are named."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.programs import loadbay

Run = Callable[..., CompletedProcess[str]]
STEPS = ["a stock room", "products", "a printer", "a connection to Amazon", "a sales channel"]


@pytest.fixture
def run(own_database_url: str, tmp_path: Path) -> Run:
    """Run a command on a new installation."""
    env = {"LOADBAY_DATABASE_URL": own_database_url, "LOADBAY_SECRET_KEY": os.environ["LOADBAY_SECRET_KEY"]}
    return lambda *arguments: loadbay(*arguments, "--json", home=tmp_path, **env)


def test_the_first_administrator_is_made_once_and_the_next_steps_are_named(run: Run, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("a-lorry-at-half-past-four\n")
    first = run("setup", "--administrator", "olive", "--password-file", str(password))
    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert (said["administrators"], said["is_new"]) == (["olive"], True)
    assert [step["lacks"] for step in said["next"]] == STEPS
    again = run("setup", "--administrator", "peter", "--password-file", str(password))
    assert (again.returncode, json.loads(again.stdout)["administrators"]) == (0, ["olive"])
    assert json.loads(again.stdout)["is_new"] is False


def test_nobody_is_asked_where_nobody_can_answer(run: Run) -> None:
    refused = run("setup")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"]["code"] == "wrong_input"
    assert "--password-file" in refused.stdout


@pytest.mark.parametrize(("content", "word"), [("", "is empty"), ("short", "password cannot be used")])
def test_a_password_that_cannot_be_used_makes_no_administrator(
    run: Run, tmp_path: Path, content: str, word: str
) -> None:
    password = tmp_path / "password"
    password.write_text(content)
    refused = run("setup", "--administrator", "olive", "--password-file", str(password))
    assert refused.returncode == 1
    assert word in json.loads(refused.stdout)["refused"]["sentence"]
    assert run("setup").returncode == 1
