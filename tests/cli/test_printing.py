"""Printers and papers from the terminal: what is set up, tried, refused, with its exit code."""

import json
from pathlib import Path

from tests.cli.programs import loadbay
from tests.papers.reading import barcodes
from tests.printing.pretend import pretend_printer, takes_all


def said(home: Path, *arguments: str, url: str) -> tuple[int, dict]:
    done = loadbay(*arguments, "--json", home=home, LOADBAY_DATABASE_URL=url)
    return done.returncode, json.loads(done.stdout)


def test_a_printer_is_added_listed_and_tried(tmp_path, own_database_url):
    with pretend_printer(takes_all) as there:
        add = ("printer", "add", "Dock", "--kind", "raw", "--address", f"127.0.0.1:{there.port}")
        code, made = said(tmp_path, *add, "--formats", "zpl", url=own_database_url)
        assert (code, made["name"], made["formats"], made["is_default"]) == (0, "Dock", ["zpl"], True)

        assert said(tmp_path, *add, url=own_database_url)[0] == 1

        code, tried = said(tmp_path, "printer", "test", "Dock", url=own_database_url)
        assert (code, tried["sent"], tried["format"]) == (0, True, "zpl")
        assert b"^FDLOADBAY-TRIAL^FS" in there.received(1)[0]

    code, trouble = said(tmp_path, "printer", "test", "Dock", url=own_database_url)
    assert (code, trouble["trouble"]["kind"]) == (3, "retryable")
    code, listed = said(tmp_path, "printer", "list", url=own_database_url)
    assert (code, [row["name"] for row in listed]) == (0, ["Dock"])


def test_papers_are_written_or_refused_in_words(tmp_path, own_database_url):
    code, refused = said(
        tmp_path, "pick-list", "--collection-date", "2026-07-06", "--to", "x.pdf", url=own_database_url
    )
    assert (code, refused["refused"]["code"]) == (1, "not_found")
    code, refused = said(tmp_path, "dock-sheet", "CN-1", "--to", "x.pdf", url=own_database_url)
    assert (code, refused["refused"]["code"]) == (1, "not_found")
    card = tmp_path / "card.pdf"
    assert said(tmp_path, "command-sheet", "--to", str(card), url=own_database_url)[0] == 0
    assert barcodes(card.read_bytes()) == ["LB-FINISH", "LB-NEXT", "LB-LEAVE"]
    assert said(tmp_path, "command-sheet", "--to", "/no/such/card.pdf", url=own_database_url)[0] == 1
