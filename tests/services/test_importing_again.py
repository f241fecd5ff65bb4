"""What was set aside or waits comes in once its cause is mended: by a person's try, or by the next poll."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.models import ChannelRoom, MatrixLine
from loadbay.core.errors import NotFound, Rejected, Retryable, Trouble
from loadbay.core.ids import LocationId, ShipmentId
from loadbay.orders import queries, readers
from loadbay.orders.models import BuyerDetails, Sale, Shipment, ShipmentLine, SpoiledEntry
from loadbay.orders.ports import SeenShipment, ShipmentPage, Spoiled
from loadbay.orders.services import building, buyers, importing, staging
from loadbay.orders.services.importing import ImportedAgain, NothingToBuild, NothingToImport
from tests.builders import Shop, a_shipment, tasks, unknown
from tests.services.goods import HERE, a_product

RAW = b'{"id": "SHP-9", "shipToAddress": {"name": "Mary Miller"}, "status": "ACCEPTED"}'


@dataclass
class Source:
    """Amazon, asked for one shipment; `reads` is what today's program makes of what was received before."""

    now: SeenShipment | Trouble
    reads: SeenShipment | None = None

    def shipment(self, shipment_id: ShipmentId) -> SeenShipment:
        self.asked = shipment_id
        if isinstance(self.now, Trouble):
            raise self.now
        return self.now

    def reread(self, raw: bytes) -> SeenShipment | Spoiled:
        return self.reads or Spoiled("SHP-9", "its total is no number", raw)


def set_aside(shop: Shop, identity: str = "SHP-9") -> None:
    spoiled = Spoiled(identity, "its total is no number", RAW)
    staging.stage_page(shop.connection, ShipmentPage((), (spoiled,), None))


def tried(source: Source, identity: str = "SHP-9") -> ImportedAgain:
    (item,) = importing.to_import(identity)
    return readers.import_again(item, source=source)  # type: ignore[arg-type]


def aside() -> list[tuple[str, str]]:
    return [(row.identity, row.reason) for row in queries.set_aside()]


def test_what_amazon_shows_now_comes_in_and_its_task_closes(shop: Shop):
    a_product("RUG", on_hand=5)
    set_aside(shop)
    assert tried(Source(a_shipment("9").seen)).is_in
    building.build_staged(shop.connection)
    assert Sale.objects.get().shipment.shipment_id == "SHP-9"
    assert (aside(), tasks()) == ([], [])


def test_an_entry_without_a_readable_name_is_read_anew_and_asked_for_by_its_own(shop: Shop):
    set_aside(shop, identity="")
    ((name, _),) = aside()
    seen = a_shipment("9").seen
    source = Source(seen, reads=seen)
    assert tried(source, name).identity == "SHP-9"
    assert source.asked == "SHP-9"
    assert (aside(), tasks()) == ([], [])


def test_amazon_is_not_asked_for_what_has_no_name(shop: Shop):
    set_aside(shop, identity="")
    ((name, _),) = aside()
    answer = tried(Source(Rejected("must not be asked")), name)
    assert (answer.is_in, len(aside())) == (False, 1)


def test_while_amazon_is_away_what_was_received_before_comes_in(shop: Shop):
    set_aside(shop)
    assert tried(Source(Retryable("down"), reads=a_shipment("9").seen)).is_in
    assert (Shipment.objects.get().shipment_id, aside()) == ("SHP-9", [])


def test_what_still_cannot_be_read_stays_with_the_reason_of_today(shop: Shop):
    set_aside(shop)
    SpoiledEntry.objects.update(reason="an older reason")
    with pytest.raises(Retryable):
        tried(Source(Retryable("its answer is not the documented one")))
    assert aside() == [("SHP-9", "its total is no number")]
    assert [kind for kind, _ in tasks()] == ["shipment_set_aside"]


def test_what_amazon_knows_no_more_is_never_built_from_an_old_answer(shop: Shop):
    set_aside(shop)
    with pytest.raises(Rejected):
        tried(Source(Rejected("There is none.", reason="404"), reads=a_shipment("9").seen))
    assert (Shipment.objects.count(), len(aside())) == (0, 1)


def test_a_location_that_still_belongs_to_nobody_keeps_it_aside(shop: Shop):
    set_aside(shop)
    lost = replace(a_shipment("9").seen, location_id=LocationId("XYZ1"))
    answer = tried(Source(lost))
    assert answer.sentence == (
        "SHP-9 stays set aside: location XYZ1 belongs to no stock room of a sales channel."
    )
    assert not answer.is_in


def test_it_settles_by_itself_with_a_poll_that_brings_it_readable(shop: Shop):
    set_aside(shop)
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("9").seen,), (), None))
    assert (aside(), tasks()) == ([], [])


def test_a_known_shipment_whose_change_could_not_be_read_settles_with_the_next_one(shop: Shop):
    """Only new shipments settled their entry."""
    seen = a_shipment("9").seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    set_aside(shop)
    later = replace(seen, status="CONFIRMED", updated_at=seen.updated_at + timedelta(minutes=1))
    staging.stage_page(shop.connection, ShipmentPage((later,), (), None))
    assert (aside(), tasks()) == ([], [])


def test_what_is_spoiled_once_more_is_seen_again_with_its_new_reason(shop: Shop):
    """An entry that had been settled stayed settled, and nobody saw the new one."""
    set_aside(shop)
    tried(Source(a_shipment("9").seen))
    worse = Spoiled("SHP-9", "two lines with one id", b'{"id": "SHP-9"}')
    staging.stage_page(shop.connection, ShipmentPage((), (worse,), None))
    assert aside() == [("SHP-9", "two lines with one id")]
    assert bytes(SpoiledEntry.objects.get().raw) == worse.raw


def test_the_list_shows_what_amazon_sent_without_the_buyer(shop: Shop):
    set_aside(shop)
    (row,) = queries.set_aside()
    assert row.body == '{"id":"SHP-9","shipToAddress":"•••","status":"ACCEPTED"}'
    assert queries.count_set_aside() == 1


def test_an_unbalanced_shipment_comes_in_whole_when_amazon_shows_it_mended(shop: Shop):
    """Its lines are taken anew; its task closes with its sale."""
    a_product("RUG", on_hand=5)
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("9").unbalanced().seen,), (), None))
    building.build_staged(shop.connection)
    assert tasks() == [("shipment_stopped", "SHP-9")]
    assert tried(Source(a_shipment("9").of(("RUG", 2)).seen)).is_in
    assert (ShipmentLine.objects.get().units, Shipment.objects.get().is_balanced) == (2, True)
    building.build_staged(shop.connection)
    assert Sale.objects.get().shipment.shipment_id == "SHP-9"
    assert tasks() == []


def test_what_has_its_sale_is_not_imported_again(shop: Shop):
    a_product("RUG", on_hand=5)
    shop.buys()
    shop.imports()
    sale = Sale.objects.select_related("shipment").get()
    with pytest.raises(NothingToImport, match=sale.number):
        importing.to_import(sale.shipment.shipment_id)
    with pytest.raises(NotFound):
        importing.to_import("SHP-nobody")


def still_waiting(shop: Shop) -> SeenShipment:
    """An unbalanced shipment without a sale, as Amazon shows it."""
    seen = a_shipment("9").unbalanced().seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    building.build_staged(shop.connection)
    return seen


def purged_after(day: datetime) -> tuple[str, bytes]:
    """What is left of the only buyer thirty days after that day: postal code and what was received."""
    buyers.purge_buyers(today=(day + timedelta(days=30)).date())
    return BuyerDetails.objects.get().postal_code or "", bytes(Shipment.objects.get().raw)


@pytest.mark.parametrize(("status", "state"), [("SHIPPED", "awaited"), ("CANCELLED", "hidden")])
def test_a_buyer_whose_shipment_ended_before_it_was_imported_again_is_erased(
    shop: Shop, status: str, state: str
):
    """A status learned that way had no consequences: nothing dated the buyer's purge, ever."""
    seen = still_waiting(shop)
    ended = replace(seen, status=status, updated_at=seen.updated_at + timedelta(minutes=1))
    assert tried(Source(ended)).is_in
    assert (Shipment.objects.get().status, BuyerDetails.objects.get().state) == (status, state)
    assert purged_after(max(ended.updated_at, datetime.now(UTC))) == ("", b"")


def test_what_was_cancelled_meanwhile_is_nobodys_task_after_importing_again(shop: Shop):
    seen = still_waiting(shop)
    tried(Source(replace(seen, status="CANCELLED", updated_at=seen.updated_at + timedelta(minutes=1))))
    building.build_staged(shop.connection)
    row = Shipment.objects.get()
    assert (row.building, row.implied_status, tasks()) == ("ignored", "Cancelled", [])


def test_an_older_answer_takes_no_status_back(shop: Shop):
    seen = still_waiting(shop)
    newer = replace(seen, status="CONFIRMED", updated_at=seen.updated_at + timedelta(minutes=1))
    staging.stage_page(shop.connection, ShipmentPage((newer,), (), None))
    assert tried(Source(seen)).is_in
    assert Shipment.objects.get().status == "CONFIRMED"


@pytest.mark.parametrize("status", ["SHIPPED", "DELIVERED", "CANCELLED"])
def test_the_buyer_of_what_was_over_when_it_was_seen_first_is_erased(shop: Shop, status: str):
    """No later change dated the purge, so postal code and shipment stayed for ever."""
    seen = a_shipment("9").but(status=status).seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    assert BuyerDetails.objects.get().purge_on == (seen.updated_at + timedelta(days=30)).date()
    assert purged_after(seen.updated_at) == ("", b"")


def test_the_buyer_of_a_sale_built_of_what_had_left_is_awaited(shop: Shop):
    a_product("RUG", on_hand=5)
    line = MatrixLine.objects.filter(channel=shop.channel, channel_status="SHIPPED", order_status="No Order")
    line.update(implied_status="Ready")
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("9").but(status="SHIPPED").seen,), (), None))
    assert BuyerDetails.objects.get().state == "hidden"
    building.build_staged(shop.connection)
    assert (Sale.objects.count(), BuyerDetails.objects.get().state) == (1, "awaited")


def test_one_shipment_is_built_out_of_its_turn_and_nothing_else_with_it(shop: Shop):
    """Import again of one shipment built everything that was staged, while a person waited."""
    a_product("RUG", on_hand=5)
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("7").seen, a_shipment("9").seen), (), None))
    building.build_one(shop.connection, "SHP-9")
    building.build_one(shop.connection, "SHP-9")
    states = Shipment.objects.order_by("shipment_id").values_list("shipment_id", "building")
    assert list(states) == [("SHP-7", "staged"), ("SHP-9", "built")]
    assert ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.build_sales").exists()


# --- build again ---


def waiting(shop: Shop, number: str = "9") -> None:
    staging.stage_page(shop.connection, ShipmentPage((a_shipment(number).unbalanced().seen,), (), None))
    building.build_staged(shop.connection)


def test_waiting_shipments_are_built_again_and_their_tasks_come_back_while_the_cause_stands(shop: Shop):
    waiting(shop)
    waiting(shop, "8")
    assert importing.build_again(["SHP-9"]) == 1
    assert tasks() == [("shipment_stopped", "SHP-8")]
    building.build_staged(shop.connection)
    assert tasks() == [("shipment_stopped", "SHP-8"), ("shipment_stopped", "SHP-9")]
    assert importing.build_again([]) == 2


def test_what_does_not_wait_is_not_built_again(shop: Shop):
    with pytest.raises(NothingToBuild):
        importing.build_again(["SHP-9"])
    assert importing.build_again([]) == 0


def test_a_matrix_gap_stays_a_task_while_other_shipments_wait_for_the_line(shop: Shop):
    """Building one of them again closed the task of all."""
    MatrixLine.objects.filter(channel=shop.channel, channel_status="ACCEPTED").delete()
    for number in ("7", "8"):
        staging.stage_page(shop.connection, ShipmentPage((a_shipment(number).seen,), (), None))
    building.build_staged(shop.connection)
    gap = ("matrix_gap", f"{shop.channel.pk}:ACCEPTED:No Order:balanced")
    importing.build_again(["SHP-7"])
    assert tasks() == [gap]
    importing.build_again(["SHP-8"])
    assert tasks() == []


def test_a_location_without_room_stays_a_task_while_other_shipments_wait_for_it(shop: Shop):
    """One that waited there for something else closed it as well."""
    a_product("RUG", on_hand=5)
    shipments = (a_shipment("7"), a_shipment("8"), a_shipment("9").unbalanced())
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    ChannelRoom.objects.filter(channel=shop.channel).update(location="XYZ1")
    building.build_staged(shop.connection)
    room = ("location_without_room", f"{shop.channel.pk}:{HERE}")
    assert tasks() == [room, ("shipment_stopped", "SHP-9")]
    importing.build_again(["SHP-9"])
    importing.build_again(["SHP-7"])
    assert tasks() == [room]
    importing.build_again(["SHP-8"])
    assert tasks() == []


def test_a_sale_whose_product_code_was_missing_goes_on_by_itself(shop: Shop):
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("9").seen,), (), None))
    building.build_staged(shop.connection)
    assert tasks() == [unknown(shop, "RUG")]
    a_product("RUG", on_hand=5)
    assert tasks() == []
    building.build_staged(shop.connection)
    assert Sale.objects.get().shipment.shipment_id == "SHP-9"


def test_nobody_is_asked_any_more_about_a_shipment_that_amazon_cancelled(shop: Shop):
    waiting(shop)
    gone = a_shipment("9").cancelled(at=shop.clock.now() + timedelta(days=1)).seen
    staging.stage_page(shop.connection, ShipmentPage((gone,), (), None))
    assert tasks() == []
