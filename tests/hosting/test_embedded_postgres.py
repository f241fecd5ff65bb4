"""One server per home, shared by processes that may be killed at any moment."""

import os
import signal
import socket
from pathlib import Path

import psycopg
import pytest

from loadbay.hosting.keeper import KEEPER_LOCK
from loadbay.hosting.locks import is_free
from loadbay.hosting.place import Place, known_place
from loadbay.hosting.postgres import EmbeddedPostgres
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.removal import remove_home
from loadbay.hosting.waiting import until
from tests.hosting.conftest import ask, cluster_of, comes_back, stopped


def test_processes_of_one_home_share_one_server_and_the_last_one_out_stops_it(home, hold):
    first, second = hold(), hold()
    assert first.url() == second.url()
    first.leave()
    assert cluster_of(home).is_ready()
    second.leave()
    assert cluster_of(home).postmaster() is None
    assert is_free(home / KEEPER_LOCK)


def test_what_was_stored_is_there_after_a_stop(home, hold):
    first = hold()
    with psycopg.connect(first.url()) as server:
        server.execute("CREATE TABLE kept AS SELECT 7 AS number")
    first.leave()
    assert ask(hold().url(), "SELECT number FROM kept") == 7


def test_the_server_survives_the_killing_of_the_process_that_started_it(home, hold):
    first = hold()
    url = first.url()
    second = hold()
    second.url()
    first.kill()
    assert ask(url, "SELECT 1") == 1
    second.leave()
    assert stopped(home)


def test_a_server_whose_last_user_was_killed_stops_by_itself(home, hold):
    only = hold()
    only.url()
    only.kill()
    assert stopped(home)


def test_a_killed_server_is_started_again_with_everything_that_was_committed(home, hold):
    url = hold().url()
    with psycopg.connect(url) as server:
        server.execute("CREATE TABLE kept AS SELECT 7 AS number")
    killed = cluster_of(home).postmaster()
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: cluster_of(home).postmaster() not in {None, killed}, seconds=30)
    assert comes_back(url)
    assert ask(url, "SELECT number FROM kept") == 7


def test_a_killed_keeper_is_replaced_by_the_next_process(home, hold):
    first = hold()
    first.url()
    kill_keeper(home)
    second = hold()
    assert ask(second.url(), "SELECT 1") == 1
    first.leave()
    second.leave()
    assert stopped(home)


def test_a_long_lived_process_replaces_a_killed_keeper_and_a_killed_server(home, hold):
    first = hold()
    url = first.url()
    kill_keeper(home)
    os.kill(cluster_of(home).postmaster(), signal.SIGKILL)
    first.tend()
    assert comes_back(url)
    first.leave()
    assert stopped(home)


def test_when_everything_was_killed_the_next_start_recovers(home, hold):
    first = hold()
    with psycopg.connect(first.url()) as server:
        server.execute("CREATE TABLE kept AS SELECT 7 AS number")
    kill_keeper(home)
    os.kill(cluster_of(home).postmaster(), signal.SIGKILL)
    first.kill()
    assert ask(hold().url(), "SELECT number FROM kept") == 7


def test_a_process_number_used_again_by_another_program_does_not_stop_the_start(home, hold):
    first = hold()
    first.url()
    first.leave()
    note = known_place(home).data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n\n127.0.0.1\n\nready   \n")
    assert not cluster_of(home).is_ready()
    assert ask(hold().url(), "SELECT 1") == 1


def test_a_port_taken_meanwhile_is_exchanged_for_a_free_one(home, hold):
    first = hold()
    first.url()
    first.leave()
    taken = known_place(home).port
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        second = hold()
        assert ask(second.url(), "SELECT 1") == 1
        assert known_place(home).port != taken


def test_a_half_made_database_is_made_anew(home, hold):
    first = hold()
    first.url()
    first.leave()
    place = known_place(home)
    place.data.rename(place.data.with_name("data.draft"))
    assert ask(hold().url(), "SELECT current_database()") == "loadbay"


def test_a_database_of_another_major_version_is_refused_with_the_cure(home, hold):
    first = hold()
    first.url()
    first.leave()
    (known_place(home).data / "PG_VERSION").write_text("16\n")
    with pytest.raises(HostingProblem, match=r"made by PostgreSQL 16.*brings 18.*loadbay backup"):
        EmbeddedPostgres(home).acquire()


def test_a_database_without_its_password_file_is_refused_and_not_overwritten(home, hold):
    first = hold()
    first.url()
    first.leave()
    place = known_place(home)
    remembered = (home / "database.json").read_text()
    (home / "database.json").unlink()
    with pytest.raises(HostingProblem, match="its password is missing"):
        EmbeddedPostgres(home).acquire()
    (home / "database.json").write_text(remembered)
    assert (place.data / "PG_VERSION").exists()


def test_a_database_whose_folder_is_gone_is_missed_in_words(home):
    EmbeddedPostgres(home, durable=False)
    Place(home, home / "database", "secret", 0).save()
    with pytest.raises(HostingProblem, match=r"database is gone.*database\.json away to begin anew"):
        EmbeddedPostgres(home, durable=False).acquire()
    assert not (home / "database").exists()


def test_a_folder_that_is_no_home_is_not_removed(tmp_path):
    precious = tmp_path / "photos" / "1998.jpg"
    precious.parent.mkdir()
    precious.write_bytes(b"us")
    with pytest.raises(HostingProblem, match="no home of Loadbay"):
        remove_home(precious.parent)
    assert [path.name for path in precious.parent.iterdir()] == ["1998.jpg"]


def test_nobody_gets_in_without_the_password(home, hold):
    url = hold().url()
    password = known_place(home).password
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guessed"))
    with pytest.raises(psycopg.OperationalError, match="no pg_hba.conf entry"):
        psycopg.connect(url.replace("loadbay:", "postgres:"))
    assert (home / "database.json").stat().st_mode & 0o077 == 0


def test_the_application_is_no_superuser_and_sorts_by_code_point(home, hold):
    url = hold().url()
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert ask(url, "SELECT lower('ÄÖÜ')") == "äöü"
    assert ask(url, "SHOW server_version_num").startswith("18")


def test_an_ordinary_start_keeps_every_commit_on_disk(home):
    server = EmbeddedPostgres(home)
    url = server.acquire()
    try:
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW synchronous_commit") == "on"
    finally:
        server.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_root_keeps_the_data_elsewhere_when_its_account_cannot_reach_the_home(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    said: list[str] = []
    server = EmbeddedPostgres(locked / "home", durable=False, say=said.append)
    try:
        url = server.acquire()
        folder = known_place(locked / "home").folder
        assert ask(url, "SELECT 1") == 1
        assert not folder.is_relative_to(locked)
        assert folder.stat().st_uid != 0
        assert [sentence for sentence in said if str(folder) in sentence] == said != []
        assert locked.stat().st_mode & 0o777 == 0o700
    finally:
        server.release()
    remove_home(locked / "home")
    assert not folder.exists()
    assert not (locked / "home").exists()


def kill_keeper(home: Path) -> None:
    os.kill(int((home / KEEPER_LOCK).read_text()), signal.SIGKILL)
    assert until(lambda: is_free(home / KEEPER_LOCK), seconds=10)
