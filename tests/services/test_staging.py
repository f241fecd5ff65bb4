"""Asking Amazon what is new, page by page: nothing is lost, nothing comes twice, poison stops nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.services import NewChannel, add_channel
from loadbay.core.errors import Rejected, Retryable, Trouble
from loadbay.core.ids import LocationId, MarketplaceId
from loadbay.core.money import Money
from loadbay.inbox.models import Task
from loadbay.journal.queries import timeline
from loadbay.listings.models import Listing
from loadbay.orders import readers
from loadbay.orders.models import BuyerDetails, ChannelOrder, Poll, Shipment, ShipmentLine, SpoiledEntry
from loadbay.orders.ports import SeenShipment, ShipmentPage, Spoiled
from loadbay.orders.services import staging
from loadbay.testing.fakes import FakeShipmentSource
from tests.builders import NOON, ShipmentBuilder, Shop, a_shipment, charge, tasks
from tests.services.goods import a_linked_listing, a_product, a_room, events


def page(*shipments: ShipmentBuilder, spoiled: Sequence[Spoiled] = ()) -> ShipmentPage:
    return ShipmentPage(tuple(one.seen for one in shipments), tuple(spoiled), None)


def stored() -> list[tuple[str, str]]:
    return list(Shipment.objects.order_by("shipment_id").values_list("shipment_id", "status"))


@dataclass
class Pages:
    """A source that gives these pages in order, whatever is asked; `asked` are the windows."""

    pages: list[ShipmentPage | Trouble]
    asked: list[tuple[datetime, str | None]] = field(default_factory=list)

    def shipments(self, *, status, updated_after, updated_before, location_id, token) -> ShipmentPage:
        self.asked.append((updated_after, token))
        answer = self.pages[len(self.asked) - 1]
        if isinstance(answer, Trouble):
            raise answer
        return answer

    def shipment(self, shipment_id: str) -> SeenShipment:
        raise Rejected(f"There is no shipment {shipment_id}.", reason="404")


def read(shop: Shop, source: object, status: str = "ACCEPTED") -> readers.Read:
    return readers.read_shipments(shop.connection, status=status, source=source, clock=shop.clock)


# --- one page ---


def test_a_shipment_is_stored_as_received_with_its_buyer_apart(shop: Shop):
    staged = staging.stage_page(shop.connection, page(a_shipment().of(("RUG", 2), ("LAMP", 1))))
    assert (staged.new, staged.changed, staged.set_aside) == (1, 0, 0)
    row = Shipment.objects.get()
    assert (row.status, row.building, row.units, row.currency) == ("ACCEPTED", "staged", 3, "GBP")
    assert (row.net_total, row.tax_total, row.is_balanced) == (Decimal("30.0000"), Decimal("6.0000"), True)
    assert bytes(row.raw) == b'{"postalCode": "DE4 3NS"}'
    assert list(ShipmentLine.objects.order_by("line_id").values_list("sku", "units", "net")) == [
        ("RUG", 2, Decimal("20.0000")),
        ("LAMP", 1, Decimal("10.0000")),
    ]
    assert ChannelOrder.objects.get().order_id == "026-1"
    assert (BuyerDetails.objects.get().postal_code, BuyerDetails.objects.get().state) == ("DE4 3NS", "hidden")


def test_the_same_page_twice_changes_nothing(shop: Shop):
    both = page(a_shipment("1"), a_shipment("2"))
    staging.stage_page(shop.connection, both)
    again = staging.stage_page(shop.connection, both)
    assert (again.new, again.changed) == (0, 0)
    assert stored() == [("SHP-1", "ACCEPTED"), ("SHP-2", "ACCEPTED")]
    assert len(events("orders.shipments_staged")) == 1


def test_a_shipment_twice_in_one_page_is_stored_once_as_it_was_last(shop: Shop):
    old, new = a_shipment(), a_shipment().but(status="CONFIRMED", updated_at=NOON + timedelta(minutes=1))
    staging.stage_page(shop.connection, page(new, old))
    assert stored() == [("SHP-1", "CONFIRMED")]


def test_a_known_shipment_twice_in_one_page_is_followed_once_to_what_it_is_last(shop: Shop):
    staging.stage_page(shop.connection, page(a_shipment()))
    steps = [
        a_shipment().but(status=status, updated_at=NOON + timedelta(minutes=minutes))
        for minutes, status in ((1, "CONFIRMED"), (2, "SHIPPED"))
    ]
    assert staging.stage_page(shop.connection, page(*steps)).changed == 1
    (said,) = [entry.text for entry in timeline("shipment:SHP-1") if "→" in entry.text]
    assert said == "Amazon: ACCEPTED → SHIPPED."
    (shipped,) = events("orders.shipments_shipped")
    assert len(shipped["shipment_ids"]) == 1


def test_answers_out_of_order_leave_the_latest_status(shop: Shop):
    later = a_shipment().but(status="CONFIRMED", updated_at=NOON + timedelta(minutes=5))
    staging.stage_page(shop.connection, page(a_shipment()))
    staging.stage_page(shop.connection, page(later))
    staging.stage_page(shop.connection, page(a_shipment()))
    assert stored() == [("SHP-1", "CONFIRMED")]
    assert Shipment.objects.get().status_at == NOON + timedelta(minutes=5)


def test_an_order_in_two_shipments_is_one_order(shop: Shop):
    second = a_shipment("2").but(order_id=a_shipment("1").seen.order_id)
    staging.stage_page(shop.connection, page(a_shipment("1")))
    staging.stage_page(shop.connection, page(second))
    assert ChannelOrder.objects.count() == BuyerDetails.objects.count() == 1
    assert Shipment.objects.filter(order=ChannelOrder.objects.get()).count() == 2


def test_one_event_is_recorded_per_page_not_per_order(shop: Shop):
    staging.stage_page(shop.connection, page(*(a_shipment(str(n)) for n in range(100))))
    (event,) = events("orders.shipments_staged")
    assert len(event["shipment_ids"]) == 100


def test_a_page_costs_the_same_statements_however_many_orders(shop: Shop, django_assert_max_num_queries):
    staging.stage_page(shop.connection, page(a_shipment("warm")))
    with django_assert_max_num_queries(25):
        staging.stage_page(shop.connection, page(*(a_shipment(str(n)).with_lines(3) for n in range(100))))


def test_a_shipment_at_our_location_proves_that_its_listing_is_linked(shop: Shop):
    a_product("RUG", on_hand=5, price="12.99")
    listing = a_linked_listing("RUG")
    Listing.objects.filter(pk=listing).update(state="awaiting_conversion", linked_because="")
    staging.stage_page(shop.connection, page(a_shipment()))
    assert Listing.objects.get().state == "linked"


# --- what cannot be taken in ---


def test_an_unreadable_entry_is_set_aside_with_a_task_and_the_rest_comes_in(shop: Shop):
    spoiled = Spoiled("SHP-9", "its total is no number", b'{"total": "lots"}')
    staged = staging.stage_page(shop.connection, page(a_shipment("1"), spoiled=[spoiled]))
    assert (staged.new, staged.set_aside) == (1, 1)
    entry = SpoiledEntry.objects.get()
    assert (entry.identity, entry.reason, bytes(entry.raw)) == ("SHP-9", spoiled.reason, spoiled.raw)
    assert tasks() == [("shipment_set_aside", f"{shop.connection}:SHP-9")]
    staging.stage_page(shop.connection, page(spoiled=[spoiled]))
    assert (SpoiledEntry.objects.count(), len(tasks())) == (1, 1)
    assert Task.objects.get().times == 1, "seen again in the next window, it did not happen again"


def test_two_entries_without_a_readable_id_are_both_kept(shop: Shop):
    bad = [Spoiled("", "no JSON", b"<html>1</html>"), Spoiled("", "no JSON", b"<html>2</html>")]
    staging.stage_page(shop.connection, page(spoiled=bad))
    assert sorted(bytes(raw) for raw in SpoiledEntry.objects.values_list("raw", flat=True)) == [
        b"<html>1</html>",
        b"<html>2</html>",
    ]
    assert len(tasks()) == 2


def twice_the_same_line() -> ShipmentBuilder:
    lines = a_shipment().of(("RUG", 1), ("LAMP", 1)).seen.lines
    return a_shipment("9").but(lines=tuple(replace(line, line_id="1") for line in lines), units=2)


def of_sku(sku: str) -> ShipmentBuilder:
    return a_shipment("9").of((sku, 1))


POISON = {
    "a SKU nobody can have": of_sku("S" * 41),
    "a SKU of a thousand letters": of_sku("S" * 1000),
    "a SKU with a NUL": of_sku("RUG\x00"),
    "a SKU with half a letter": of_sku("RUG\ud800"),
    "two lines of one number": twice_the_same_line(),
    "a currency of six letters": a_shipment("9").but(currency="POUNDS"),
    "a status of a hundred letters": a_shipment("9").but(status="A" * 100),
    "more units than there are": a_shipment("9").but(units=10**12),
    "fewer units than none": a_shipment("9").but(units=-1),
    "a price beyond all bounds": a_shipment("9").of(("RUG", 1), each="100000000000"),
    "a price that is no number": a_shipment("9").but(
        total=replace(charge("1"), net=Money(Decimal("NaN"), "GBP"))
    ),
    "a shipment id of two hundred letters": a_shipment("9" * 200),
    "a shipping method of a thousand letters": a_shipment("9").but(ship_method="M" * 1000),
    "a postal code with half a letter": a_shipment("9").but(postal_code="\udcff"),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_a_poisonous_shipment_is_set_aside_and_never_blocks_the_rest(shop: Shop, poison: ShipmentBuilder):
    staged = staging.stage_page(shop.connection, page(a_shipment("1"), poison, a_shipment("2")))
    assert (staged.new, staged.set_aside) == (2, 1)
    assert stored() == [("SHP-1", "ACCEPTED"), ("SHP-2", "ACCEPTED")]
    assert [kind for kind, _ in tasks()] == ["shipment_set_aside"]
    assert bytes(SpoiledEntry.objects.get().raw) == b'{"postalCode": "DE4 3NS"}'
    assert "DE4" not in SpoiledEntry.objects.get().reason
    assert (ChannelOrder.objects.count(), BuyerDetails.objects.count()) == (2, 2)
    again = staging.stage_page(shop.connection, page(poison, a_shipment("3")))
    assert (again.new, SpoiledEntry.objects.count(), len(tasks())) == (1, 1, 1)
    assert bytes(SpoiledEntry.objects.get().raw) == b'{"postalCode": "DE4 3NS"}'


def test_a_shipment_for_a_location_nobody_knows_is_set_aside(shop: Shop):
    lost = a_shipment("9").but(location_id=LocationId("XYZ1"))
    staged = staging.stage_page(shop.connection, page(lost, a_shipment("1")))
    assert (staged.new, staged.set_aside) == (1, 1)
    assert SpoiledEntry.objects.get().reason == "location XYZ1 belongs to no stock room of a sales channel"
    assert tasks() == [("shipment_set_aside", f"{shop.connection}:SHP-9")]


def test_it_comes_in_once_a_channel_has_that_location(shop: Shop):
    shipment = shop.buys()
    seen = shop.marketplace.shipments[shipment]
    ireland = MarketplaceId(MARKETPLACES["IE"].marketplace_id)
    elsewhere = replace(seen, location_id=LocationId("XYZ1"), marketplace_id=ireland)
    shop.marketplace.shipments[shipment] = elsewhere
    shop.reads()
    shop.clock.advance(3600)
    assert (stored(), len(tasks())) == ([], 1)
    a_room("LOFT")
    connection = shop.channel.connection.name
    add_channel(
        NewChannel(
            code="IE",
            connection=connection,
            marketplace="IE",
            programme="smartconnect",
            rooms={"LOFT": "XYZ1"},
            order_start_at=shop.clock.now() - timedelta(days=1),
        )
    )
    shop.reads()
    assert stored() == [(shipment, "ACCEPTED")]
    assert (tasks(), SpoiledEntry.objects.get().is_settled) == ([], True)


def test_two_marketplaces_at_one_location_keep_their_shipments_apart(shop: Shop):
    a_room("LOFT")
    add_channel(
        NewChannel(
            code="IE",
            connection=shop.channel.connection.name,
            marketplace="IE",
            programme="smartconnect",
            rooms={"LOFT": str(shop.marketplace.location)},
        )
    )
    british, irish = shop.buys(), shop.buys()
    ireland = MarketplaceId(MARKETPLACES["IE"].marketplace_id)
    shop.marketplace.shipments[irish] = replace(shop.marketplace.shipments[irish], marketplace_id=ireland)
    shop.reads()
    found = dict(Shipment.objects.values_list("shipment_id", "channel__code"))
    assert found == {british: shop.channel.code, irish: "IE"}


# --- windows ---


def test_a_window_starts_two_minutes_before_the_newest_change_amazon_named(shop: Shop):
    source = Pages([page(a_shipment()), page()])
    read(shop, source)
    read(shop, source)
    assert [after for after, _ in source.asked] == [
        shop.channel.order_start_at - timedelta(days=30),
        NOON - timedelta(minutes=2),
    ]


def test_what_is_cancelled_or_shipped_is_asked_for_only_since_the_start(shop: Shop):
    source = Pages([page()])
    read(shop, source, "CANCELLED")
    assert source.asked == [(shop.channel.order_start_at - timedelta(minutes=2), None)]


def test_an_empty_page_with_a_token_is_not_the_end(shop: Shop):
    source = Pages([ShipmentPage((), (), "more"), ShipmentPage((), (), "even more"), page(a_shipment())])
    done = read(shop, source)
    assert (done.pages, done.new) == (3, 1)
    assert [token for _, token in source.asked] == [None, "more", "even more"]


def test_trouble_on_the_third_page_leaves_the_window_open_and_keeps_what_came(shop: Shop):
    pages = [
        replace(page(a_shipment(n, at=NOON + timedelta(hours=int(n)))), next_token=n) for n in ("1", "2")
    ]
    source = Pages([*pages, Retryable("Amazon is down"), *pages, page(a_shipment("3"))])
    with pytest.raises(Retryable):
        read(shop, source)
    poll = Poll.objects.get()
    assert (poll.done_until, poll.answered_at, poll.trouble) == (None, None, "Amazon is down")
    assert stored() == [("SHP-1", "ACCEPTED"), ("SHP-2", "ACCEPTED")]
    done = read(shop, source)
    assert (done.new, done.pages) == (1, 3)
    assert source.asked[3] == (source.asked[0][0], None)
    assert len(stored()) == 3
    poll.refresh_from_db()
    assert (poll.done_until, poll.trouble) == (NOON + timedelta(hours=2), "")


def test_a_page_that_repeats_its_token_leaves_the_window_open(shop: Shop):
    stuck = ShipmentPage((a_shipment().seen,), (), "same")
    with pytest.raises(Retryable, match="same page"):
        read(shop, Pages([stuck, stuck, stuck]))
    assert (Poll.objects.get().done_until, len(stored())) == (None, 1)


def test_an_empty_answer_moves_no_window(shop: Shop):
    read(shop, Pages([page(a_shipment())]))
    read(shop, Pages([page()]))
    assert Poll.objects.get().done_until == NOON


def test_overlapping_windows_cost_nothing(shop: Shop):
    a_product("RUG", on_hand=9)
    for _ in range(3):
        shop.buys()
        shop.reads("ACCEPTED")
    shop.builds()
    assert len(stored()) == 3
    assert sum(len(event["shipment_ids"]) for event in events("orders.shipments_staged")) == 3


def test_of_two_polls_at_once_the_slower_one_takes_nothing_back(shop: Shop):
    """The slow one began earlier and saw less; it ends last."""
    early, late = a_shipment("1"), a_shipment("2", at=NOON + timedelta(hours=1))

    @dataclass
    class Slow(Pages):
        def shipments(self, **asked) -> ShipmentPage:
            answer = super().shipments(**asked)
            read(shop, Pages([page(early, late)]))
            return answer

    read(shop, Slow([page(early)]))
    assert Poll.objects.get().done_until == NOON + timedelta(hours=1)
    assert len(stored()) == 2


def test_small_pages_bring_everything_in(shop: Shop):
    a_product("RUG", on_hand=9)
    sold = [shop.buys() for _ in range(7)]
    shop.source = FakeShipmentSource(shop.marketplace, page_size=2)
    shop.reads("ACCEPTED")
    assert [shipment for shipment, _ in stored()] == sold


def test_without_a_channel_there_is_nothing_to_ask_for(shop: Shop):
    a_connection = shop.channel.connection
    shop.channel.pickups.all().delete()
    shop.channel.rooms.all().delete()
    shop.channel.matrix.all().delete()
    shop.channel.delete()
    with pytest.raises(Rejected, match="no sales channel"):
        readers.read_shipments(a_connection.pk, status="ACCEPTED", source=Pages([page()]), clock=shop.clock)


def test_cancellations_are_known_as_of_the_moment_they_were_asked_for(shop: Shop):
    """A look that took long is not younger for it."""

    @dataclass
    class Slow(Pages):
        def shipments(self, **asked) -> ShipmentPage:
            shop.clock.advance(10)
            return super().shipments(**asked)

    source = Slow([page(), page()])
    for _ in range(2):
        readers.fresh_cancellations(shop.connection, source=source, clock=shop.clock)
    assert len(source.asked) == 2


def test_a_window_opened_again_while_it_was_read_stays_open(shop: Shop):
    """A location that came meanwhile may have older shipments, which the read under way did not see."""

    class ALocationComesMeanwhile(Pages):
        def shipments(self, **asked) -> ShipmentPage:
            staging.open_windows_again(shop.connection)
            return super().shipments(**asked)

    read(shop, Pages([page(a_shipment("1"))]))
    assert Poll.objects.get().done_until is not None
    read(shop, ALocationComesMeanwhile([page(a_shipment("2"))]))
    assert (Poll.objects.get().done_until, Poll.objects.get().times_reopened) == (None, 1)
    whole = Pages([page(a_shipment("2"))])
    read(shop, whole)
    assert whole.asked[0][0] < NOON - timedelta(days=20)
    assert Poll.objects.get().done_until is not None
