"""Adapters built from stored settings: one client per connection, new ones when the settings change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection as database

from loadbay import wiring
from loadbay.amazon.adapter import AmazonStockDesk
from loadbay.amazon.models import RateBucket
from loadbay.amazon.rates import Priority
from loadbay.channels.models import Connection, SalesChannel
from loadbay.core.errors import Misconfigured
from loadbay.core.ids import PackageId
from loadbay.journal import queries
from loadbay.journal.models import Exchange
from loadbay.parties.models import Customer, ShippingAgent
from loadbay.testing.contracts.stage import labelled
from tests.contracts.stages import Simulator, SimulatorStage, a_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with a_simulator() as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    wiring.forget_clients()
    yield
    wiring.forget_clients()


@pytest.fixture
def account(running: Simulator) -> Connection:
    return Connection.objects.create(
        name="main",
        region="eu",
        seller_id="A2DEMOSELLER",
        client_id="demo-client",
        client_secret="demo-secret",
        refresh_token="Atzr|demo",
        endpoint=running.address,
        token_endpoint=f"{running.address}/auth/o2/token",
    )


@pytest.fixture
def channel(account: Connection) -> SalesChannel:
    return SalesChannel.objects.create(
        code="UK",
        connection=account,
        marketplace="GB",
        programme="smartconnect",
        placeholder_customer=Customer.objects.create(code="P", name="Amazon Sellerflex", is_placeholder=True),
        shipping_agent=ShippingAgent.objects.create(code="AMZSMART", name="Amazon SmartConnect"),
    )


def stock_desk(channel: SalesChannel) -> AmazonStockDesk:
    desk = wiring.stock_desk(channel)
    assert isinstance(desk, AmazonStockDesk)
    return desk


def test_every_desk_of_a_connection_shares_one_client(account: Connection, channel: SalesChannel):
    callers = {
        id(desk.caller.client)  # type: ignore[attr-defined]
        for desk in (
            wiring.account_desk(account),
            wiring.shipment_source(account),
            wiring.shipment_desk(account),
            wiring.label_desk(account),
            wiring.order_source(account),
            wiring.catalogue_desk(channel),
            wiring.listing_desk(channel),
            wiring.stock_desk(channel),
            wiring.urgent_stock_desk(channel),
        )
    }
    assert len(callers) == 1


def test_a_channels_desks_know_its_marketplace_and_programme(channel: SalesChannel):
    desk = stock_desk(channel)
    about = desk.caller.account
    assert (about.marketplace_id, about.currency, about.language) == ("A1F83G8C2ARO7P", "GBP", "en_GB")
    assert (desk.channel_name, desk.priority) == ("FBA", Priority.STOCK)
    urgent = wiring.urgent_stock_desk(channel)
    assert isinstance(urgent, AmazonStockDesk)
    assert urgent.priority is Priority.URGENT_STOCK


def test_new_secrets_are_used_at_once(account: Connection):
    account.client_secret = "wrong"
    with pytest.raises(Misconfigured):
        wiring.account_desk(account).marketplaces()
    account.client_secret = "demo-secret"
    assert wiring.account_desk(account).marketplaces()


def test_a_whole_shipment_leaves_exchanges_without_secret_or_buyer(
    running: Simulator, account: Connection, channel: SalesChannel
):
    stage = SimulatorStage(running)
    stage.shipment_source, stage.shipment_desk = (
        wiring.shipment_source(account),
        wiring.shipment_desk(account),
    )
    stage.label_desk, stage.order_source = wiring.label_desk(account), wiring.order_source(account)
    seen = labelled(stage)
    (label,) = stage.label_desk.remake_labels(seen.shipment_id, [PackageId("P1")])
    stage.label_desk.fetch_label(label.url)
    stage.label_desk.tell_shipped(seen.shipment_id, PackageId("P1"))
    buyer = stage.order_source.order(seen.order_id)
    assert buyer.buyer_name or buyer.address
    said = [row.operation for row in reversed(queries.exchanges())]
    assert said[:2] == ["token", "processShipment"]
    assert {"createPackages", "generateShipLabels", "document", "updatePackageStatus", "getOrder"} <= set(
        said
    )
    found = queries.search_exchanges(seen.shipment_id)
    assert {row.operation for row in found} >= {
        "processShipment",
        "generateShipLabels",
        "updatePackageStatus",
    }
    assert all(row.their_id for row in found)
    assert [row.operation for row in queries.search_exchanges(seen.order_id)][0] == "getOrder"
    assert not _forbidden(
        buyer.buyer_name, buyer.address.name if buyer.address else "", label.url.split("?")[-1]
    )


def test_the_rates_of_the_marketplace_are_learned(account: Connection):
    wiring.account_desk(account).marketplaces()
    assert RateBucket.objects.get(operation="getMarketplaceParticipations").rate > 100_000


def _forbidden(*buyer_words: str) -> list[str]:
    """Secrets and buyer data that stand anywhere in the journal's table, whether packed or not."""
    words = ["demo-secret", "Atzr|demo", "Atza|", *(word for word in buyer_words if len(word) > 4)]
    opened = [queries.exchange(number) for number in Exchange.objects.values_list("id", flat=True)]
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM journal_exchange e")
        everything = "".join(row[0] for row in cursor.fetchall())
    everything += "".join(seen.request + seen.answer for seen in opened)
    return [word for word in words if word in everything]
