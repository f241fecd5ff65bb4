"""The installation's key: made once, the same for everybody, never guessed at when it is lost."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from loadbay.hosting.config import Config
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.secret import derive, master_keys
from tests.hosting.conftest import CHECKOUT

PRINT_KEY = """
import sys; from pathlib import Path
from loadbay.hosting.config import Config; from loadbay.hosting.secret import master_keys
config = Config.load(home=Path(sys.argv[1])).model_copy(update={"secret_key": None})
sys.stdin.read(); print(master_keys(config)[0])
"""


def config(home, **fields):
    return Config.load(home=home).model_copy(update={"secret_key": None, "old_secret_keys": None, **fields})


def test_processes_that_start_at_the_same_moment_get_the_same_key(tmp_path):
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", PRINT_KEY, str(tmp_path)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for racer in racers:
        racer.stdin.close()
    keys = {racer.stdout.read().strip() for racer in racers}
    assert [racer.wait() for racer in racers] == [0] * 6
    assert keys == {(tmp_path / "secret.key").read_text().strip()}


def test_only_the_owner_may_read_the_key(tmp_path):
    master_keys(config(tmp_path))
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_the_configured_key_comes_first_and_earlier_keys_still_count(tmp_path):
    new, old = "n" * 40, "o" * 40
    keys = master_keys(config(tmp_path, secret_key=SecretStr(new), old_secret_keys=SecretStr(f" {old} ,")))
    assert keys == [new, old]
    assert not (tmp_path / "secret.key").exists()


def test_a_lost_key_is_never_replaced_in_silence(tmp_path):
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(HostingProblem, match="Put the secret key back from a backup"):
        master_keys(config(tmp_path))


def test_a_short_key_is_refused(tmp_path):
    with pytest.raises(HostingProblem, match="has 5 characters; it needs at least 32"):
        master_keys(config(tmp_path, secret_key=SecretStr("short")))


def test_each_purpose_has_its_own_key():
    assert derive("m" * 40, purpose="django") == derive("m" * 40, purpose="django")
    assert derive("m" * 40, purpose="django") != derive("m" * 40, purpose="fields")
