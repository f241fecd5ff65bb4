"""The contract of `LabelPrinter`, run against the fake and each driver that sends bytes.

The browser driver sends none: what it does instead is in `tests/printing/test_formats.py`.
"""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadbay.core.errors import Retryable
from loadbay.dispatch.ports import LabelPrinter
from loadbay.printing.folder import FolderPrinter
from loadbay.printing.raw_socket import Patience, RawSocketPrinter
from loadbay.testing.contracts.label_printer import TITLE, LabelPrinterContract, Tried
from loadbay.testing.fakes import FakePrinter
from tests.printing.pretend import pretend_printer, takes_all

QUICK = Patience(connect=0.3, send=5, goodbye=1)


class TestFakePrinter(LabelPrinterContract):
    @pytest.fixture
    def tried(self) -> Tried:
        printer = FakePrinter()
        return Tried(printer, lambda: [label.content for label in printer.labels])

    @pytest.fixture
    def away(self) -> LabelPrinter:
        printer = FakePrinter()
        printer.troubles.next("print", Retryable(f"{TITLE} was not sent."))
        return printer


class TestRawSocketPrinter(LabelPrinterContract):
    @pytest.fixture
    def tried(self) -> Iterator[Tried]:
        with pretend_printer(takes_all) as there:
            yield Tried(
                RawSocketPrinter("127.0.0.1", there.port, QUICK), lambda: there.received(len(there.jobs))
            )

    @pytest.fixture
    def away(self) -> Iterator[LabelPrinter]:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield RawSocketPrinter("127.0.0.1", taken.getsockname()[1], QUICK)


class TestFolderPrinter(LabelPrinterContract):
    @pytest.fixture
    def tried(self, tmp_path: Path) -> Tried:
        def came_out() -> list[bytes]:
            files = sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime_ns)
            return [file.read_bytes() for file in files]

        return Tried(FolderPrinter(tmp_path), came_out)

    @pytest.fixture
    def away(self, tmp_path: Path) -> LabelPrinter:
        return FolderPrinter(tmp_path / "not there" / "labels")
