"""Stock as Amazon keeps it: told, held back, sellable; each entry of a batch is judged by itself."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.simulator.shop import GB, INVENTORY, SELLER, Shop, package


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.linked("MUG", "CUP", quantity=0)
    return shop


def test_sellable_is_what_was_told_less_what_is_reserved(stocked: Shop) -> None:
    assert stocked.tell_stock("MUG", 5, 1)["body"]["sellableQuantity"] == 5
    stocked.sold("MUG", 3)
    told = stocked.tell_stock("MUG", 2, 2)["body"]
    assert (told["reservedQuantity"], told["sellableQuantity"]) == (3, 0)
    told = stocked.tell_stock("MUG", 10, 3)["body"]
    assert (told["reservedQuantity"], told["sellableQuantity"]) == (3, 7)


def test_a_stale_sequence_number_is_refused_and_changes_nothing(stocked: Shop) -> None:
    stocked.tell_stock("MUG", 5, 1_700_000_000_000)
    for sequence in (1_700_000_000_000, 3):
        answer = stocked.tell_stock("MUG", 9, sequence)
        assert answer["status"]["statusCode"] == 409
        assert answer["body"]["clientSequenceNumber"] == 1_700_000_000_000
        assert answer["body"]["sellableQuantity"] == 5
    row = stocked.stock("MUG")
    assert (row["quantity"], row["accepted_updates"], row["stale_refusals"]) == (5, 1, 2)


def test_sequence_numbers_are_counted_per_sku(stocked: Shop) -> None:
    assert stocked.tell_stock("MUG", 5, 100)["status"]["statusCode"] == 200
    assert stocked.tell_stock("CUP", 5, 1)["status"]["statusCode"] == 200


def test_a_batch_has_good_and_bad_entries_side_by_side_in_their_order(stocked: Shop) -> None:
    answers = stocked.batch(
        [
            ("update", "MUG", {"quantity": 4, "clientSequenceNumber": 1}),
            ("update", "NOPE", {"quantity": 4, "clientSequenceNumber": 1}),
            ("update", "MUG", {"quantity": 6, "clientSequenceNumber": 1}),
            ("update", "CUP", {"quantity": -1, "clientSequenceNumber": 1}),
            ("update", "CUP", {"quantity": 1}),
            ("fetch", "MUG", {}),
            ("fetch", "CUP", {"marketplaceAttributes": {"marketplaceId": "ATVPDKIKX0DER"}}),
            ("fetch", "CUP", {"marketplaceAttributes": {"channelName": "MFN"}}),
        ]
    )
    assert [each["status"]["statusCode"] for each in answers] == [200, 400, 409, 400, 400, 200, 400, 400]
    kinds = [[error["errorType"] for error in each["body"]["actionableErrors"]] for each in answers]
    assert kinds == [
        [],
        ["INVALID_SKU"],
        ["STALE_SEQUENCE_NUMBER"],
        ["INVALID_INPUT"],
        ["INVALID_INPUT"],
        [],
        ["INVALID_MARKETPLACE"],
        ["INVALID_CHANNEL"],
    ]
    assert answers[5]["body"]["sellableQuantity"] == 4


def test_asking_for_stock_that_was_never_told_opens_no_line(shop: Shop) -> None:
    asin = shop.product()["asin"]
    yard = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Yard", "channels": ["MFN"]}
    made = shop.call("POST", "/externalFulfillment/2026-07-30/location", json=yard)
    place = made.json["locationIds"]["MFN"]
    rows = [{"sku": "POT", "asin": asin, "price": "8.00"}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    before = shop.app.desk.world.state.stock.get(place, {}).copy()
    (answer,) = shop.batch([("fetch", "POT", {})], place=place)
    assert (answer["status"]["statusCode"], answer["body"]["sellableQuantity"]) == (200, 0)
    assert shop.app.desk.world.state.stock.get(place, {}) == before == {}


def test_a_location_of_nobody_is_an_entry_of_its_own(stocked: Shop) -> None:
    body = {"quantity": 1, "clientSequenceNumber": 1}
    answer = stocked.batch([("update", "MUG", body)], place="XXXX")[0]
    assert answer["body"]["actionableErrors"][0]["errorType"] == "INVALID_LOCATION"


def entry(uri: str = "/inventory/fetch?locationId=LBAY&skuId=MUG", **more: Any) -> dict[str, Any]:
    return {"method": "POST", "uri": uri, **more}


BAD_BATCHES = {
    "none": ([], "InvalidInput"),
    "eleven": ([entry()] * 11, "BATCH_SIZE_EXCEED"),
    "no SKU": ([entry("/inventory/fetch?locationId=LBAY")], "InvalidInput"),
    "another path": ([entry("/inventory/delete?locationId=LBAY&skuId=MUG")], "InvalidInput"),
    "another method": ([entry() | {"method": "PATCH"}], "InvalidInput"),
    "a text as quantity": (
        [entry("/inventory/update?locationId=LBAY&skuId=MUG", body={"quantity": "5"})],
        "InvalidInput",
    ),
    "not an object": (["x"], "InvalidInput"),
}


@pytest.mark.parametrize(("requests", "code"), BAD_BATCHES.values(), ids=BAD_BATCHES.keys())
def test_a_batch_that_is_not_well_formed_is_refused_whole(stocked: Shop, requests: Any, code: str) -> None:
    answer = stocked.call("POST", INVENTORY, json={"requests": requests})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, code)


def test_ten_entries_are_a_batch(stocked: Shop) -> None:
    assert stocked.call("POST", INVENTORY, json={"requests": [entry()] * 10}).status_code == 207


def test_a_sku_with_odd_letters_is_told_by_its_encoded_name(shop: Shop) -> None:
    shop.linked("A/B C&D+E")
    body = {"quantity": 3, "clientSequenceNumber": 1}
    answer = shop.batch([("update", "A%2FB%20C%26D%2BE", body)])[0]
    assert (answer["status"]["statusCode"], answer["body"]["skuId"]) == (200, "A/B C&D+E")
    assert shop.inspect("inventory/LBAY/A%2FB%20C&D+E")["quantity"] == 3


def test_a_buyer_gets_no_more_than_is_sellable_unless_forced(stocked: Shop) -> None:
    stocked.tell_stock("MUG", 2, 1)
    body = {"lines": [{"sku": "MUG", "quantity": 3}]}
    assert stocked.refused("POST", "orders", body) == (409, "not_now")
    assert stocked.inspect("orders") == []
    stocked.sold("MUG", 3, force=True)
    assert [stocked.stock("MUG")[name] for name in ("quantity", "reserved", "sellable")] == [2, 3, 0]


def test_a_cancelled_or_rejected_shipment_gives_its_units_back(stocked: Shop) -> None:
    stocked.tell_stock("MUG", 9, 1)
    first, second = stocked.sold("MUG", 2), stocked.sold("MUG", 3)
    assert stocked.stock("MUG")["reserved"] == 5
    stocked.control("POST", f"orders/{stocked.shipment(first)['order_id']}/cancel", {})
    assert stocked.stock("MUG")["reserved"] == 3
    assert stocked.reject(second).status_code == 204
    assert stocked.stock("MUG")["reserved"] == 0


SKUS = st.sampled_from(("MUG", "CUP"))


class Ledger(RuleBasedStateMachine):
    """Any calls in any order: the arithmetic holds and every parcel is shipped at most once."""

    shipments: Bundle[str] = Bundle("shipments")

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop(is_judged=False).signed_in()
        self.shop.linked("MUG", "CUP", quantity=50)
        self.sequence = 0

    @rule(sku=SKUS, quantity=st.integers(0, 60), step=st.integers(-1, 2))
    def tell(self, sku: str, quantity: int, step: int) -> None:
        self.sequence += max(step, 0)
        self.shop.tell_stock(sku, quantity, self.sequence + min(step, 0))

    @rule(target=shipments, sku=SKUS, quantity=st.integers(1, 3))
    def buy(self, sku: str, quantity: int) -> str:
        return self.shop.sold(sku, quantity, force=True)

    @rule(shipment=shipments)
    def confirm(self, shipment: str) -> None:
        self.shop.confirm(shipment)

    @rule(shipment=shipments, is_again=st.booleans())
    def pack(self, shipment: str, is_again: bool) -> None:
        units = self.shop.shipment(shipment)["lines"][0]["quantity"]
        wanted = package(units={"1": units})
        _ = self.shop.repack(shipment, wanted) if is_again else self.shop.pack(shipment, wanted)

    @rule(shipment=shipments, is_again=st.booleans())
    def label(self, shipment: str, is_again: bool) -> None:
        self.shop.label(shipment, again=is_again)

    @rule(shipment=shipments)
    def ship(self, shipment: str) -> None:
        self.shop.tell(shipment)

    @rule(shipment=consumes(shipments))
    def cancel(self, shipment: str) -> None:
        order_id = self.shop.shipment(shipment)["order_id"]
        self.shop.client.post(f"/simulator/orders/{order_id}/cancel", json={})

    @rule(end=st.sampled_from(("label", "shipped")))
    def turn_the_switch(self, end: str) -> None:
        self.shop.control("PATCH", "switches", {"reservation_ends": end})

    @rule()
    def send_the_lorry(self) -> None:
        self.shop.control("POST", "lorry", {"location": "LBAY"})

    @invariant()
    def the_arithmetic_holds(self) -> None:
        held = {"ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"}
        if self.shop.inspect("switches")["reservation_ends"] == "shipped":
            held |= {"SHIPLABEL_GENERATED"}
        rows = self.shop.inspect("shipments")
        for stock in self.shop.inspect("inventory"):
            lines = [line for row in rows if row["status"] in held for line in row["lines"]]
            reserved = sum(line["quantity"] for line in lines if line["sku"] == stock["sku"])
            assert stock["reserved"] == reserved
            assert stock["sellable"] == max(0, stock["quantity"] - reserved)
            assert stock["quantity"] >= 0

    @invariant()
    def every_parcel_ships_once(self) -> None:
        for row in self.shop.inspect("shipments"):
            for parcel in row["packages"]:
                assert parcel["told_shipped"] <= 1
                is_gone = parcel["status"] in ("SHIPPED", "DELIVERED")
                assert is_gone == (parcel["shipped_at"] is not None)
                assert is_gone == (row["status"] in ("SHIPPED", "DELIVERED"))


Ledger.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestLedger = Ledger.TestCase
