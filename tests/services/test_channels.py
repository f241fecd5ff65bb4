"""Connections and sales channels: what a person gives is checked field by field, secrets are kept closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from django.db import connection

from loadbay.channels import queries, rules
from loadbay.channels.checks import Target
from loadbay.channels.checks import test_connection as try_connection
from loadbay.channels.models import ChannelRoom, Connection, MatrixLine, SalesChannel
from loadbay.channels.ports import Feature
from loadbay.channels.services import (
    AlreadyThere,
    NewChannel,
    NewConnection,
    add_channel,
    add_connection,
    change_secrets,
    matrices_of,
    resume_connection,
    stop_connection,
)
from loadbay.core.errors import Misconfigured, NotFound, Refusal, Retryable, WrongInput
from loadbay.jobs import rounds
from loadbay.testing.fakes import FakeAccountDesk, FakeClock, FakeMarketplace
from tests.services.goods import a_room, events

pytestmark = pytest.mark.django_db
NEW = NewConnection(
    name="shop-uk",
    region="eu",
    seller_id="A2SELLER",
    client_id="amzn1.application",
    client_secret="a-secret-of-the-shop",
    refresh_token="Atzr|refresh",
)
CHANNEL = NewChannel(
    code="UK", connection="shop-uk", marketplace="GB", programme="smartconnect", rooms={"SHOP": "LBAY"}
)
NOW = FakeClock().now()


def a_connection() -> Connection:
    return add_connection(NEW)


# --- connections ---


def test_a_connection_takes_amazons_own_addresses_for_its_region():
    row = a_connection()
    assert row.endpoint == "https://sellingpartnerapi-eu.amazon.com"
    assert row.token_endpoint == "https://api.amazon.com/auth/o2/token"
    assert row.state == "working"


def test_its_secrets_are_encrypted_and_on_no_card():
    a_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret, refresh_token FROM channels_connection")
        stored = b"".join(bytes(column) for column in cursor.fetchone())
    assert b"a-secret-of-the-shop" not in stored
    assert b"Atzr" not in stored
    card = queries.connection("shop-uk")
    assert "secret-of-the-shop" not in repr(card)
    assert Connection.objects.get().client_secret == "a-secret-of-the-shop"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "  ", "no name"),
        ("region", "uk", "Region 'uk' is not known"),
        ("seller_id", "", "The seller id of connection shop-uk is empty"),
        ("client_id", " ", "The client id of connection shop-uk is empty"),
        ("client_secret", "", "The client secret of connection shop-uk is empty"),
        ("client_secret", "\n", "The client secret of connection shop-uk is empty"),
        ("client_secret", "two words", "The client secret of connection shop-uk holds blanks"),
        ("refresh_token", "", "The refresh token of connection shop-uk is empty"),
        ("refresh_token", "Atzr|\x00", "The refresh token of connection shop-uk holds blanks"),
        ("endpoint", "amazon", "The endpoint 'amazon' is no web address"),
        ("endpoint", "ftp://amazon", "is no web address"),
        ("endpoint", "http://amazon.com", "is not encrypted"),
        ("endpoint", "https://user@amazon.com", "is no web address"),
        ("token_endpoint", "http://elsewhere", "is not encrypted"),
    ],
)
def test_what_cannot_be_used_is_named(field: str, value: str, named: str):
    with pytest.raises(WrongInput, match=named):
        add_connection(replace(NEW, **{field: value}))
    assert Connection.objects.count() == 0


def test_a_simulator_on_this_machine_needs_no_encryption():
    row = add_connection(replace(NEW, endpoint="http://127.0.0.1:8765/"))
    assert row.endpoint == "http://127.0.0.1:8765"


def test_a_name_is_given_once():
    a_connection()
    with pytest.raises(AlreadyThere) as refusal:
        a_connection()
    assert refusal.value.code == "already_there"
    assert Connection.objects.count() == 1


def test_stopping_twice_stops_once_and_new_secrets_let_it_go_on(monkeypatch):
    monkeypatch.setattr(rounds, "CLOCK", FakeClock())
    row = a_connection()
    for sentence in ("The secret has expired.", "The role is missing."):
        stop_connection(row.pk, sentence=sentence, now=NOW)
    card = queries.connection("shop-uk")
    assert (card.is_working, card.stopped_because) == (False, "The secret has expired.")
    assert len(events("channels.connection_stopped")) == 1
    assert queries.working_connection_ids() == []
    change_secrets("shop-uk", client_secret="a-newer-one", refresh_token="", now=NOW)
    row.refresh_from_db()
    assert (row.state, row.client_secret, row.refresh_token) == ("working", "a-newer-one", "Atzr|refresh")
    assert (row.secret_set_at, row.stopped_because) == (NOW, "")
    resume_connection(row.pk)
    assert len(events("channels.connection_resumed")) == 1


def test_a_connection_nobody_knows_is_refused_with_those_that_are():
    a_connection()
    with pytest.raises(NotFound, match="Known: shop-uk"):
        change_secrets("shop-us", client_secret="x", refresh_token="", now=NOW)


# --- channels ---


def test_a_channel_comes_with_all_that_its_sales_need():
    a_room("SHOP"), a_room("LOFT")
    a_connection()
    channel = add_channel(
        replace(CHANNEL, rooms={"SHOP": "LBAY", "LOFT": "LBAY"}, pickups=("10:30", "16:00"))
    )
    card = queries.channel("uk")
    assert (card.placeholder_customer, card.shipping_agent) == ("Amazon Sellerflex", "Amazon SmartConnect")
    assert [(room.room, room.location) for room in card.rooms] == [("SHOP", "LBAY"), ("LOFT", "LBAY")]
    assert card.pickups == (("LBAY", time(10, 30)), ("LBAY", time(16, 0)))
    assert (card.price_category, card.confirms_by_itself, card.is_watching) == ("Amazon", True, False)
    assert set(matrices_of([channel.pk])[channel.pk]) == set(rules.smartconnect_matrix())
    assert len(events("channels.channel_added")) == 1


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("code", "", "Channel code '' cannot be used"),
        ("code", "U" * 21, "cannot be used"),
        ("code", "U K!", "cannot be used"),
        ("connection", "nobody", "no connection called nobody"),
        ("marketplace", "XX", "Marketplace 'XX' is not known"),
        ("marketplace", "US", "United States is in region na, shop-uk is for eu"),
        ("programme", "magic", "Programme 'magic' is not known"),
        ("time_zone", "Mars/Base", "Time zone 'Mars/Base' is not known"),
        ("time_zone", "../../etc/passwd", "is not known"),
        ("rooms", {}, "has no stock room"),
        ("rooms", {"CELLAR": "LBAY"}, "There is no stock room CELLAR"),
        ("rooms", {"SHOP": ""}, "no usable Amazon location id"),
        ("rooms", {"SHOP": "L" * 37}, "no usable Amazon location id"),
        ("pickups", ("four",), "Pickup time 'four' is no time of day"),
    ],
)
def test_a_channel_that_cannot_work_is_refused_whole(field: str, value: object, named: str):
    a_room("SHOP")
    a_connection()
    with pytest.raises(Refusal, match=named):
        add_channel(replace(CHANNEL, **{field: value}))
    assert (SalesChannel.objects.count(), ChannelRoom.objects.count(), MatrixLine.objects.count()) == (
        0,
        0,
        0,
    )
    assert events("channels.channel_added") == []


def test_a_code_and_a_programme_of_a_marketplace_are_given_once():
    a_room("SHOP")
    a_connection()
    add_channel(CHANNEL)
    with pytest.raises(AlreadyThere, match="A sales channel UK exists"):
        add_channel(replace(CHANNEL, code="uk"))
    with pytest.raises(AlreadyThere, match="has a smartconnect channel for United Kingdom already"):
        add_channel(replace(CHANNEL, code="UK2"))
    assert SalesChannel.objects.count() == 1


# --- testing a connection ---


def found(desk: FakeAccountDesk, *, location: str = "LBAY") -> dict[str, tuple[bool, str]]:
    """feature → (works, fault)."""
    findings = try_connection(desk, target=Target("GB", location))
    return {finding.feature: (finding.works, finding.fault) for finding in findings}


def test_a_good_connection_works_feature_by_feature():
    everything = found(FakeAccountDesk(FakeMarketplace()))
    assert set(everything.values()) == {(True, "")}
    assert list(everything) == [
        "Sign-in",
        "Seller account",
        "Catalogue",
        "Listings",
        "Stock",
        "Shipments",
        "Orders",
    ]
    assert "Shipments" not in found(FakeAccountDesk(FakeMarketplace()), location="")


@pytest.mark.parametrize("fault", ["secret", "refresh_token", "clock", "endpoint"])
def test_a_sign_in_that_fails_is_named_and_nothing_more_is_tried(fault: str):
    desk = FakeAccountDesk(FakeMarketplace(), wrong={Feature.SIGN_IN: Misconfigured("No.", fault=fault)})
    assert found(desk) == {"Sign-in": (False, fault)}


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        (Feature.CATALOGUE, "Catalogue"),
        (Feature.LISTINGS, "Listings"),
        (Feature.STOCK, "Stock"),
        (Feature.SHIPMENTS, "Shipments"),
        (Feature.ORDERS, "Orders"),
    ],
)
def test_a_missing_role_is_named_for_its_feature_alone(feature: Feature, name: str):
    desk = FakeAccountDesk(FakeMarketplace(), wrong={feature: Misconfigured("No role.", fault="role")})
    everything = found(desk)
    assert everything.pop(name) == (False, "role")
    assert set(everything.values()) == {(True, "")}


def test_an_amazon_that_is_down_is_told_from_a_wrong_key():
    desk = FakeAccountDesk(FakeMarketplace(), wrong={Feature.SHIPMENTS: Retryable("Amazon is down.")})
    assert found(desk)["Shipments"] == (False, "retryable")


def test_a_marketplace_the_seller_is_not_in_is_named():
    findings = try_connection(FakeAccountDesk(FakeMarketplace()), target=Target("DE", "LBAY"))
    seller = next(finding for finding in findings if finding.feature == "Seller account")
    assert (seller.works, seller.fault) == (False, "marketplace")
    assert seller.sentence == "The seller does not sell in Germany. Marketplaces of this account: GB."
