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


def test_boxes_of_the_house_are_kept_and_stand_on_the_card(tmp_path, own_database_url):
    add = ("box", "add", "m", "--size", "40x30x20", "--weight", "150 g")
    code, made = said(tmp_path, *add, url=own_database_url)
    assert (code, made["barcode"], made["is_house_box"], made["length_mm"]) == (0, "LB-BOX-M", True, 400)
    assert said(tmp_path, *add, url=own_database_url)[0] == 1
    said(tmp_path, "box", "add", "L", "--size", "60x40x40", "--weight", "0.45", url=own_database_url)
    assert said(tmp_path, "box", "house", "L", url=own_database_url)[1] == {"house_box": "L"}
    card = tmp_path / "card.pdf"
    said(tmp_path, "command-sheet", "--to", str(card), url=own_database_url)
    pages = [barcodes(card.read_bytes(), page=number) for number in (0, 1)]
    assert (pages[0][-1], pages[1]) == ("LB-LEAVE", ["LB-BOX-L", "LB-BOX-M"])
    assert said(tmp_path, "box", "remove", "m", url=own_database_url)[1] == {"removed": "M"}
    _, left = said(tmp_path, "box", "list", url=own_database_url)
    assert [(row["code"], row["is_house_box"]) for row in left] == [("L", True)]


def test_papers_are_written_or_refused_in_words(tmp_path, own_database_url):
    code, refused = said(
        tmp_path, "pick-list", "--collection-date", "2026-07-06", "--to", "x.pdf", url=own_database_url
    )
    assert (code, refused["refused"]["code"]) == (1, "not_found")
    code, refused = said(tmp_path, "dock-sheet", "CN-1", "--to", "x.pdf", url=own_database_url)
    assert (code, refused["refused"]["code"]) == (1, "not_found")
    card = tmp_path / "card.pdf"
    assert said(tmp_path, "command-sheet", "--to", str(card), url=own_database_url)[0] == 0
    assert barcodes(card.read_bytes()) == ["LB-FINISH", "LB-NEXT", "LB-PART", "LB-LEAVE"]
    assert said(tmp_path, "command-sheet", "--to", "/no/such/card.pdf", url=own_database_url)[0] == 1
