"""A network printer that is a real socket on this machine, well-behaved or not.

Rule: it stands for the outside; what it received is kept byte by byte.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WAIT = 10
Behaviour = Callable[["PretendPrinter", socket.socket, bytearray], None]


@dataclass
class PretendPrinter:
    """Takes one connection after the other; `behaviour` says what it does with each."""

    behaviour: Behaviour
    listener: socket.socket
    jobs: list[bytearray] = field(default_factory=list)
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def received(self, count: int) -> list[bytes]:
        """The first `count` labels, once their connections have ended."""
        for _ in range(count):
            assert self.done.acquire(timeout=WAIT), "the printer is still waiting for the end of a label"
        return [bytes(job) for job in self.jobs]

    def serve(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.jobs.append(bytearray())
            try:
                with link:
                    self.behaviour(self, link, self.jobs[-1])
            except OSError:
                pass  # the driver went away; what came until then is kept
            self.done.release()


@contextmanager
def pretend_printer(behaviour: Behaviour, *, receive_buffer: int | None = None) -> Iterator[PretendPrinter]:
    with socket.socket() as listener:
        if receive_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        printer = PretendPrinter(behaviour, listener)
        thread = threading.Thread(target=printer.serve, daemon=True)
        thread.start()
        try:
            yield printer
        finally:
            printer.let_go.set()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(WAIT)


def takes_all(printer: PretendPrinter, link: socket.socket, job: bytearray) -> None:
    while piece := link.recv(65536):
        job += piece


def takes_all_and_keeps_the_line(printer: PretendPrinter, link: socket.socket, job: bytearray) -> None:
    takes_all(printer, link, job)
    printer.done.release()
    printer.let_go.wait(WAIT)


def takes_all_slowly(printer: PretendPrinter, link: socket.socket, job: bytearray) -> None:
    while piece := link.recv(4096):
        job += piece
        printer.let_go.wait(0.01)


def breaks_after_the_first_bytes(printer: PretendPrinter, link: socket.socket, job: bytearray) -> None:
    job += link.recv(10)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def takes_some_and_then_nothing_more(printer: PretendPrinter, link: socket.socket, job: bytearray) -> None:
    job += link.recv(10)
    printer.let_go.wait(WAIT)
