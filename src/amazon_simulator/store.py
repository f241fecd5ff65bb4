"""The world's file: a snapshot and a journal of accepted commands after it, so that a kill loses nothing.

A command is in the journal (given to the operating system) before its answer leaves. Snapshot and journal
carry a generation; a journal of an older generation is inside the snapshot already and is passed over.
"""

import fcntl
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from amazon_simulator.world.command import Command
from amazon_simulator.world.every_command import AnyCommand
from amazon_simulator.world.state import State
from amazon_simulator.world.world import World

SMALLEST_COMPACTED = 32 * 1024 * 1024


class StoreError(Exception):
    """A state file that cannot be used, and why."""


class Snapshot(Struct, frozen=True):
    generation: int
    state: State


class Head(Struct, frozen=True):
    generation: int


class Entry(Struct, frozen=True, array_like=True):
    moment: datetime
    command: AnyCommand


class Store:
    """One state file and its journal; a `Journal` for the world."""

    def __init__(self, path: Path, *, smallest: int = SMALLEST_COMPACTED) -> None:
        self.path = path
        self.smallest = smallest
        self.journal_path = path.with_name(path.name + ".journal")
        self._generation = 0
        self._journal: BinaryIO | None = None
        self._lock = self._locked()
        self._written = 0
        self._limit = smallest
        self._world: World | None = None

    def _locked(self) -> BinaryIO:
        """One simulator per state file; the lock ends with the process, however it ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_name(self.path.name + ".lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise StoreError(
                f"Another simulator is using {self.path}. Stop it, or name another file."
            ) from error
        return lock

    @property
    def generation(self) -> int:
        """How many snapshots were written; each start writes one, so no two starts find the same number."""
        return self._generation

    def read(self, *, fresh: State) -> State:
        """The kept state without its journal, or the fresh one where nothing was kept."""
        if not self.path.exists():
            return fresh
        try:
            with _without_collecting():
                snapshot = msgspec.msgpack.decode(self.path.read_bytes(), type=Snapshot)
        except msgspec.DecodeError as error:
            raise StoreError(f"{self.path} is not a state of this simulator: {error}.") from error
        self._generation = snapshot.generation
        return snapshot.state

    def attach(self, world: World) -> int:
        """Repeat the journal on the world, start a new one, and keep everything from now on."""
        repeated = self._replay(world)
        self._world = world
        self.compact()
        world.keep(self)
        return repeated

    def _replay(self, world: World) -> int:
        if not self.journal_path.exists():
            return 0
        lines = self.journal_path.read_bytes().split(b"\n")
        complete = lines[:-1]  # the last piece is empty, or a line that was being written
        decoder = msgspec.json.Decoder(Entry)
        try:
            if not complete or msgspec.json.decode(complete[0], type=Head).generation != self._generation:
                return 0
            for line in complete[1:]:
                entry = decoder.decode(line)
                world.replay(entry.moment, entry.command)
        except msgspec.DecodeError as error:
            raise StoreError(f"{self.journal_path} is damaged: {error}.") from error
        return len(complete) - 1

    def write(self, moment: datetime, command: Command) -> None:
        assert self._journal is not None
        line = msgspec.json.encode((moment, command)) + b"\n"
        self._journal.write(line)
        self._written += len(line)
        if self._written > self._limit:
            self.compact()

    def compact(self) -> None:
        """Write the whole state as a new snapshot, then begin an empty journal that follows it."""
        assert self._world is not None
        self._generation += 1
        content = msgspec.msgpack.encode(Snapshot(self._generation, self._world.state))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.path, content)
        _replace(self.journal_path, msgspec.json.encode(Head(self._generation)) + b"\n")
        if self._journal is not None:
            self._journal.close()
        self._journal = self.journal_path.open("ab", buffering=0)
        self._written = 0
        self._limit = max(self.smallest, len(content))

    def close(self) -> None:
        if self._world is not None and self._journal is not None:
            # Calls may still be running: none of them is to be cut in half by the snapshot.
            with self._world.look():
                self.compact()
                self._journal.close()
                self._journal = None
        self._lock.close()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A large state is millions of objects, none of them garbage: looking for some takes most of the time."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _replace(path: Path, content: bytes) -> None:
    """Write beside, then rename over: the old file or the new one is there, never half of one."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
