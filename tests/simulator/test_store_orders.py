"""Orders, sellers and FBA goods through a kill: repeated from the journal they are the same as before."""

from pathlib import Path
from typing import Any

import msgspec

from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import State
from tests.simulator.orders import V0, buy, confirm, items, listed
from tests.simulator.sellers import SECOND, sellers
from tests.simulator.shop import GB, Shop

KINDS = ("orders", "fba", "sellers", "applications", "listings", "switches")


def everything(shop: Shop) -> dict[str, Any]:
    shown = {kind: shop.inspect(kind) for kind in KINDS}
    shown["each"] = [shop.inspect(f"orders/{row['id']}") for row in shown["orders"]]
    shown["told"] = [shop.order(row["id"]) for row in shown["orders"] if row["marketplace"] == GB]
    return shown


def live(shop: Shop) -> None:
    """Every kind of order and every command about them, once."""
    sellers(shop)
    listed(shop, "MUG", "CUP", quantity=50)
    listed(shop, "BOX", fba=True)
    first = buy(shop, lines=[{"sku": "MUG", "quantity": 2, "shipping": "3.99"}], company="Weir Street")
    item = items(shop, first)[0]
    confirm(shop, first, orderItems=[{"orderItemId": item, "quantity": 1}])
    confirm(shop, first, orderItems=[{"orderItemId": item, "quantity": 1}], trackingNumber="NEW")
    shop.control("POST", f"orders/{buy(shop, 'CUP')}/ask-to-cancel", {})
    shop.control("POST", f"orders/{buy(shop, 'CUP')}/cancel", {"by": "MERCHANT"})
    shop.control("POST", f"orders/{buy(shop, 'BOX', by='amazon')}/hurry")
    shop.control("POST", "fba", {"goods": [{"sku": "BOX", "quantity": 3}]})
    waiting = buy(shop, "MUG", invoice=True)
    confirm(shop, waiting)
    shop.control("POST", f"orders/{waiting}/invoice")
    regulated = buy(shop, "MUG", regulated=True)
    verdict = {"regulatedOrderVerificationStatus": {"status": "Approved", "externalReviewerId": "vet"}}
    shop.call("PATCH", f"{V0}/{regulated}/regulatedInfo", json=verdict)
    pickup = buy(shop, "MUG", programmes=["IN_STORE_PICK_UP"])
    body = {"marketplaceId": GB, "shipmentStatus": "ReadyForPickup"}
    shop.call("POST", f"{V0}/{pickup}/shipment", json=body)
    nail = {"sellerSku": "NAIL", "marketplaceId": GB}
    shop.call("POST", "/fba/inventory/v1/items", json={**nail, "productName": "Nails"})
    buy(shop, "MUG", pending_seconds=1800, replaces=first, kind="REPLACEMENT")
    listed(shop, "MUG", seller=SECOND, marketplace="DE")
    buy(shop, "MUG", seller=SECOND, marketplace="DE", pending_seconds=1800)
    shop.control("POST", "clock", {"advance_seconds": 1800})


def test_a_killed_simulator_repeats_its_orders_from_the_journal(tmp_path: Path) -> None:
    shop = Shop(state=tmp_path / "world").signed_in()
    live(shop)
    before = everything(shop)
    assert len(before["orders"]) == 9
    shop.store._lock.close()  # as a kill does: nothing is written, only the lock ends with the process
    again = Shop(state=tmp_path / "world").signed_in()
    assert everything(again) == before
    again.store.close()
    once_more = Shop(state=tmp_path / "world").signed_in()
    assert everything(once_more) == before
    once_more.store.close()


def test_a_state_of_before_two_sellers_could_share_a_sku_opens() -> None:
    shop = Shop().signed_in()
    listed(shop, "MUG")
    kept = msgspec.to_builtins(shop.app.desk.world.state)
    kept["listings"] = {row["sku"]: row for row in kept["listings"].values()}
    for name in ("fba_stock", "fba_tokens"):
        del kept[name]
    state = msgspec.convert(kept, type=State, strict=False)
    Memory(state)
    assert list(state.listings) == ["A2DEMOSELLER/MUG"]
