"""The way to the first sales channel: each step is a page, and how far one came is what is there already."""

from __future__ import annotations

import pytest

from loadbay.channels.definition_queries import shipping_carriers, shipping_methods
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import Connection, SalesChannel
from loadbay.channels.setting_rules import check_time_zone
from loadbay.journal.models import Exchange
from loadbay.stock.queries import rooms
from tests.services.goods import a_channel, a_room
from tests.web.test_setup_pages import KEYS

pytestmark = pytest.mark.django_db
WAY = "/office/first-channel/"
CHOICE = {"connection": "shop-uk", "marketplace": "GB", "programme": "smartconnect"}
ROOMS = f"{WAY}rooms/?connection=shop-uk&marketplace=GB&programme=smartconnect"
REST = {"act": "channel", **CHOICE, "code": "SC-UK", "time_zone": "Europe/London", "pickups": "16:00"}


def page(answer) -> str:
    return answer.content.decode()


def where(client) -> str:
    return client.get(WAY).headers["Location"]


def marks(answer) -> list[str]:
    return [step.mark for step in answer.context["strip"]]


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


@pytest.fixture
def connected(admin):
    """The keys are stored and Amazon has answered once."""
    admin.post(f"{WAY}connection/", KEYS)
    card = Connection.objects.get()
    Exchange.objects.create(
        system="amazon",
        connection_id=card.pk,
        operation="getMarketplaceParticipations",
        outcome="ok",
        milliseconds=5,
        started_at=card.secret_set_at,
    )
    return card


def test_a_new_shop_is_led_from_the_keys_to_a_channel_that_is_set_up(admin, connected):
    assert where(admin) == f"{WAY}programme/"
    answer = admin.post(f"{WAY}programme/", CHOICE)
    assert answer.headers["Location"] == ROOMS
    assert "No stock room yet" in page(admin.get(ROOMS))
    room = {"act": "room", "room-code": "main", "room-name": ""}
    assert admin.post(ROOMS, room).headers["Location"] == ROOMS
    assert [code for code, _ in rooms()] == ["MAIN"]
    shown = admin.get(ROOMS).context["channel_form"]
    assert (shown["rooms"].value(), shown["code"].value()) == ("MAIN=", "SC-UK")
    answer = admin.post(ROOMS, REST | {"rooms": "MAIN=LBAY"})
    assert answer.headers["Location"] == f"{WAY}definitions/"
    assert SalesChannel.objects.get().programme == "smartconnect"
    assert where(admin) == f"{WAY}definitions/"
    assert "Nothing retrieved yet" in page(admin.get(f"{WAY}definitions/"))
    done = admin.post(f"{WAY}definitions/", follow=True)
    assert marks(done) == ["done", "done", "done", "here", ""]
    assert (len(shipping_methods("SC-UK")), len(shipping_carriers("SC-UK")) > 5) == (8, True)
    assert where(admin) == f"{WAY}left/"
    left = page(admin.get(f"{WAY}left/"))
    for link in ("setup/customers/", "order-management/", "/office/printers/", "/office/products/"):
        assert link in left


def test_the_way_goes_on_where_it_was_left(admin):
    assert where(admin) == f"{WAY}connection/"
    assert admin.get(f"{WAY}rooms/").headers["Location"] == f"{WAY}connection/"
    assert admin.get(f"{WAY}left/").headers["Location"] == WAY
    stored = admin.post(f"{WAY}connection/", KEYS, follow=True)
    assert "Not tested yet" in page(stored)
    assert where(admin) == f"{WAY}connection/", "Amazon has not answered yet"
    assert admin.get(f"{WAY}programme/").status_code == 200, "but nobody is held up"
    assert admin.get(f"{WAY}rooms/").headers["Location"] == f"{WAY}programme/"
    wrong = f"{WAY}rooms/?connection=shop-uk&marketplace=US&programme=mfn"
    assert admin.get(wrong).headers["Location"] == f"{WAY}programme/", "another region"
    assert admin.get(f"{WAY}nowhere/").headers["Location"] == WAY


def test_what_is_refused_stands_in_the_step_and_nothing_is_made(admin, connected):
    a_room("MAIN")
    answer = admin.post(ROOMS, REST | {"rooms": "MAIN="})
    assert (answer.status_code, "Write it like MAIN=LBAY" in page(answer)) == (422, True)
    answer = admin.post(ROOMS, {"act": "room", "room-code": "M A"})
    assert (answer.status_code, "cannot be a stock room" in page(answer)) == (422, True)
    answer = admin.post(f"{WAY}connection/", KEYS)
    assert (answer.status_code, Connection.objects.count()) == (422, 1)
    assert "very-secret" not in page(answer)
    assert admin.post(f"{WAY}programme/", CHOICE | {"programme": "magic"}).status_code == 422
    assert not SalesChannel.objects.exists()


@pytest.mark.parametrize(("programme", "given"), [("mfn", {"rooms": "MAIN"}), ("fba", {})])
def test_each_programme_asks_for_what_it_needs(programme, given, admin, connected):
    a_room("MAIN")
    address = f"{WAY}rooms/?connection=shop-uk&marketplace=GB&programme={programme}"
    shown = page(admin.get(address))
    assert ("Stock rooms that feed it" in shown) is (programme == "mfn")
    answer = admin.post(address, REST | given | {"programme": programme, "code": "ONE"})
    assert answer.headers["Location"] == f"{WAY}definitions/"
    assert SalesChannel.objects.get().programme == programme


@pytest.mark.parametrize(("marketplace", "zone"), [("GB", "Europe/London"), ("DE", "Europe/Berlin")])
def test_the_time_zone_starts_as_that_of_the_marketplace(marketplace, zone, admin, connected):
    a_room("MAIN")
    shown = page(admin.get(f"{WAY}rooms/?connection=shop-uk&marketplace={marketplace}&programme=mfn"))
    assert f'value="{zone}"' in shown


@pytest.mark.parametrize("store", MARKETPLACES.values(), ids=MARKETPLACES)
def test_every_marketplace_has_a_time_zone_that_a_channel_can_have(store):
    assert check_time_zone(store.time_zone) == store.time_zone


def test_with_a_channel_the_first_steps_say_that_it_is_there(admin):
    a_channel()
    assert "is there already" in page(admin.get(f"{WAY}programme/"))
    assert "LBAY" in page(admin.get(f"{WAY}rooms/")) or "SHOP" in page(admin.get(f"{WAY}rooms/"))


def test_the_start_page_leads_there_while_there_is_no_channel(admin, sign_in):
    assert f'href="{WAY}"' in page(admin.get("/office/"))
    assert f'href="{WAY}"' in page(admin.get("/office/sales-channels/"))
    assert f'href="{WAY}"' not in page(sign_in("manager").get("/office/"))
    a_channel()
    assert f'href="{WAY}"' not in page(admin.get("/office/"))


def test_only_an_administrator_is_led(sign_in):
    assert sign_in("manager").get(f"{WAY}connection/").status_code == 403
