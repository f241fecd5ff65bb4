"""Processes that run as one: a crash is healed, a refusal ends all, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from loadbay.hosting.children import Child, Supervisor
from loadbay.hosting.waiting import until
from tests.hosting.conftest import CHECKOUT

STAY = "import threading; threading.Event().wait(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAY}"
NOTE_START = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(f'{os.getpid()} ');"


def program(code, *arguments):
    return [sys.executable, "-c", code, *map(str, arguments)]


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    with Supervisor(say=said.append) as running:
        yield running


def started(path):
    return [int(number) for number in path.read_text().split()] if path.exists() else []


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_crashed_child_is_started_again(supervisor, said, tmp_path):
    supervisor.start(Child("web", program(NOTE_START + STAY, tmp_path / "starts")))
    assert supervisor.wait_for(lambda: len(started(tmp_path / "starts")) == 1, seconds=10)
    os.kill(started(tmp_path / "starts")[0], signal.SIGKILL)
    assert supervisor.wait_for(lambda: len(started(tmp_path / "starts")) == 2, seconds=10)
    assert said == ["web ended (killed by SIGKILL); it is started again in 0.5 s."]


def test_a_child_killed_by_a_nameless_signal_is_started_again_too(supervisor, said):
    supervisor.start(Child("odd", program("import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)")))
    assert supervisor.wait_for(lambda: bool(said), seconds=10)
    assert said[0] == f"odd ended (killed by signal {signal.SIGRTMIN + 3}); it is started again in 0.5 s."


def test_a_child_that_keeps_crashing_is_given_growing_pauses(supervisor, said):
    supervisor.start(Child("web", program("raise SystemExit(3)")))
    supervisor.wait_for(lambda: len(said) == 3, seconds=20)
    assert [sentence.split("in ")[-1] for sentence in said] == ["0.5 s.", "1 s.", "2 s."]


def test_a_child_that_refuses_to_run_ends_everything_with_its_code(supervisor, said, tmp_path):
    supervisor.start(Child("worker", program(NOTE_START + STAY, tmp_path / "starts")))
    assert supervisor.wait_for(lambda: started(tmp_path / "starts") != [], seconds=10)
    supervisor.start(Child("web", program("raise SystemExit(1)")))
    assert supervisor.run() == 1
    supervisor.stop()
    assert not is_alive(started(tmp_path / "starts")[0])
    assert said == ["web cannot run (exit code 1); everything stops."]


def test_ctrl_c_ends_all_children_and_is_no_failure(supervisor, tmp_path):
    for name in ("web", "worker"):
        supervisor.start(Child(name, program(NOTE_START + STAY, tmp_path / "starts")))
    assert supervisor.wait_for(lambda: len(started(tmp_path / "starts")) == 2, seconds=10)
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    assert supervisor.run() == 0
    supervisor.stop()
    assert [is_alive(pid) for pid in started(tmp_path / "starts")] == [False, False]


def test_a_second_ctrl_c_kills_who_does_not_end(supervisor, said, tmp_path):
    supervisor.start(Child("web", program(STUBBORN.replace(STAY, NOTE_START + STAY), tmp_path / "starts")))
    assert supervisor.wait_for(lambda: started(tmp_path / "starts") != [], seconds=10)
    for moment in (0.2, 0.6):
        threading.Timer(moment, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    assert supervisor.run() == 0
    supervisor.stop()
    assert not is_alive(started(tmp_path / "starts")[0])


def test_the_output_of_a_program_run_once_comes_back_with_its_code(supervisor):
    child = Child("shop", program("print('made'); raise SystemExit(1)"))
    assert supervisor.once(child, seconds=20) == (1, "made\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_program_that_prints_much_is_not_held_up(supervisor):
    code, printed = supervisor.once(Child("once", program("print('x' * 1_000_000)")), seconds=20)
    assert (code, len(printed)) == (0, 1_000_001)


def test_children_of_a_killed_supervisor_end_too(tmp_path):
    code = (
        "import sys; from loadbay.hosting.children import *\n"
        f"child = Child('web', [sys.executable, '-c', {NOTE_START + STAY!r}, sys.argv[1]])\n"
        "with Supervisor(say=print) as supervisor: supervisor.start(child); supervisor.run()"
    )
    parent = subprocess.Popen(program(code, tmp_path / "starts"), cwd=CHECKOUT)
    assert until(lambda: started(tmp_path / "starts") != [], seconds=20)
    parent.kill()
    parent.wait()
    assert until(lambda: not is_alive(started(tmp_path / "starts")[0]), seconds=10)
