"""`loadbay up` and `loadbay demo` as a person sees them: one command starts all, Ctrl-C ends all."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from loadbay.cli.main import Commands
from loadbay.hosting.sockets import free_port, is_answered
from loadbay.hosting.waiting import until
from tests.cli.programs import started_loadbay as loadbay

pytestmark = pytest.mark.journey


def test_what_is_killed_under_up_is_back_soon_and_ctrl_c_leaves_nothing_behind(home, start):
    port = free_port()
    up = start("up", "--port", str(port))
    assert up.answer() == {"web": f"http://127.0.0.1:{port}/", "home": str(home)}
    serves = partial(is_answered, f"http://127.0.0.1:{port}/health/ready")
    assert until(serves, seconds=180)
    assert until(lambda: up.running("loadbay.cli worker") != [], seconds=10)

    second = loadbay("up", "--port", str(port), "--json", home=home)
    assert second.returncode == 3
    assert "Address already in use" in second.stdout

    for pid in up.running("loadbay.cli web"):
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: not is_answered(f"http://127.0.0.1:{port}/health/live"), seconds=10)
    assert until(serves, seconds=30)

    postmaster = up.running("bin/postgres -D")[0]
    os.kill(postmaster, signal.SIGKILL)
    assert until(lambda: up.running("bin/postgres -D") not in ([], [postmaster]), seconds=30)
    assert until(serves, seconds=30)

    assert up.interrupt() == 0
    assert until(lambda: up.processes() == {}, seconds=20), up.processes()


def test_when_up_itself_is_killed_all_its_processes_end(start):
    up = start("up", "--port", str(free_port()))
    up.answer()
    assert until(lambda: up.running("loadbay.cli worker") != [], seconds=20)
    up.kill()
    assert until(lambda: up.processes() == {}, seconds=40), up.processes()


def test_the_demo_says_where_it_is_and_goes_on_where_it_stopped(home, start):
    first = start("demo")
    said = first.answer()
    assert is_answered(said["web"] + "health/ready")
    assert is_answered(said["simulator"] + "simulator/health")
    assert {who["role"] for who in said["sign_ins"]} == {"administrator", "manager", "packer"}
    assert loadbay("demo", "--home", str(home), home=home).returncode == 1
    assert first.interrupt() == 0
    assert until(lambda: first.processes() == {}, seconds=20), first.processes()
    assert start("demo").answer() == said


def test_a_configuration_that_makes_no_sense_is_trouble_with_a_sentence(home):
    answer = loadbay("web", "--json", home=home, LOADBAY_PORT="eighty")
    assert answer.returncode == 3
    assert '"kind": "machine"' in answer.stdout
    assert "LOADBAY_PORT" in answer.stdout


def test_wrong_use_is_exit_code_2(home):
    assert loadbay("up", "--nonsense", home=home).returncode == 2
    assert loadbay("no-such-command", home=home).returncode == 2


def test_commands_started_together_on_a_new_machine_make_one_database(home):
    with ThreadPoolExecutor() as at_once:
        answers = list(at_once.map(lambda _: loadbay("task", "list", "--json", home=home), range(3)))
    assert [(answer.returncode, answer.stdout, answer.stderr) for answer in answers] == [(0, "[]\n", "")] * 3


def test_with_a_server_of_its_own_an_installation_starts_no_embedded_one(home, own_database_url):
    answer = loadbay("task", "list", "--json", home=home, LOADBAY_DATABASE_URL=own_database_url)
    assert (answer.returncode, answer.stdout) == (0, "[]\n")
    assert sorted(path.name for path in home.iterdir()) == ["secret.key"]


def test_a_database_that_does_not_answer_is_trouble_outside(home):
    nobody_there = f"postgresql://loadbay:secret@127.0.0.1:{free_port()}/loadbay"
    answer = loadbay("task", "list", "--json", home=home, LOADBAY_DATABASE_URL=nobody_there)
    assert answer.returncode == 3
    assert "does not answer" in answer.stdout
    assert "secret" not in answer.stdout + answer.stderr


def test_a_fault_of_our_own_is_no_refusal(capfd):
    def broken() -> None:
        raise ZeroDivisionError

    commands = Commands(callback=broken, invoke_without_command=True)
    with pytest.raises(SystemExit) as ended:
        commands([])
    assert ended.value.code == 70
    assert "ZeroDivisionError" in capfd.readouterr().err
