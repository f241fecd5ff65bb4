"""A shipment that Amazon made without stock (CREATED) waits for its goods before it becomes a sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loadbay.channels.models import MatrixLine
from loadbay.dispatch.models import FieldCall
from loadbay.inbox.models import Task
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import acting, covering, importing, letting_go, staging
from loadbay.orders.services.acting import Act
from loadbay.stock import services as stock
from tests.builders import NOON, ShipmentBuilder, Shop, a_shipment, tasks, unknown
from tests.services.goods import a_product, promised

LATER = NOON + timedelta(minutes=5)


def arrives(shop: Shop, *shipments: ShipmentBuilder) -> None:
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    shop.builds()


def created(number: str = "1", units: int = 3) -> ShipmentBuilder:
    return a_shipment(number).of(("RUG", units)).but(status="CREATED")


def stands(shipment_id: str = "SHP-1") -> tuple[str, str, bool]:
    row = Shipment.objects.get(shipment_id=shipment_id)
    return (row.building, row.implied_status, row.is_short)


WAITS = ("waiting", "Waiting", True)
BUILT = ("built", "In Progress", False)


def test_it_waits_without_a_sale_and_one_task_names_what_is_missing_and_how_much(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    assert stands() == WAITS
    assert (Sale.objects.count(), FieldCall.objects.count()) == (0, 0)
    task = Task.objects.get()
    assert (task.kind, task.matter, task.cause) == ("short_stock", "SHP-1", "stock")
    assert task.sentence == (
        "Shipment SHP-1 lacks 2 RUG. Amazon made it without stock, and the stock rooms do not hold "
        "everything it needs."
    )
    assert task.cure == (
        "Bring goods in, and it is built and confirmed by itself; or cancel it in Seller Central, and it "
        "closes here."
    )
    assert Shipment.objects.get().held_because.endswith("It lacks 2 RUG.")
    assert promised("RUG") == {"open": 3}  # what comes is kept for it


def test_the_task_offers_another_room(shop: Shop):
    a_product("RUG", on_hand=1)
    stock.add_room(code="LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=4)
    arrives(shop, created())
    assert Task.objects.get().cure.startswith("Transfer RUG from LOFT (4 free), or bring goods in, and it is")


def test_what_can_be_promised_in_full_is_built_and_confirmed_at_once(shop: Shop):
    a_product("RUG", on_hand=3)
    arrives(shop, created())
    assert (stands(), Shipment.objects.get().promise, tasks()) == (BUILT, "wanted", [])


def test_accepted_by_amazon_and_short_stays_a_held_sale(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created().but(status="ACCEPTED"))
    assert stands() == ("built", "In Progress", True)
    assert Sale.objects.count() == 1


def brought_in() -> None:
    stock.goods_in(sku="RUG", room="SHOP", units=2)


def transferred() -> None:
    stock.transfer(sku="RUG", source="LOFT", target="SHOP", units=2)


@pytest.mark.parametrize("comes", [brought_in, transferred])
def test_it_is_built_and_confirmed_by_itself_once_its_goods_come(shop: Shop, comes):
    a_product("RUG", on_hand=1)
    stock.add_room(code="LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=2)
    arrives(shop, created())
    assert covering.connections_short_of([Shipment.objects.get().lines.get().product_id]) == [shop.connection]
    comes()
    assert shop.covers() == 1
    assert (stands(), tasks(), promised("RUG")) == (BUILT, [], {"open": 3})
    assert (Sale.objects.count(), FieldCall.objects.count()) == (1, 1)
    assert Shipment.objects.get().promise == "wanted"
    assert (shop.covers(), Sale.objects.count()) == (0, 1)


def test_goods_that_another_shipment_lets_go_of_serve_it(shop: Shop):
    a_product("RUG", on_hand=3)
    arrives(shop, a_shipment("9").of(("RUG", 3)))
    arrives(shop, created())
    assert (stands("SHP-9"), stands()) == (BUILT, WAITS)
    arrives(shop, a_shipment("9").of(("RUG", 3)).cancelled(at=LATER))
    assert shop.covers() == 1
    assert stands() == BUILT


def test_too_little_leaves_it_waiting_and_the_task_says_what_is_missing_still(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert shop.covers() == 0
    assert stands() == WAITS
    assert "lacks 1 RUG." in Task.objects.get().sentence


def test_the_oldest_is_served_first_with_a_sale_or_without(shop: Shop):
    a_product("RUG")
    arrives(shop, created("1", 2), a_shipment("2").of(("RUG", 2)))
    stock.goods_in(sku="RUG", room="SHOP", units=2)
    assert shop.covers() == 1
    assert (stands("SHP-1"), stands("SHP-2")) == (BUILT, ("built", "In Progress", True))
    assert tasks() == [("short_stock", "SHP-2")]
    stock.goods_in(sku="RUG", room="SHOP", units=2)
    assert (shop.covers(), tasks(), promised("RUG")) == (1, [], {"open": 4})


def test_cancelled_while_it_waits_it_is_closed(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    arrives(shop, created().cancelled(at=LATER))
    assert (stands(), tasks(), promised("RUG")) == (("ignored", "Cancelled", False), [], {})
    brought_in()
    assert shop.covers() == 0
    shop.builds()
    assert Sale.objects.count() == 0


def test_accepted_while_it_waits_it_becomes_a_sale_that_is_held(shop: Shop):
    """Amazon found stock for it after all, or thinks so: from now on it is a promise that it counts on."""
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    arrives(shop, created().but(status="ACCEPTED", updated_at=LATER))
    assert stands() == ("built", "In Progress", True)
    assert (tasks(), promised("RUG")) == ([("short_stock", "SHP-1")], {"open": 3})
    assert Task.objects.get(closed_at=None).sentence.startswith(f"Sale {Sale.objects.get().number} lacks 2")


def test_accepted_while_it_waits_for_nothing_any_more_it_is_not_short(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    brought_in()
    arrives(shop, created().but(status="ACCEPTED", updated_at=LATER))
    assert (stands(), tasks()) == (BUILT, [])


def test_shipped_without_us_while_it_waits_it_keeps_no_goods(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    arrives(shop, created().but(status="SHIPPED", updated_at=LATER))
    assert (stands(), promised("RUG")) == (("waiting", "Error", False), {})
    assert tasks() == [("shipment_stopped", "SHP-1")]


def test_seen_again_and_built_again_while_short_it_waits_on_with_its_one_task(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    arrives(shop, created())
    importing.build_again(["SHP-1"])
    assert tasks() == []
    shop.builds()
    assert (stands(), tasks(), promised("RUG")) == (WAITS, [("short_stock", "SHP-1")], {"open": 3})


def test_imported_again_with_fewer_units_it_needs_no_more_than_those(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    assert staging.store_anew(shop.connection, created(units=1).seen)
    shop.builds()
    assert (stands(), promised("RUG")) == (BUILT, {"open": 1})


def test_ignored_by_a_person_it_lets_its_goods_and_its_task_go(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    acting.act_on(Act.IGNORE, [Shipment.objects.get().pk], reason="sold in the shop")
    assert (stands(), tasks(), promised("RUG")) == (("ignored", "Ignored", False), [], {})


def test_a_matrix_that_ignores_it_lets_its_goods_go(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    MatrixLine.objects.filter(channel_status="CREATED", order_status="No Order", balanced=True).update(
        implied_status="Ignored"
    )
    importing.build_again([])
    shop.builds()
    assert (stands(), promised("RUG")) == (("ignored", "Ignored", False), {})


def test_unknown_goods_come_before_missing_ones(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, a_shipment("1").of(("RUG", 3), ("NEW", 1)).but(status="CREATED"))
    assert tasks() == [unknown(shop, "NEW")]
    a_product("NEW", on_hand=1)
    shop.builds()
    assert (stands(), tasks()) == (WAITS, [("short_stock", "SHP-1")])


def test_one_that_somebody_holds_is_not_built_before_it_is_let_go(shop: Shop):
    a_product("RUG", on_hand=1)
    arrives(shop, created())
    letting_go.stop([Shipment.objects.get().pk], because="Waiting")
    brought_in()
    assert shop.covers() == 1
    assert stands() == ("waiting", "Ready", False)
    letting_go.let_go(["SHP-1"])
    shop.builds()
    assert (stands(), tasks(), promised("RUG")) == (BUILT, [], {"open": 3})


def test_what_was_over_before_the_channel_began_is_ignored_by_that_rule_and_no_line(shop: Shop):
    old = NOON - timedelta(days=30)
    gone = [replace(a_shipment(str(n), at=old).seen, status="SHIPPED") for n in range(2)]
    staging.stage_page(shop.connection, ShipmentPage(tuple(gone), (), None))
    shop.builds()
    rows = Shipment.objects.values_list("building", "implied_status", "ignored_because")
    assert set(rows) == {("ignored", "Ignored", "Over before the order start date.")}
    refused = acting.act_on(Act.UNIGNORE, list(Shipment.objects.values_list("pk", flat=True)))
    assert refused.done == 0
