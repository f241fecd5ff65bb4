"""A shop through which anything happens in any order: scans, cancellations, crashes, goods in and out.

After every step the books agree; at the end every parcel that left was told once, and nothing was shipped
after its cancellation was known. The world is the fake marketplace, the services are the real ones.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from loadbay.core.errors import Refusal, Retryable, Unclear
from loadbay.core.ids import ShipmentId
from loadbay.dispatch.models import FieldCall, Label, Parcel
from loadbay.dispatch.services import labels
from loadbay.dispatch.services.stopping import put_back
from loadbay.jobs import rounds
from loadbay.listings.figures import derive
from loadbay.listings.models import Listing
from loadbay.orders.models import Sale, Shipment
from loadbay.stock import services as stock
from loadbay.stock.models import Level, Movement, Reservation
from loadbay.stock.queries import ledger_differences
from loadbay.testing.fakes import FakeClock, Moment
from tests.builders import FINISH, LEAVE, NEXT, Shop, a_field_call
from tests.services.goods import HERE, a_linked_listing, a_product, a_room

GOODS = ("RUG", "LAMP")
WRITES = ("confirm", "create_packages", "shipping_options", "make_labels", "fetch_label", "tell_shipped")
STATIONS = ("Bench 1", "Bench 2")


class Killed(BaseException):
    """The process ends here."""


TROUBLES = {"killed": Killed, "lost": lambda: Unclear("lost"), "down": lambda: Retryable("down")}


class AnyOrder(RuleBasedStateMachine):
    """The state is the database and the marketplace; what is remembered here is only what was known when."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True
        self.block.__enter__()
        self.shop = Shop(clock=self._clock())
        self.known_cancelled: dict[str, dict[Any, int]] = {}

    def _clock(self) -> FakeClock:
        rounds.CLOCK = FakeClock()
        return rounds.CLOCK

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(units=st.integers(6, 12))
    def a_morning(self, units: int) -> None:
        """One call in each state, so that anything can happen to any of them from the first step on."""
        a_room("LOFT")
        for sku in GOODS:
            a_product(sku, on_hand=units, price="12.99")
            a_linked_listing(sku, amazon=self.shop)
        a_field_call(self.shop)
        a_field_call(self.shop, "LAMP").packed()
        a_field_call(self.shop, "RUG", 2, LAMP=1).labelled()
        a_field_call(self.shop).completed()
        a_field_call(self.shop, "LAMP", 2).on_the_bench()

    # --- what happens ---

    @rule(sku=st.sampled_from(GOODS), units=st.integers(1, 3), is_read=st.booleans())
    def somebody_buys(self, sku: str, units: int, is_read: bool) -> None:
        self.shop.buys(sku, units)
        if is_read:
            self._read()

    @rule(data=st.data(), station=st.sampled_from(STATIONS))
    def a_call_goes_on(self, data: st.DataObject, station: str) -> None:
        """The next natural step of one of them."""
        calls = FieldCall.objects.exclude(state="cancelled").order_by("id")
        call = data.draw(st.sampled_from(list(calls.values_list("number", "state")) or [("", "")]))
        match call[1]:
            case "to_pack" | "packing":
                self._pack(data, station)
            case "packed":
                self._surviving(lambda: self.shop.makes_labels(call[0]))
            case "labelled":
                self._refusable(lambda: self.shop.completes(call[0]))
            case "completed":
                self._surviving(self.shop.tells_shipped)
        self._note_what_is_known()

    @rule()
    def everything_is_read(self) -> None:
        self._read()

    def _read(self) -> None:
        self.shop.reads("ACCEPTED", "CANCELLED", "SHIPPED")
        self.shop.builds()
        self.shop.covers()
        self._note_what_is_known()

    @rule()
    def shipments_are_confirmed(self) -> None:
        self._surviving(self.shop.confirms)

    @rule(data=st.data(), station=st.sampled_from(STATIONS))
    def a_scan(self, data: st.DataObject, station: str) -> None:
        calls = list(FieldCall.objects.order_by("id").values_list("number", flat=True))
        code = data.draw(st.sampled_from([*GOODS, FINISH, NEXT, LEAVE, "nonsense", *calls]))
        self.shop.scans(code, station=station)

    @rule(data=st.data(), station=st.sampled_from(STATIONS))
    def a_call_is_packed(self, data: st.DataObject, station: str) -> None:
        self._pack(data, station)

    def _pack(self, data: st.DataObject, station: str) -> None:
        calls = list(
            FieldCall.objects.filter(state="to_pack").order_by("id").values_list("number", flat=True)
        )
        if calls:
            self.shop.scans(LEAVE, station=station)
            self.shop.packs(data.draw(st.sampled_from(calls)), station=station)
            self.shop.clock.advance(10)
            self.shop.scans(FINISH, station=station)

    @rule(
        trouble=st.sampled_from(sorted(TROUBLES)),
        operation=st.sampled_from(WRITES),
        moment=st.sampled_from(Moment),
    )
    def something_will_go_wrong(self, trouble: str, operation: str, moment: Moment) -> None:
        self.shop.fails(operation, TROUBLES[trouble](), moment=moment)  # type: ignore[arg-type]

    @rule()
    def labels_are_made(self) -> None:
        for pk in labels.due_labels(self.shop.connection, now=self.shop.clock.now()):
            self._surviving(lambda pk=pk: self.shop.makes_labels(FieldCall.objects.get(pk=pk).number))
        self._note_what_is_known()

    @rule(data=st.data())
    def a_label_is_regenerated(self, data: st.DataObject) -> None:
        self._with_a_call(data, "labelled", labels.regenerate)

    @rule(data=st.data())
    def a_call_is_completed(self, data: st.DataObject) -> None:
        self._with_a_call(data, "labelled", self.shop.completes)

    @rule()
    def the_lorry_leaves(self) -> None:
        self.shop.completes_everything()

    @rule()
    def amazon_is_told(self) -> None:
        self._surviving(self.shop.tells_shipped)
        self._note_what_is_known()

    @rule(data=st.data())
    def amazon_cancels(self, data: st.DataObject) -> None:
        alive = [s for s, seen in self.shop.marketplace.shipments.items() if seen.status not in _OVER]
        if alive:
            self.shop.marketplace.cancel(data.draw(st.sampled_from(alive)))

    @rule(data=st.data())
    def goods_are_put_back(self, data: st.DataObject) -> None:
        self._with_a_call(data, "cancelled", put_back)

    @rule(sku=st.sampled_from(GOODS), units=st.integers(1, 5))
    def goods_come_in(self, sku: str, units: int) -> None:
        stock.goods_in(sku=sku, room="SHOP", units=units)

    @rule(sku=st.sampled_from(GOODS), units=st.integers(1, 5))
    def goods_are_disposed_of(self, sku: str, units: int) -> None:
        self._refusable(lambda: stock.dispose(sku=sku, room="SHOP", units=units, reason="torn"))

    @rule(sku=st.sampled_from(GOODS), units=st.integers(1, 4), is_back=st.booleans())
    def goods_are_carried_away_or_back(self, sku: str, units: int, is_back: bool) -> None:
        source, target = ("LOFT", "SHOP") if is_back else ("SHOP", "LOFT")
        self._refusable(lambda: stock.transfer(sku=sku, source=source, target=target, units=units))

    @rule()
    def goods_are_looked_for_and_nothing_that_could_have_them_is_held(self) -> None:
        """The oldest sale that is held lacks something that the others have not left over."""
        self.shop.covers()
        short = Shipment.objects.filter(is_short=True).exclude(promise__in=["to_reject", "rejected"])
        oldest = short.order_by("id").first()
        if oldest is None:
            return
        needs = Reservation.objects.filter(holder=f"shipment:{oldest.pk}", room__code="SHOP")
        assert any(row.units > self._left(row.product_id) for row in needs)

    def _left(self, product_id: int) -> int:
        """What lies in the shop that no sale which is not held was promised."""
        return self._lying(product_id) - sum(self._promised(product_id))

    def _lying(self, product_id: int) -> int:
        rows = Level.objects.filter(product_id=product_id, room__code="SHOP")
        return sum(rows.values_list("on_hand", flat=True))

    def _promised(self, product_id: int) -> list[int]:
        """Units promised in the shop to sales that are not held."""
        rows = Reservation.objects.filter(product_id=product_id, room__code="SHOP")
        return list(rows.exclude(holder__in=self._held()).values_list("units", flat=True))

    def _held(self) -> list[str]:
        short = Shipment.objects.filter(is_short=True).values_list("pk", flat=True)
        return [f"shipment:{pk}" for pk in short]

    @rule(seconds=st.sampled_from([1, 10, 400, 4000, 90_000]))
    def time_goes_by(self, seconds: int) -> None:
        self.shop.clock.advance(seconds)

    # --- what must hold after each of these ---

    @invariant()
    def stock_agrees_with_the_ledger(self) -> None:
        assert ledger_differences() == ()

    @invariant()
    def sales_that_are_not_held_never_need_more_than_lies_there(self) -> None:
        """Save for what is packed, which lies in its box whatever was counted."""
        packed = [
            f"shipment:{pk}"
            for pk in FieldCall.objects.filter(state__in=["packed", "labelled", "cancelled"]).values_list(
                "sale__shipment_id", flat=True
            )
        ]
        for level in Level.objects.all():
            rows = Reservation.objects.filter(product_id=level.product_id, room_id=level.room_id)
            boxed = sum(rows.filter(holder__in=packed).values_list("units", flat=True))
            rest = rows.exclude(holder__in=[*packed, *self._held()])
            assert sum(rest.values_list("units", flat=True)) <= max(0, max(0, level.on_hand) - boxed)

    @invariant()
    def promises_are_those_of_the_calls(self) -> None:
        """Open until labelled, labelled until it left, to be put back when cancelled after packing."""
        stages = {"to_pack": "open", "packing": "open", "packed": "open", "labelled": "labelled"}
        for call in FieldCall.objects.select_related("sale__shipment"):
            held = set(
                Reservation.objects.filter(holder=f"shipment:{call.sale.shipment_id}").values_list(
                    "stage", flat=True
                )
            )
            expected = {stages[call.state]} if call.state in stages else set()
            assert held == expected or (call.state == "cancelled" and held == {"put_back"})

    @invariant()
    def one_sale_movement_for_each_unit_that_left(self) -> None:
        left = FieldCall.objects.filter(state="completed")
        units = sum(left.values_list("lines__units", flat=True)) if left.exists() else 0
        assert -sum(Movement.objects.filter(kind="sale").values_list("units", flat=True)) == units

    @invariant()
    def labelled_calls_have_one_valid_label_per_parcel_and_cancelled_ones_none(self) -> None:
        for parcel in Parcel.objects.select_related("field_call"):
            valid = Label.objects.filter(parcel=parcel, is_void=False)
            if parcel.field_call.state == "cancelled":
                assert not valid.exists()
            if parcel.field_call.state == "labelled" and parcel.field_call.label_wanted == "":
                assert valid.filter(content__isnull=False).count() == 1

    @invariant()
    def nothing_is_told_or_labelled_after_its_cancellation_was_known(self) -> None:
        for shipment, then in self.known_cancelled.items():
            assert self._effects(shipment) == then

    @invariant()
    def no_parcel_is_told_twice(self) -> None:
        assert set(self.shop.marketplace.told_shipped.values()) <= {1}

    @invariant()
    def what_amazon_should_show_never_sells_what_is_not_there(self) -> None:
        for listing in Listing.objects.all():
            derived = derive([(listing.pk, HERE)], day=self.shop.clock.now().date())
            told = derived[listing.pk, HERE].sum
            assert told.told == told.shown + told.open
            assert told.shown >= 0

    @precondition(lambda self: FieldCall.objects.filter(state="completed").exists())
    @rule()
    def in_the_end_every_parcel_that_left_was_told_once(self) -> None:
        for _ in range(40):
            self._surviving(self.shop.tells_shipped)
            self.shop.clock.advance(400)
        told = self.shop.marketplace.told_shipped
        for parcel in Parcel.objects.filter(field_call__state="completed").select_related(
            "field_call__sale__shipment"
        ):
            shipment = ShipmentId(parcel.field_call.sale.shipment.shipment_id)
            if self.shop.status(shipment) != "CANCELLED":
                assert (self.shop.status(shipment), parcel.told_shipped_at is not None) == ("SHIPPED", True)
                assert told[shipment, parcel.package_id] == 1  # type: ignore[index]
        self._note_what_is_known()

    # --- small help ---

    def _surviving(self, work: Any) -> None:
        try:
            work()
        except Killed:
            pass

    def _refusable(self, work: Any) -> None:
        try:
            work()
        except Refusal:
            pass

    def _with_a_call(self, data: st.DataObject, state: str, work: Any) -> None:
        calls = list(FieldCall.objects.filter(state=state).order_by("id").values_list("number", flat=True))
        if calls:
            number = data.draw(st.sampled_from(calls))
            self._refusable(lambda: work(number))

    def _effects(self, shipment: str) -> dict[Any, int]:
        """What was done at Amazon for a shipment."""
        market = self.shop.marketplace
        done = {("told", key): n for key, n in market.told_shipped.items() if key[0] == shipment}
        return done | {("label", key): n for key, n in market.labels_made.items() if key[0] == shipment}

    def _note_what_is_known(self) -> None:
        for shipment in Shipment.objects.filter(status="CANCELLED").values_list("shipment_id", flat=True):
            self.known_cancelled.setdefault(shipment, self._effects(shipment))
            sale = Sale.objects.filter(shipment__shipment_id=shipment).first()
            assert sale is None or sale.order_status in {"Cancelled", "Posted"}


_OVER = {"SHIPPED", "DELIVERED", "CANCELLED"}


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_books_agree(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rounds, "CLOCK", FakeClock())
    expect_no_rule_to_be_broken = run_state_machine_as_test
    expect_no_rule_to_be_broken(
        AnyOrder,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
