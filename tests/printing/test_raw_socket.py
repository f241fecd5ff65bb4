"""The network printer: a real socket gets exactly the bytes, and each way to fail is told apart."""

import socket
from time import monotonic

import pytest

from loadbay.core.errors import Retryable, Unclear
from loadbay.dispatch.ports import PaperFormat
from loadbay.printing.raw_socket import Patience, RawSocketPrinter
from tests.printing.pretend import (
    breaks_after_the_first_bytes,
    pretend_printer,
    takes_all,
    takes_all_and_keeps_the_line,
    takes_all_slowly,
    takes_some_and_then_nothing_more,
)

LABEL = bytes(range(256)) * 1200
QUICK = Patience(connect=0.3, send=0.5, goodbye=0.2)


def send(port: int, content: bytes = LABEL, *, patience: Patience = QUICK) -> None:
    RawSocketPrinter("127.0.0.1", port, patience).print(content, format=PaperFormat.ZPL, title="FC-000123 P1")


def test_the_printer_gets_exactly_the_bytes_and_then_the_end():
    with pretend_printer(takes_all) as printer:
        send(printer.port)
        assert printer.received(1) == [LABEL]


def test_a_slow_printer_gets_everything():
    with pretend_printer(takes_all_slowly, receive_buffer=4096) as printer:
        send(printer.port, patience=Patience(send=20))
        assert printer.received(1) == [LABEL]


def test_a_printer_that_never_says_goodbye_holds_nobody_up():
    with pretend_printer(takes_all_and_keeps_the_line) as printer:
        started = monotonic()
        send(printer.port)
        assert monotonic() - started < 2
        assert printer.received(1) == [LABEL]


def test_a_switched_off_printer_got_nothing():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Retryable) as trouble:
            send(taken.getsockname()[1])
    assert "nothing of FC-000123 P1 was sent" in trouble.value.sentence
    assert "connection refused" in trouble.value.sentence


def test_a_printer_that_never_accepts_got_nothing():
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        first.connect(listener.getsockname())
        with pytest.raises(Retryable, match="no answer in time"):
            send(listener.getsockname()[1])


def test_an_unknown_name_got_nothing():
    printer = RawSocketPrinter("no-such-printer.invalid", 9100, QUICK)
    with pytest.raises(Retryable, match="no-such-printer.invalid:9100 cannot be reached"):
        printer.print(LABEL, format=PaperFormat.ZPL, title="FC-000123 P1")


@pytest.mark.parametrize("content", [b"^XA^FDsmall^FS^XZ", LABEL * 20], ids=["small", "large"])
def test_after_a_break_nobody_knows_what_came_out(content):
    with pretend_printer(breaks_after_the_first_bytes) as printer:
        with pytest.raises(Unclear) as trouble:
            send(printer.port, content)
        assert printer.received(1) == [content[:10]]
    assert "FC-000123 P1" in trouble.value.sentence
    assert "whether the label came out" in trouble.value.sentence


def test_a_printer_that_stops_taking_bytes_is_noticed():
    with pretend_printer(takes_some_and_then_nothing_more, receive_buffer=4096) as printer:
        with pytest.raises(Unclear) as trouble:
            send(printer.port)
    assert f"of {len(LABEL)} bytes" in trouble.value.sentence
    assert "paper" in trouble.value.sentence
