"""Connections, channels, people, printers, tasks: wrong input beside its field, secrets never shown."""

from __future__ import annotations

import pytest

from loadbay.channels.models import Connection, SalesChannel
from loadbay.dispatch.models import Printer
from loadbay.inbox.queries import open_tasks
from loadbay.inbox.services import open_task
from loadbay.people.models import User
from tests.services.goods import a_channel, a_room, an_order_channel
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
KEYS = {
    "name": "shop-uk",
    "region": "eu",
    "seller_id": "A2SELLER",
    "client_id": "amzn1.client",
    "client_secret": "very-secret-client-secret",
    "refresh_token": "Atzr|very-secret-token",
    "endpoint": "http://127.0.0.1:9",
    "token_endpoint": "http://127.0.0.1:9/auth/o2/token",
}


def page(answer) -> str:
    return answer.content.decode()


def test_a_connection_is_stored_and_its_secrets_are_never_shown(sign_in):
    client = sign_in("administrator")
    answer = client.post("/office/connections/new/", KEYS, follow=True)
    assert "Connection shop-uk is stored. Test it now." in page(answer)
    for address in ("/office/connections/", "/office/connection/shop-uk/"):
        assert "very-secret" not in page(client.get(address))
    assert Connection.objects.get().client_secret == "very-secret-client-secret"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("seller_id", " "),
        ("client_secret", ""),
        ("endpoint", "ftp://x"),
        ("endpoint", "http://a.b"),
    ],
)
def test_a_wrong_key_is_named_beside_its_field_and_nothing_comes_back(field, value, sign_in):
    answer = sign_in("administrator").post("/office/connections/new/", {**KEYS, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert "very-secret" not in page(answer)
    assert not Connection.objects.exists()


def test_a_second_connection_of_that_name_is_refused(sign_in):
    client = sign_in("administrator")
    client.post("/office/connections/new/", KEYS)
    answer = client.post("/office/connections/new/", KEYS)
    assert answer.context["form"].errors["name"]
    assert Connection.objects.count() == 1


def test_testing_a_connection_names_what_is_wrong_in_words(sign_in):
    client = sign_in("administrator")
    client.post("/office/connections/new/", KEYS)
    answer = client.post("/office/connection/shop-uk/test/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "shop-uk does not work yet." in page(answer)
    (finding,) = answer.context["findings"]
    assert (finding.feature, finding.works) == ("Sign-in", False)


def test_only_administrators_change_keys(sign_in):
    client = sign_in("administrator")
    client.post("/office/connections/new/", KEYS)
    manager = sign_in("manager")
    answer = manager.post("/office/connection/shop-uk/secrets/", {"client_secret": "new"})
    assert answer.status_code == 403
    assert "New keys" not in page(manager.get("/office/connection/shop-uk/"))
    empty = client.post("/office/connection/shop-uk/secrets/", {})
    assert "Both boxes are empty." in page(empty)
    client.post("/office/connection/shop-uk/secrets/", {"client_secret": "another"})
    assert Connection.objects.get().client_secret == "another"


def test_a_channel_comes_with_its_matrix_and_its_tabs(sign_in):
    a_room("MAIN")
    client = sign_in("administrator")
    client.post("/office/connections/new/", KEYS)
    wanted = {
        "code": "AMZ-UK",
        "connection": "shop-uk",
        "marketplace": "GB",
        "programme": "smartconnect",
        "rooms": "MAIN=LBAY",
        "time_zone": "Europe/London",
        "pickups": "11:00, 16:00",
    }
    for field, value in (
        ("rooms", "MAIN"),
        ("rooms", "MOON=LBAY"),
        ("pickups", "noon"),
        ("time_zone", "Mars"),
    ):
        answer = client.post("/office/sales-channels/new/", {**wanted, field: value})
        assert answer.status_code == 422, field
        assert answer.context["form"].errors[field], field
    assert not SalesChannel.objects.exists()
    answer = client.post("/office/sales-channels/new/", wanted)
    assert answer["Location"] == "/office/sales-channel/AMZ-UK/"
    for tab, words in (
        ("general", "Amazon SmartConnect"),
        ("order-management", "Order Management"),
        ("customers", "Amazon Sellerflex"),
        ("listings", "Nothing listed yet"),
        ("setup/order-status-matrix", "Implied Order Status"),
    ):
        assert words in page(client.get(f"/office/sales-channel/AMZ-UK/{tab}/")), tab
    assert client.get("/office/sales-channel/AMZ-UK/other/").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "a b", "password": PASSWORD}, "username"),
        ({"username": "administrator.one", "password": PASSWORD}, "username"),
        ({"username": "kim", "password": "short"}, "password"),
        ({"username": "kim", "password": PASSWORD, "role": "king"}, "role"),
    ],
)
def test_a_person_who_cannot_be_added_is_named_beside_the_field(given, field, sign_in):
    client = sign_in("administrator")
    answer = client.post("/office/people/new/", {"role": "packer", **given})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert User.objects.count() == 1


def test_people_are_added_change_role_and_are_let_go(sign_in):
    client = sign_in("administrator")
    client.post("/office/people/new/", {"username": "kim", "password": PASSWORD, "role": "packer"})
    client.post("/office/person/kim/", {"role": "manager"})
    client.post("/office/person/kim/password/", {"password": "another long pass phrase"})
    kim = User.objects.get(username="kim")
    assert (kim.role, kim.check_password("another long pass phrase")) == ("manager", True)
    client.post("/office/person/kim/let-go/")
    assert not User.objects.get(username="kim").is_active


def test_the_last_administrator_stays(sign_in):
    client = sign_in("administrator")
    assert "is the last administrator" in page(
        client.post("/office/person/administrator.one/let-go/", follow=True)
    )
    answer = client.post("/office/person/administrator.one/", {"role": "packer"})
    assert answer.context["form"].errors["role"]
    assert User.objects.get().role == "administrator"


def test_changing_one_s_own_password_keeps_one_signed_in(sign_in):
    client = sign_in("administrator")
    client.post("/office/person/administrator.one/password/", {"password": "another long pass phrase"})
    assert client.get("/office/").status_code == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "raw", "address": "nowhere"}, "address"),
        ({"kind": "folder", "address": "labels"}, "address"),
        ({"kind": "browser", "address": "", "formats": ["zpl"]}, "formats"),
        ({"name": ""}, "name"),
        ({"formats": []}, "formats"),
    ],
)
def test_a_printer_that_cannot_work_is_named_beside_the_field(given, field, sign_in):
    good = {"name": "Bench 1", "kind": "raw", "address": "127.0.0.1:9100", "formats": ["zpl", "png"]}
    answer = sign_in("manager").post("/office/printers/", {**good, **given})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Printer.objects.exists()


def test_a_trial_label_reaches_the_printer(sign_in, tmp_path):
    client = sign_in("manager")
    printer = {"name": "Folder", "kind": "folder", "address": str(tmp_path), "formats": ["zpl", "png"]}
    client.post("/office/printers/", printer)
    answer = client.post("/office/printers/trial/", {"printer": "Folder"}, follow=True)
    assert "A trial label went to Folder." in page(answer)
    (label,) = tmp_path.iterdir()
    assert label.read_bytes().startswith(b"^XA")
    lost = client.post("/office/printers/trial/", {"printer": "Nowhere"}, follow=True)
    assert "There is no printer Nowhere." in page(lost)


def test_a_task_is_shown_with_its_cure_and_closed_once(sign_in):
    number = open_task(
        kind="check",
        matter="RUG",
        cause="decision",
        sentence="RUG waits.",
        cure="Do it.",
        subjects=["sku:RUG"],
    )
    client = sign_in("manager")
    text = page(client.get("/office/tasks/"))
    assert "RUG waits." in text
    assert "Do it." in text
    assert '<a href="/office/product/RUG/amazon/">RUG</a>' in text
    client.post(f"/office/tasks/{number}/close/")
    assert open_tasks() == ()
    assert "is not open" in page(client.post(f"/office/tasks/{number}/close/", follow=True))


def test_a_new_shop_sees_its_first_steps_in_order(sign_in):
    client = sign_in("manager")
    steps = client.get("/office/").context["steps"]
    assert [step.is_done for step in steps] == [False] * len(steps)
    a_channel()
    done = {step.url for step in client.get("/office/").context["steps"] if step.is_done}
    assert done == {"stock-rooms", "connections", "channels"}


NEW_CHANNEL = {
    "code": "OTHER",
    "connection": "UK-seller",
    "marketplace": "GB",
    "time_zone": "Europe/London",
    "pickups": "16:00",
}


@pytest.mark.parametrize(
    ("programme", "rooms", "fed", "wrong"),
    [
        ("mfn", "SHOP", [("SHOP", "")], ""),
        ("mfn", "SHOP=LBAY", [], "Stock room SHOP of a merchant fulfilled channel has no Amazon location."),
        ("mfn", "", [], "Give at least one as ROOM."),
        ("fba", "", [], ""),
        ("fba", "SHOP", [], "Leave its stock rooms out."),
    ],
)
def test_a_channel_of_another_programme_has_the_rooms_of_that_programme(
    programme, rooms, fed, wrong, sign_in
):
    a_channel()
    wanted = {**NEW_CHANNEL, "programme": programme, "rooms": rooms}
    answer = sign_in("administrator").post("/office/sales-channels/new/", wanted, follow=True)
    made = SalesChannel.objects.filter(code="OTHER").first()
    if wrong:
        assert (made, answer.status_code) == (None, 422)
        assert wrong in str(answer.context["form"].errors["rooms"])
    else:
        assert list(made.rooms.values_list("room__code", "location")) == fed
        assert made.external_document_template == "{shipment_id}"
        assert answer.context["has_rooms"] == (programme == "mfn")


def test_the_rooms_of_a_merchant_channel_are_ticked_on_its_card(sign_in):
    channel = an_order_channel("mfn", beside=a_channel())
    a_room("LOFT")
    client = sign_in("manager")
    address = f"/office/sales-channel/{channel.code}/change/rooms/"
    answer = client.post(
        address, {"location-LOFT": "on", "order-LOFT": 1, "location-SHOP": "on"}, follow=True
    )
    assert list(channel.rooms.values_list("room__code", flat=True)) == ["LOFT", "SHOP"]
    assert "Feeds it" in page(answer)
