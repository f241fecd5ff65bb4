"""The whole journey by commands alone (`by_command.sh`), and what each of them answered."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from tests import warm
from tests.cli.programs import environment
from tests.journeys.processes import PretendAmazon

pytestmark = pytest.mark.journey
SCRIPT = Path(__file__).with_name("by_command.sh")
HEADS = "sku,name,barcode,country_of_origin,weight_g,length_mm,width_mm,height_mm,bin,quantity,room\n"


class RawPrinter:
    """A network printer: a real socket that keeps what every connection sent."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._server.getsockname())
        self.prints: list[bytes] = []
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._server.accept()
            except OSError:
                return
            with wire, wire.makefile("rb") as sent:
                self.prints.append(sent.read())


class Answers:
    """What the script's commands answered, by the names it gave them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())

    def code(self, name: str) -> str:
        return str(self[name]["refused"]["code"])

    def stock(self, name: str) -> tuple[int, int, int]:
        """Quantity told, reserved, sellable of the rug at Amazon."""
        row = next(row for row in self[name] if row["sku"] == "RUG-1")
        return row["quantity"], row["reserved"], row["sellable"]

    def barcodes(self, name: str) -> set[str]:
        """Every barcode on a paper, as a scanner reads it."""
        pages = pypdfium2.PdfDocument(self.folder / name)
        pictures = [page.render(scale=3).to_pil() for page in pages]
        return {code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)}


@pytest.fixture
def amazon(tmp_path: Path) -> Iterator[PretendAmazon]:
    pretend = PretendAmazon(tmp_path, speed="60")
    pretend.start()
    yield pretend
    pretend.kill()


@pytest.fixture
def printer() -> Iterator[RawPrinter]:
    raw = RawPrinter()
    yield raw
    raw.close()


@pytest.fixture
def answers(amazon: PretendAmazon, printer: RawPrinter, own_database_url: str, tmp_path: Path) -> Answers:
    """Run the script to its end."""
    folder = tmp_path / "answers"
    folder.mkdir()
    rug, kettle = (
        next(item for item in amazon.get("inspect/catalogue") if item["product_type"] == kind)
        for kind in ("RUG", "KETTLE")
    )
    rows = [
        f"RUG-1,Slate rug,{rug['ean']},GB,6800,1200,220,220,A1,90,MAIN",
        f"KETTLE-1,Copper kettle,{kettle['ean']},IT,1350,240,220,250,S1,20,SHOP",
    ]
    (folder / "products.csv").write_text(HEADS + "\n".join(rows))
    (folder / "broken.csv").write_text(HEADS + rows[0] + "\nX-1,Odd,5060004717780,GB,1,1,1,1,A1,-4,MAIN")
    (folder / "asin").write_text(rug["asin"])
    (folder / "ean").write_text(rug["ean"])
    env = environment(
        tmp_path / "home",
        LOADBAY_DATABASE_URL=own_database_url,
        LOADBAY_SECRET_KEY=os.environ["LOADBAY_SECRET_KEY"],
        PROGRAM=str(warm.program(tmp_path)),
        PYTHON=sys.executable,
        AMAZON=amazon.url,
        PRINTER=printer.address,
    )
    done = subprocess.run(
        ["sh", str(SCRIPT), str(folder)], env=env, capture_output=True, text=True, timeout=1500, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return Answers(folder)


def test_a_shop_goes_from_listing_to_lorry_by_commands_alone(
    answers: Answers, amazon: PretendAmazon, printer: RawPrinter
) -> None:
    connected(answers)
    stocked(answers)
    listed(answers)
    corrected(answers)
    sold(answers)
    packed(answers, printer)
    shipped(answers, amazon)
    cancelled(answers, amazon)
    capped(answers)
    assert answers["tasks"] == []
    taken_off(answers)


def connected(answers: Answers) -> None:
    assert answers.code("connection-empty") == "wrong_input"
    assert answers.code("connection-wrong") == "connection_fails"
    assert "secret" in answers["connection-wrong"]["refused"]["sentence"]
    assert answers["connection-tested"]["works"] is True
    assert answers["channel"]["placeholder_customer"] == "Amazon Sellerflex"


def stocked(answers: Answers) -> None:
    assert answers.code("import-broken") == "sheet_has_faults"
    assert "5060004717780" in answers["import-broken"]["refused"]["sentence"]
    assert (answers["import"]["created"], answers["import"]["units"]) == (2, 110)
    assert answers.code("dispose-too-much") == "not_enough_stock"
    rooms = {room["room"]: room["on_hand"] for room in answers["kettle"]["rooms"]}
    assert rooms == {"MAIN": 3, "SHOP": 25}


def listed(answers: Answers) -> None:
    assert answers["asin"]["item"]["country_of_origin"] == "GB"
    for name, lacking in (
        ("listing-without-price", "price"),
        ("listing-without-origin", "country of origin"),
    ):
        assert answers.code(name) == "listing_not_ready"
        assert lacking in answers[name]["refused"]["sentence"]
    assert answers["submit"]["listing"]["state"] == "draft"
    at_amazon = answers["listed-as"]
    offers = [(offer["fulfillment_channel_code"], offer["quantity"]) for offer in at_amazon["availability"]]
    assert offers == [("DEFAULT", 0)]
    assert (at_amazon["price"], at_amazon["origin"]) == ("89.95", "GB")
    assert answers["live"]["listing"]["state"] == "live_as_mfn"
    assert answers["awaiting"]["listing"]["state"] == "awaiting_conversion"
    assert answers["stock-before-link"] == []
    assert answers["listing-linked"]["listing"]["state"] == "linked"
    assert answers.stock("stock-linked") == (90, 0, 90)
    assert answers.stock("stock-moved") == (100, 0, 100)


def corrected(answers: Answers) -> None:
    (change,) = answers["changed"]["listing"]["changes"]
    assert (change["name"], change["wanted"]) == ("shipping_template", "Heavy and Bulky")
    assert answers.code("changed-handling") == "listing_step_not_allowed"
    before, after = answers["listed-as"], answers["changed-as"]
    assert (after["template"], after["status"]) == ("c4e8d6b2-heavy", "ONSITE_FBA")
    assert [offer["fulfillment_channel_code"] for offer in after["availability"]] == ["AMAZON_EU"]
    assert (after["price"], after["origin"], after["asin"]) == (
        before["price"],
        before["origin"],
        before["asin"],
    )


def taken_off(answers: Answers) -> None:
    assert answers["delist-asked"]["listing"]["delisting_wanted"] is False
    assert answers["delist"]["listing"]["delisting_wanted"] is True
    assert answers["delisted-card"]["listing"]["state"] == "delisted"
    assert answers["listings-left"] == []


def sold(answers: Answers) -> None:
    """With no rule in force an arriving sale changes nothing that is sent."""
    assert answers.stock("stock-sold") == (100, 2, 98)
    told = [row["accepted_updates"] for name in ("stock-moved", "stock-sold") for row in answers[name]]
    assert told[0] == told[1]
    sale = answers["sale-sale"]
    assert (sale["sale"]["row"]["customer"], sale["sale"]["payment_method"]) == ("Amazon Sellerflex", "")
    assert sale["sale"]["shipping_agent"] == "Amazon SmartConnect"
    assert sale["sale"]["row"]["total"] == {"amount": "179.90", "currency": "GBP"}
    empty = [field for field in sale["buyer"] if not field["value"]]
    assert "name" in [field["name"] for field in empty]
    assert all(field["why_empty"] for field in empty)
    calls = answers["calls"]["field_calls"]
    assert [(call["number"], call["state"], call["shipment_status"]) for call in calls] == [
        (sale["sale"]["row"]["field_call"], "to_pack", "CONFIRMED")
    ]


def packed(answers: Answers, printer: RawPrinter) -> None:
    number = answers["sale-sale"]["sale"]["row"]["field_call"]
    assert number in answers.barcodes("picks.pdf")
    for name in ("scan-nonsense", "scan-endless", "scan-other", "scan-early"):
        assert answers.code(name) == "bench_stops"
    assert answers["packed"]["answers"][-1]["outcome"] == "finished"
    label = (answers.folder / "label.png").read_bytes()
    assert printer.prints[:2] == [label, label]
    assert label.startswith(b"\x89PNG")
    assert answers["reprint"]["print"]["state"] == "printed"
    assert answers.stock("stock-labelled") == (98, 0, 98)


def shipped(answers: Answers, amazon: PretendAmazon) -> None:
    number = answers["sale-sale"]["sale"]["row"]["field_call"]
    consignment = answers["loaded"]["parcels"][0]["consignment"]
    assert consignment in answers.barcodes("dock.pdf")
    assert [row["number"] for row in answers["batch"]["loaded"]] == [number]
    assert answers.code("miscounted") == "count_differs"
    assert answers["completed"] == {"consignment": consignment, "completed": [number], "left": []}
    assert answers.code("completed-twice") == "nothing_to_complete"
    assert answers.code("call-completed-twice") == "step_not_allowed"
    shipment = answers["at-amazon"]["shipments"][0]
    assert (shipment["status"], shipment["times_confirmed"]) == ("SHIPPED", 1)
    assert [package["told_shipped"] for package in shipment["packages"]] == [1]
    label = (answers.folder / "label.png").read_bytes()
    assert amazon.label(shipment["id"], shipment["packages"][0]["id"]) == label
    buyer = {field["name"]: field["value"] for field in answers["buyer"]["buyer"]}
    proof = answers["gap-proof"]["proof"]
    assert (proof["is_complete"], proof["missing"], proof["work"]["done"]) == (True, 0, 10)
    assert buyer["name"]
    assert buyer["payment_method"]
    assert answers["buyer"]["sale"]["row"]["order_status"] == "Posted"
    assert answers.stock("stock-shipped") == (98, 0, 98)


def cancelled(answers: Answers, amazon: PretendAmazon) -> None:
    for name in ("early-pack", "midway-pack"):
        assert answers.code(name) == "bench_stops"
    assert answers.code("late-complete") == "step_not_allowed"
    assert answers.stock("stock-late") == (97, 0, 97)
    assert answers.stock("stock-back") == (98, 0, 98)
    statuses = {row["status"] for row in amazon.get("inspect/shipments?status=CANCELLED")}
    assert statuses == {"CANCELLED"}
    assert len(amazon.get("inspect/shipments?status=SHIPPED")) == 1


def capped(answers: Answers) -> None:
    assert answers.stock("stock-capped") == (10, 5, 5)
    why = answers["why"]["stock"][0]
    assert (why["free"], why["shown"], why["open"], why["told"]) == (93, 5, 5, 10)
