"""Commands without the seconds that loading the program takes: one loaded process, forked for each.

A fork does what `python -m loadbay.cli` does from its first line on: its own folder, environment, settings,
streams and exit code. Tests of starting and ending use real processes. `ask` is quick, for shell scripts.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module, reload
from pathlib import Path
from runpy import run_module
from select import select
from tempfile import TemporaryFile, mkdtemp
from types import FrameType
from typing import IO, NoReturn

MOST_BYTES = 1 << 20
LONGEST_SECONDS = 300


@lru_cache(maxsize=1)
def address() -> Path:
    """Where this test process has its loaded program; the first call starts it."""
    folder = Path(mkdtemp(prefix="loadbay-warm-"))
    path = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.warm", "serve", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        start_new_session=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n", "the loaded program did not start"
    atexit.register(_end, server, path)
    return path


def _end(server: subprocess.Popen[bytes], path: Path) -> None:
    server.terminate()
    server.wait()
    path.unlink()
    path.parent.rmdir()


def program(folder: Path) -> Path:
    """An executable file that is the program `loadbay` to a shell script."""
    file = folder / "loadbay"
    client = shlex.join([sys.executable, "-S", __file__, "ask", str(address())])
    file.write_text(f'#!/bin/sh\nexec {client} "$@"\n')
    file.chmod(0o755)
    return file


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    with TemporaryFile() as out, TemporaryFile() as err:
        code = Command(*arguments, env=env, out=out, err=err).wait(LONGEST_SECONDS)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return subprocess.CompletedProcess(["loadbay", *arguments], code, *texts)


class Command:
    """A command under way, in a session of its own; what it reads is empty. After `-m` comes a module."""

    def __init__(self, *arguments: str, env: dict[str, str], out: IO[bytes], err: IO[bytes]) -> None:
        with open(os.devnull, "rb") as nothing:
            streams = [stream.fileno() for stream in (nothing, out, err)]
            self._link = _ask(address(), arguments, env=env, streams=streams)
        self.pid = int(self._link.recv(100))
        self._code: int | None = None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code, negative for a signal, as of `subprocess`."""
        if self._code is None:
            self._link.settimeout(seconds)
            try:
                self._code = int(self._link.recv(100))
            except (BlockingIOError, TimeoutError) as error:
                raise subprocess.TimeoutExpired("loadbay", seconds or 0) from error
            self._link.close()
        return self._code


def _ask(
    path: Path | str, arguments: Sequence[str], *, env: dict[str, str], streams: list[int]
) -> socket.socket:
    """The link over which first its process number and then its exit code comes."""
    wanted = json.dumps({"arguments": list(arguments), "env": env, "folder": os.getcwd()}).encode()
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link.connect(str(path))
    socket.send_fds(link, [wanted], streams)
    return link


def _serve(path: str) -> None:
    main = import_module("loadbay.cli.main")
    import_module("loadbay.cli.boot").set_up_django()
    for module, needs_django, _ in main.TABLE.values():
        if needs_django:
            import_module(f"loadbay.cli.{module}")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen(20)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while listener in select([listener, sys.stdin], [], [])[0]:  # what is read ends with the tests
            link, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(link)
            link.close()


def _answer(link: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    wanted, streams, _, _ = socket.recv_fds(link, MOST_BYTES, 3)
    child = os.fork()
    if child == 0:
        link.close()
        _become(json.loads(wanted), streams)
    link.send(str(child).encode())
    _, status = os.waitpid(child, 0)
    link.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(wanted: dict[str, object], streams: list[int]) -> NoReturn:
    """From here on this process is the command."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.setsid()
    os.chdir(str(wanted["folder"]))
    os.environ.clear()
    os.environ.update(wanted["env"])  # type: ignore[call-overload]
    os.environ["DJANGO_SETTINGS_MODULE"] = "loadbay.project.settings"
    _settings_anew()
    arguments: list[str] = wanted["arguments"]  # type: ignore[assignment]
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        run_module(arguments[1], run_name="__main__")
    else:
        sys.argv = ["loadbay", *arguments]
        import_module("loadbay.cli.main").run(prog_name="loadbay")
    raise AssertionError("a command ends by exiting")


def _settings_anew() -> None:
    """What was loaded was configured by another environment."""
    conf = import_module("django.conf")
    reload(sys.modules["loadbay.project.settings"])
    conf.settings._wrapped = conf.Settings("loadbay.project.settings")
    import_module("django.utils.log").configure_logging(conf.settings.LOGGING_CONFIG, conf.settings.LOGGING)


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        signal.signal(signal.SIGTERM, _ended)
        _serve(sys.argv[2])
        sys.exit(0)
    with _ask(sys.argv[2], sys.argv[3:], env=dict(os.environ), streams=[0, 1, 2]) as answers:
        answers.recv(100)
        sys.exit(int(answers.recv(100)))
