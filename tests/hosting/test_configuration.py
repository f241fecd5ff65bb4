"""Settings of an installation: environment first, then the home's own file; nonsense is refused by name."""

from pathlib import Path

import pytest

from loadbay.hosting.config import Config, chosen_home, prepare_home
from loadbay.hosting.problem import HostingProblem


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """No LOADBAY variable set, and an empty home."""
    for field in Config.model_fields:
        monkeypatch.delenv(f"LOADBAY_{field.upper()}", raising=False)
    return tmp_path


def test_nothing_needs_to_be_configured(bare):
    config = Config.load(home=bare)
    assert (config.database_url, config.secret_key, config.port) == (None, None, 8000)


def test_the_homes_own_file_is_read_and_the_environment_comes_first(bare, monkeypatch):
    (bare / "loadbay.env").write_text("LOADBAY_PORT=8111\nLOADBAY_WEB_THREADS=3\n")
    monkeypatch.setenv("LOADBAY_PORT", "8222")
    config = Config.load(home=bare)
    assert (config.port, config.web_threads) == (8222, 3)


def test_a_value_that_makes_no_sense_is_refused_by_its_name(bare, monkeypatch):
    monkeypatch.setenv("LOADBAY_PORT", "eighty")
    monkeypatch.setenv("LOADBAY_DATABASE_URL", "mysql://somewhere/shop")
    with pytest.raises(HostingProblem) as refused:
        Config.load(home=bare)
    assert "LOADBAY_PORT" in refused.value.sentence
    assert "LOADBAY_DATABASE_URL" in refused.value.sentence
    assert "postgresql://user:password@host:5432/name" in refused.value.sentence


def test_an_empty_variable_counts_as_not_set(bare, monkeypatch):
    monkeypatch.setenv("LOADBAY_DATABASE_URL", "")
    assert Config.load(home=bare).database_url is None


def test_the_home_is_the_named_one_else_the_users_data_folder(monkeypatch):
    monkeypatch.setenv("LOADBAY_HOME", "/srv/shop")
    assert chosen_home() == Path("/srv/shop")
    monkeypatch.delenv("LOADBAY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/of/ann")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert chosen_home() == Path("/data/of/ann/loadbay")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert chosen_home() == Path("/var/lib/loadbay")


def test_a_home_that_cannot_be_made_is_refused_with_the_cure(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HostingProblem, match="LOADBAY_HOME"):
        prepare_home(tmp_path / "file" / "home")


def test_a_home_that_exists_keeps_its_permissions(tmp_path):
    tmp_path.chmod(0o750)
    prepare_home(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o750
