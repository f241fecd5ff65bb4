"""Any mix of orders, pages that fail, repeats, crashes and rows lost ends with exactly what Amazon has.

Each once, each total right; the gap proof says so itself, and nothing is left to import after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.channels.queries import order_programmes
from loadbay.core.errors import Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import ShipmentId, Sku
from loadbay.dispatch.models import FieldCall, FieldCallLine
from loadbay.jobs import rounds, works
from loadbay.orders import order_readers, proof_lists, readers, work_queries
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services import importing, proofs
from loadbay.orders.services.importing import ImportedAgain, ToImport
from loadbay.testing.fakes import FakeClock
from tests.builders import Shop
from tests.services.goods import a_product, an_order_channel


class Killed(BaseException):
    """The process ends here."""


HOW = {
    "down": lambda: Retryable("503"),
    "lost": lambda: Unclear("lost"),
    "declined": lambda: Rejected("400", reason="400"),
    "killed": Killed,
}
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("ships"), st.integers(1, 3)),
        st.tuples(st.just("sells"), st.integers(1, 3)),
        st.tuples(st.just("cancels"), st.integers(0, 9)),
        st.tuples(st.just("loses"), st.integers(0, 9)),
        st.tuples(st.just("reads"), st.tuples(st.sampled_from(["", *HOW]), st.integers(1, 4))),
    ),
    min_size=3,
    max_size=12,
)


@dataclass
class Failing:
    """A source of the shop's whose nth page fails, however it is asked."""

    inner: Any
    pages: int = 0
    trouble: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _page(self, name: str, asked: dict[str, Any]) -> Any:
        self.pages -= 1
        if self.trouble and self.pages == 0:
            raise HOW[self.trouble]()
        return getattr(self.inner, name)(**asked)

    def shipments(self, **asked: Any) -> Any:
        return self._page("shipments", asked)

    def orders(self, **asked: Any) -> Any:
        return self._page("orders", asked)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction of the test's own, so that each example begins with nothing."""
    block = transaction.atomic()
    block._from_testcase = True
    block.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


@dataclass
class World:
    shop: Shop
    shipments: Failing
    orders: Failing

    def move(self, what: str, detail: Any) -> None:
        getattr(self, f"_{what}")(detail)

    def _ships(self, units: int) -> None:
        self.shop.buys("RUG", units)

    def _sells(self, units: int) -> None:
        self.shop.ordinary.place({Sku("RUG"): units})

    def _cancels(self, place: int) -> None:
        names = sorted(self.shop.marketplace.shipments)
        if names:
            self.shop.clock.advance(1)
            self.shop.marketplace.move(names[place % len(names)], "CANCELLED")

    def _loses(self, place: int) -> None:
        rows = list(Shipment.objects.order_by("id"))
        if rows:
            forget(rows[place % len(rows)])

    def _reads(self, how: tuple[str, int]) -> None:
        trouble, page = how
        for source in (self.shipments, self.orders):
            source.trouble, source.pages = trouble, page
        with suppress(Trouble, Killed):
            for status in (*readers.NEW_STATUSES, *readers.OTHER_STATUSES):
                readers.read_shipments(
                    self.shop.connection, status=status, source=self.shipments, clock=self.shop.clock
                )
            order_readers.read_orders(self.shop.connection, source=self.orders, clock=self.shop.clock)
        self.shipments.trouble = self.orders.trouble = ""
        self.shop.builds()

    def import_one(self, number: str) -> ImportedAgain:
        item = ToImport(self.shop.connection, ShipmentId(number), b"")
        if number in self.shop.marketplace.shipments:
            readers.import_again(item, source=self.shop.source)
        else:
            order_readers.import_again(item, source=self.shop.orders, now=self.shop.clock.now())
        self.shop.builds()
        return importing.outcome(item, name=number)

    def lists(self, connection_id: int) -> tuple[proof_lists.NumberList, ...]:
        programmes = order_programmes(connection_id)
        return (
            proof_lists.shipment_numbers(self.shipments, import_one=self.import_one),
            proof_lists.order_numbers(
                connection_id, self.orders, programmes=programmes, import_one=self.import_one
            ),
        )

    def prove(self) -> work_queries.ProofCard:
        self.shop.clock.advance(300)
        today = self.shop.clock.now().date()
        proof_id = proofs.start_proof(today, today, import_missing=True, now=self.shop.clock.now())
        work_id = work_queries.proof(proof_id).work.id
        works.do_here(work_id, clock=self.shop.clock, told=lambda card: None)
        return work_queries.proof(proof_id)

    def at_amazon(self) -> dict[str, Decimal]:
        """Number → what the buyer pays, of everything Amazon has."""
        seen = [*self.shop.marketplace.shipments.values()]
        seen += [self.shop.ordinary.seen(number).shipment for number in self.shop.marketplace.ordinary]
        return {
            str(entry.shipment_id): sum(
                (c.net.amount + c.tax.amount for line in entry.lines for c in line.charges), Decimal(0)
            )
            for entry in seen
        }


def forget(row: Shipment) -> None:
    """What nobody may do: the rows of a shipment vanish behind Loadbay's back."""
    sales = Sale.objects.filter(shipment=row)
    FieldCallLine.objects.filter(field_call__sale__in=sales).delete()
    FieldCall.objects.filter(sale__in=sales).delete()
    sales.delete()
    row.delete()


@pytest.mark.django_db
def test_whatever_happens_it_ends_with_exactly_the_orders_amazon_has(monkeypatch: pytest.MonkeyPatch):
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(MOVES)
    def expect(moves: list[tuple[str, Any]]) -> None:
        with undone():
            clock = FakeClock()
            monkeypatch.setattr(rounds, "CLOCK", clock)
            shop = Shop(clock=clock)
            an_order_channel("mfn", beside=shop.channel)
            a_product("RUG", on_hand=1000)
            shop.source.page_size = shop.orders.page_size = 1
            world = World(shop, Failing(shop.source), Failing(shop.orders))
            monkeypatch.setattr(works, "lists_of", world.lists)
            for what, detail in moves:
                world.move(what, detail)
            card = world.prove()
            assert (card.is_complete, card.missing) == (True, 0)
            assert set(Shipment.objects.values_list("shipment_id", flat=True)) == {*world.at_amazon()}
            world.move("reads", ("", 1))
            rows = Shipment.objects.values_list("shipment_id", "net_total", "tax_total")
            assert {name: net + tax for name, net, tax in rows} == world.at_amazon()
            open_ones = {name for name in world.at_amazon() if status_of(shop, name) != "CANCELLED"}
            sold = Sale.objects.exclude(order_status="Cancelled").values_list("shipment__shipment_id")
            assert sorted(name for (name,) in sold) == sorted(open_ones)

    expect()


def status_of(shop: Shop, name: str) -> str:
    seen = shop.marketplace.shipments.get(ShipmentId(name))
    return seen.status if seen else shop.ordinary.seen(name).shipment.status
