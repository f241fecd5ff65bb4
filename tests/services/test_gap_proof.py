"""The gap proof asks Amazon again, finds what is gone here, and never claims more than it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.models import Connection
from loadbay.channels.queries import order_programmes
from loadbay.core.errors import Misconfigured, NotFound, Rejected, Retryable
from loadbay.core.ids import AmazonOrderId, ShipmentId, Sku
from loadbay.dispatch.models import FieldCall, FieldCallLine
from loadbay.jobs import schedule, tasks, works
from loadbay.jobs.deferring import later
from loadbay.orders import order_readers, proof_lists, readers, work_queries
from loadbay.orders.models import ChannelOrder, GapNumber, Sale, Shipment, Work
from loadbay.orders.ports import ShipmentPage, Spoiled, WholeOrder
from loadbay.orders.services import importing, proofs, staging, working
from loadbay.orders.services.importing import ImportedAgain, ToImport
from loadbay.orders.services.proofs import NothingMissing
from loadbay.orders.services.working import WorkEnded
from tests.builders import Shop
from tests.services.goods import a_product, an_order_channel


@pytest.fixture
def proving_shop(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop, whose gap proofs read its own pretend Amazon, two shipments a page."""
    a_product("RUG", on_hand=50)
    shop.source.page_size = 2

    def import_one(number: str) -> ImportedAgain:
        item = ToImport(shop.connection, ShipmentId(number), b"")
        readers.import_again(item, source=shop.source)
        shop.builds()
        return importing.outcome(item, name=number)

    lists = (proof_lists.shipment_numbers(shop.source, import_one=import_one),)
    monkeypatch.setattr(works, "lists_of", lambda connection_id: lists)
    return shop


def begun(shop: Shop, *, import_missing: bool = False) -> int:
    shop.clock.advance(300)
    today = shop.clock.now().date()
    return proofs.start_proof(today, today, import_missing=import_missing, now=shop.clock.now())


def made(shop: Shop, proof_id: int) -> work_queries.ProofCard:
    """Until it is over, waiting as a terminal does."""
    work_id = work_queries.proof(proof_id).work.id
    works.do_here(work_id, clock=shop.clock, told=lambda card: None)
    return work_queries.proof(proof_id)


def five_sales(shop: Shop) -> list[ShipmentId]:
    numbers = [shop.buys("RUG") for _ in range(5)]
    shop.imports()
    return numbers


def forget(shipment_id: str) -> None:
    """What nobody may do: the rows of a shipment vanish behind Loadbay's back, its sale's too."""
    sales = Sale.objects.filter(shipment__shipment_id=shipment_id)
    FieldCallLine.objects.filter(field_call__sale__in=sales).delete()
    FieldCall.objects.filter(sale__in=sales).delete()
    sales.delete()
    Shipment.objects.get(shipment_id=shipment_id).delete()


def test_what_amazon_has_is_here_and_nothing_is_missing(proving_shop):
    five_sales(proving_shop)
    card = made(proving_shop, begun(proving_shop))
    assert card.counts == {"imported": 5}
    assert card.is_complete
    assert card.claim == "Complete. Amazon named 5 numbers: 5 imported. No gaps."
    assert (card.work.state, card.work.total, card.work.done) == ("done", 10, 10)


def test_a_staged_row_deleted_behind_loadbays_back_is_found(proving_shop):
    lost = five_sales(proving_shop)[2]
    forget(lost)
    card = made(proving_shop, begun(proving_shop))
    assert card.counts == {"imported": 4, "missing": 1}
    assert card.claim.endswith("4 imported, 1 missing. 1 to import.")
    (row,) = work_queries.proof_numbers(card.id, standing="missing")
    assert (row.number, row.channel, row.sale) == (lost, proving_shop.channel.code, "")
    assert not Shipment.objects.filter(shipment_id=lost).exists()


def test_what_is_missing_is_imported_at_once_where_that_was_wanted(proving_shop):
    lost = five_sales(proving_shop)[2]
    forget(lost)
    card = made(proving_shop, begun(proving_shop, import_missing=True))
    assert (card.counts, card.missing, card.imported) == ({"imported": 5}, 0, 1)
    (row,) = [row for row in work_queries.proof_numbers(card.id) if row.was_missing]
    assert (row.number, row.sale) == (lost, Sale.objects.get(shipment__shipment_id=lost).number)


def test_or_with_the_button_afterwards_once(proving_shop):
    forget(five_sales(proving_shop)[0])
    card = made(proving_shop, begun(proving_shop))
    work_id = proofs.start_import(card.id)
    works.do_here(work_id, clock=proving_shop.clock, told=lambda card: None)
    assert work_queries.proof(card.id).claim.endswith("5 imported. No gaps.")
    with pytest.raises(NothingMissing):
        proofs.start_import(card.id)


def test_each_number_says_where_it_is(proving_shop):
    waits = proving_shop.buys("LAMP")
    aside, unread = proving_shop.buys("RUG"), Spoiled("SHP-X", "its total is no number", b"{}")
    proving_shop.imports()
    spoil(proving_shop, aside)
    staging.stage_page(proving_shop.connection, ShipmentPage((), (unread,), None))
    card = made(proving_shop, begun(proving_shop))
    told = {row.number: (row.standing, row.detail) for row in work_queries.proof_numbers(card.id)}
    assert told == {waits: ("waiting", "Unknown SKU LAMP."), aside: ("set_aside", "no id")}


def spoil(shop: Shop, shipment_id: str) -> None:
    forget(shipment_id)
    staging.stage_page(shop.connection, ShipmentPage((), (Spoiled(shipment_id, "no id", b"{}"),), None))


def test_an_entry_that_cannot_be_read_is_a_number_too(proving_shop, monkeypatch):
    spoiled = Spoiled("SHP-77", "no total", b"{}")
    source = proving_shop.source
    real = source.shipments
    monkeypatch.setattr(
        source,
        "shipments",
        lambda **asked: (
            ShipmentPage((), (spoiled,), None) if asked["status"] == "ACCEPTED" else real(**asked)
        ),
    )
    card = made(proving_shop, begun(proving_shop))
    (row,) = work_queries.proof_numbers(card.id)
    assert (row.number, row.status, row.standing) == ("SHP-77", "cannot be read", "missing")


def test_a_page_that_fails_for_good_is_named_and_no_gaps_is_never_said(proving_shop):
    five_sales(proving_shop)
    proof_id = begun(proving_shop)
    proving_shop.fails("shipments", Rejected("Amazon declined it.", reason="400"))
    card = made(proving_shop, proof_id)
    assert not card.is_complete
    assert card.unanswered == ("CREATED shipments of UK-seller (Amazon declined it.)",)
    assert card.claim.startswith(
        "Not complete: Amazon did not answer for CREATED shipments of UK-seller (Amazon declined it.)."
    )
    assert "No gaps" not in card.claim


def test_a_page_that_fails_in_passing_is_asked_for_again(proving_shop):
    five_sales(proving_shop)
    proof_id = begun(proving_shop)
    for _ in range(3):
        proving_shop.fails("shipments", Retryable("busy", after=timedelta(seconds=30)))
    before = proving_shop.clock.now()
    card = made(proving_shop, proof_id)
    assert card.claim.endswith("No gaps.")
    assert proving_shop.clock.now() - before >= timedelta(seconds=90)


def test_while_amazon_is_down_it_ends_soon_and_names_everything(proving_shop):
    five_sales(proving_shop)
    proof_id = begun(proving_shop)
    for _ in range(50):
        proving_shop.fails("shipments", Retryable("503"))
    before = proving_shop.clock.now()
    card = made(proving_shop, proof_id)
    assert (len(card.unanswered), card.counts, card.work.state) == (10, {}, "done")
    assert proving_shop.clock.now() - before < timedelta(minutes=2)


def test_a_wrong_key_is_named_and_a_stopped_connection_is_not_asked(proving_shop):
    proof_id = begun(proving_shop)
    proving_shop.fails("shipments", Misconfigured("The secret is wrong."))
    card = made(proving_shop, proof_id)
    assert card.unanswered == ("CREATED shipments of UK-seller (The secret is wrong.)",)
    Connection.objects.filter(pk=proving_shop.connection).update(state="stopped", stopped_because="no key")
    asked = proving_shop.asked("shipments")
    card = made(proving_shop, begun(proving_shop))
    assert (len(card.unanswered), proving_shop.asked("shipments")) == (10, asked)
    assert card.unanswered[0].endswith("(The connection is stopped: no key)")


def test_nothing_is_imported_from_a_stopped_connection(proving_shop):
    forget(five_sales(proving_shop)[0])
    card = made(proving_shop, begun(proving_shop))
    Connection.objects.filter(pk=proving_shop.connection).update(state="stopped", stopped_because="no key")
    work_id = proofs.start_import(card.id)
    told = works.do_here(work_id, clock=proving_shop.clock, told=lambda card: None).told
    assert [words.partition(": ")[2] for words in told] == ["The connection is stopped: no key"]
    assert work_queries.proof(card.id).missing == 1


def test_work_that_a_closed_terminal_leaves_is_carried_on(proving_shop):
    five_sales(proving_shop)
    begun(proving_shop)
    work_id = Work.objects.get().pk
    jobs = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.do_work")
    schedule.carry_on_works(0)
    assert jobs.count() == 1  # its own waits still
    delete_jobs(jobs)  # it met the terminal at work and was over
    schedule.carry_on_works(0)
    schedule.carry_on_works(0)
    assert [job.args for job in jobs.all()] == [{"work_id": work_id}]
    works.do_here(work_id, clock=proving_shop.clock, told=lambda card: None)
    delete_jobs(jobs)
    schedule.carry_on_works(0)
    assert jobs.count() == 0


def test_work_that_is_put_off_is_not_hurried(proving_shop):
    begun(proving_shop)
    work_id = Work.objects.get().pk
    jobs = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.do_work")
    delete_jobs(jobs)
    later(tasks.do_work, at=proving_shop.clock.now() + timedelta(minutes=5), work_id=work_id)
    schedule.carry_on_works(0)
    assert jobs.count() == 1


def delete_jobs(jobs: QuerySet[ProcrastinateJob]) -> None:
    numbers = list(jobs.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = ANY(%s)", [numbers])
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [numbers])


def test_a_wrong_key_stops_the_connection_with_its_alert(proving_shop):
    page = works.guarded(proving_shop.connection, proving_shop.source.shipments)
    proving_shop.fails("shipments", Misconfigured("The secret is wrong."))
    with pytest.raises(Misconfigured):
        page(
            status="CREATED",
            updated_after=proving_shop.clock.now(),
            updated_before=None,
            location_id=None,
            token=None,
        )
    assert Connection.objects.get(pk=proving_shop.connection).state == "stopped"


def test_a_cancelled_one_stops_before_its_next_page_and_claims_nothing(proving_shop):
    five_sales(proving_shop)
    proof_id = begun(proving_shop)
    work_id, asked = work_queries.proof(proof_id).work.id, proving_shop.asked("shipments")
    working.take_up(work_id)
    working.cancel_work(work_id)
    card = made(proving_shop, proof_id)
    assert (card.work.state, card.counts) == ("cancelled", {})
    assert card.claim.startswith("Not complete: it was stopped")
    assert proving_shop.asked("shipments") == asked
    with pytest.raises(WorkEnded):
        working.cancel_work(work_id)


def test_it_is_a_job_and_goes_on_where_a_killed_worker_left_it(proving_shop):
    five_sales(proving_shop)
    proof_id = begun(proving_shop)
    work = Work.objects.get()
    (job,) = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.do_work")
    assert job.args == {"work_id": work.pk}
    for _ in range(4):  # the worker dies after four pages
        taken = working.take_up(work.pk)
        assert taken is not None
        works.STEPS[taken.kind](taken)
    asked = proving_shop.asked("shipments")
    card = made(proving_shop, proof_id)
    assert card.counts == {"imported": 5}
    assert proving_shop.asked("shipments") - asked == 12 - 3  # pages; the first step lists the questions


def test_only_the_period_counts(proving_shop):
    five_sales(proving_shop)
    proving_shop.clock.advance(2 * 86_400)
    later = proving_shop.buys("RUG")
    card = made(proving_shop, begun(proving_shop))
    assert [row.number for row in work_queries.proof_numbers(card.id)] == [later]


def test_no_buyer_data_is_kept_with_it(proving_shop):
    five_sales(proving_shop)
    made(proving_shop, begun(proving_shop))
    assert {field.name for field in GapNumber._meta.get_fields()} == {
        *("id", "proof", "connection", "source", "number", "order_id", "status", "created_at"),
        *("channel", "standing", "detail", "sale", "was_missing"),
    }


def test_without_a_sales_channel_there_is_nothing_to_ask(db, clock):
    with pytest.raises(NotFound):
        proofs.start_proof(clock.now().date(), clock.now().date(), now=clock.now())


def test_orders_of_every_kind_are_asked_for_and_one_order_is_one_order(proving_shop, monkeypatch):
    """An MFN order that vanished is found; the number of an On Site FBA order says it is its shipment."""
    shop = proving_shop
    an_order_channel("mfn", beside=shop.channel)
    an_order_channel("fba", beside=shop.channel)
    shipment = shop.buys("RUG")
    mfn, lost = (shop.ordinary.place({Sku("RUG"): 1}) for _ in range(2))
    shop.imports()
    onsite = ChannelOrder.objects.get(shipments__shipment_id=shipment).order_id
    both = shop.ordinary.place({Sku("RUG"): 1}, by="AMAZON", status="SHIPPED")
    shop.ordinary.marketplace.ordinary[onsite] = renamed(shop.ordinary.marketplace.ordinary.pop(both), onsite)
    shop.imports_orders()
    forget(lost)

    def import_one(number: str) -> ImportedAgain:
        item = ToImport(shop.connection, number, b"")
        order_readers.import_again(item, source=shop.orders, now=shop.clock.now())
        shop.builds()
        return importing.outcome(item, name=number)

    lists = (
        proof_lists.shipment_numbers(shop.source, import_one=import_one),
        proof_lists.order_numbers(
            shop.connection,
            shop.orders,
            programmes=order_programmes(shop.connection),
            import_one=import_one,
        ),
    )
    monkeypatch.setattr(works, "lists_of", lambda connection_id: lists)
    card = made(shop, begun(shop))
    told = {row.number: (row.standing, row.detail) for row in work_queries.proof_numbers(card.id)}
    assert told == {
        shipment: ("imported", ""),
        mfn: ("imported", ""),
        lost: ("missing", ""),
        onsite: ("ignored", "On Site FBA: its shipment is the sale."),
    }
    card = made(shop, begun(shop, import_missing=True))
    assert (card.missing, card.imported) == (0, 1)
    assert Sale.objects.filter(shipment__shipment_id=lost).count() == 1


def renamed(order: WholeOrder, number: str) -> WholeOrder:
    shipment = replace(order.shipment, shipment_id=ShipmentId(number), order_id=AmazonOrderId(number))
    return replace(order, shipment=shipment, buyer=replace(order.buyer, order_id=AmazonOrderId(number)))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_however_the_pages_are_cut_the_numbers_are_the_same(proving_shop, size):
    numbers = five_sales(proving_shop)
    proving_shop.source.page_size = size
    card = made(proving_shop, begun(proving_shop))
    assert sorted(row.number for row in work_queries.proof_numbers(card.id)) == sorted(numbers)
