"""`loadbay ledger` on books with a posted sale: what each command answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from loadbay.cli import ledger
from loadbay.cli.output import Answer, plain
from loadbay.erp.ledger.models import Document
from loadbay.jobs import rounds
from tests.builders import CallBuilder, Shop, a_field_call
from tests.services.goods import a_linked_listing, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(shop: Shop) -> CallBuilder:
    a_product("RUG", on_hand=10, price="12.00")
    a_linked_listing("RUG", amazon=shop)
    call = a_field_call(shop, "RUG", 2).completed()
    rounds.hand_over("ledger")
    return call


def answered(command, **given) -> Answer:
    """What the command's own function answers, without its program around it."""
    return command.callback(**given)


ANY = {
    "status": "",
    "channel": "",
    "text": "",
    "since": None,
    "until": None,
    "owed": None,
    "sort": "newest",
    "after": None,
}


def test_documents_and_one_of_them(sold):
    made = Document.objects.get()
    assert made.number in answered(ledger.documents, **ANY).text
    assert "No document fits" in answered(ledger.documents, **(ANY | {"status": "open"})).text
    shown = answered(ledger.show, number=sold.sale.number)
    assert (made.invoice in shown.text, plain(shown.data)["row"]["number"]) == (True, made.number)
    assert plain(shown.data)["payments"][0]["amount"]["currency"] == "GBP"


def test_entries_of_an_account(sold):
    given = {"account": "4000", "since": None, "until": None, "after": None}
    rows = answered(ledger.entries, **given).data.rows
    assert [(row.account, row.kind) for row in rows] == [("4000", "invoice")]


def test_a_credit_by_lines_and_its_dry_run(sold):
    asked = {"sale": sold.sale.number, "reason": "torn", "lines": (), "key": "k"}
    (line,) = answered(ledger.credit, **asked, dry_run=True).data
    assert (line.left, sold.sale.credits.count()) == (2, 0)
    for _ in range(2):
        by_line = asked | {"lines": (f"{line.line_id}=1",)}
        assert "credited" in answered(ledger.credit, **by_line, dry_run=False).text
    assert sold.sale.credits.count() == 1
    assert answered(ledger.hand_over, sale=None).data == {"sales": 0}


def test_a_file_of_the_period(sold, tmp_path: Path):
    file = tmp_path / "documents.csv"
    day = datetime.combine(Document.objects.get().posted_on, datetime.min.time())
    answered(ledger.export, kind="documents", since=day, until=day, format_="csv", to=file)
    assert Document.objects.get().invoice in file.read_text()
