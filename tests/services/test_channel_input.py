"""What a person types for connections and channels may be anything: it is refused in words, never a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.channels import queries
from loadbay.channels.checks import Target, target_of
from loadbay.channels.checks import test_connection as try_connection
from loadbay.channels.models import Connection, PickupTime, SalesChannel
from loadbay.channels.services import NewChannel, NewConnection, add_channel, add_connection, change_secrets
from loadbay.core.errors import WrongInput
from loadbay.testing.fakes import FakeAccountDesk, FakeClock, FakeMarketplace
from tests.services.goods import a_room

pytestmark = pytest.mark.django_db
NEW = NewConnection(
    name="shop-uk",
    region="eu",
    seller_id="A2SELLER",
    client_id="client",
    client_secret="a-secret",
    refresh_token="Atzr|refresh",
)
CHANNEL = NewChannel(
    code="UK", connection="shop-uk", marketplace="GB", programme="smartconnect", rooms={"SHOP": "LBAY"}
)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "x" * 61, "cannot be the name of a connection"),
        ("name", "shop/test", "cannot be the name of a connection"),
        ("seller_id", "A" * 41, "seller id of connection shop-uk is longer than 40"),
        ("client_secret", "x" * 4001, "client secret of connection shop-uk is longer than 4000"),
        ("endpoint", "https://[", "is no web address"),
        ("endpoint", "https://amazon:99999", "is no web address"),
        ("endpoint", "https://amazon/\nx", "is no web address"),
        ("endpoint", "https://amazon?x=1", "is no web address"),
        ("token_endpoint", "https://" + "a" * 200, "is no web address"),
    ],
)
def test_a_connection_that_cannot_be_stored_is_refused_in_words(field: str, value: str, named: str):
    with pytest.raises(WrongInput, match=named):
        add_connection(replace(NEW, **{field: value}))
    assert not Connection.objects.exists()


def test_giving_no_new_secret_does_not_let_a_stopped_connection_go_on():
    add_connection(NEW)
    Connection.objects.update(state=Connection.State.STOPPED)
    for nothing in ("", " "):
        with pytest.raises(WrongInput, match="No new secret of shop-uk was given"):
            change_secrets("shop-uk", client_secret=nothing, refresh_token="", now=FakeClock().now())
    with pytest.raises(WrongInput, match="holds blanks"):
        change_secrets("shop-uk", client_secret="two words", refresh_token="", now=FakeClock().now())
    assert Connection.objects.get().state == Connection.State.STOPPED


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("time_zone", "Europe", "Time zone 'Europe' is not known"),
        ("time_zone", "a" * 300, "is not known"),
        ("rooms", {"SHOP": "LBAY", "shop": "ELSE"}, "Stock room SHOP is named twice"),
    ],
)
def test_a_channel_that_cannot_be_stored_is_refused_in_words(field: str, value: object, named: str):
    a_room("SHOP")
    add_connection(NEW)
    with pytest.raises(WrongInput, match=named):
        add_channel(replace(CHANNEL, **{field: value}))
    assert not SalesChannel.objects.exists()


def test_rooms_are_found_however_they_are_written_and_a_pickup_named_twice_is_one():
    a_room("SHOP")
    add_connection(NEW)
    add_channel(replace(CHANNEL, rooms={"shop": "LBAY"}, pickups=("16:00", " 16:00")))
    assert PickupTime.objects.count() == 1


def test_a_connection_is_not_tried_in_a_marketplace_that_nobody_knows():
    desk = FakeAccountDesk(FakeMarketplace())
    with pytest.raises(WrongInput, match="Marketplace 'XX' is not known"):
        try_connection(desk, target=Target("XX", "LBAY"))


def test_a_connection_without_a_channel_is_tried_in_its_own_region():
    add_connection(replace(NEW, region="na"))
    assert target_of(queries.connection("shop-uk"), "") == Target("US")
    assert target_of(queries.connection("shop-uk"), "ca") == Target("CA")


def test_a_connection_is_tried_at_the_channel_of_the_marketplace_named():
    a_room("SHOP")
    add_connection(NEW)
    add_channel(replace(CHANNEL, code="DE", marketplace="DE", rooms={"SHOP": "LDE1"}))
    add_channel(CHANNEL)
    card = queries.connection("shop-uk")
    assert [target_of(card, named) for named in ("", "GB", "FR")] == [
        Target("DE", "LDE1"),
        Target("GB", "LBAY"),
        Target("FR"),
    ]
