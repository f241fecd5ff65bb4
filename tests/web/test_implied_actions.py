"""Actions beside the matrix: added with errors at their field, removed, and what they hold is let go."""

from __future__ import annotations

import pytest

from loadbay.channels.action_queries import actions
from loadbay.channels.services.actions import add_action
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, staging
from tests.builders import Shop, a_shipment, tasks

pytestmark = pytest.mark.django_db
PAGE = "/office/sales-channel/UK/setup/order-status-matrix/"
HOOK = {
    "implied_status": "Error",
    "kind": "webhook",
    "url": "https://erp.example/hook?key=hidden",
    "secret": "a secret of the shop",
}


def page(answer) -> str:
    return answer.content.decode()


def arrives(shop: Shop, *shipments) -> None:
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    building.build_staged(shop.connection)


def test_an_action_is_added_shown_without_secret_and_removed(shop, sign_in):
    client = sign_in("manager")
    assert "No actions yet" in page(client.get(PAGE))
    shown = page(client.post(f"{PAGE}action/", HOOK, follow=True))
    assert "tell a web address (webhook): https://erp.example/hook" in shown
    assert "a secret of the shop" not in shown
    assert "key=hidden" not in shown
    (action,) = actions("UK")
    answer = client.post(f"{PAGE}action/{action.id}/remove/", follow=True)
    assert "The action was removed." in page(answer)
    assert actions("UK") == ()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"url": "http://erp.example/"}, "url", "Write it like https://"),
        ({"secret": "short"}, "secret", "needs a secret"),
        ({"kind": "task"}, "text", "needs words"),
        ({"kind": "hold", "implied_status": "Complete"}, "kind", "cannot hang on Complete"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_added(shop, sign_in, wrong, field, words):
    answer = sign_in("manager").post(f"{PAGE}action/", {**HOOK, **wrong})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert words in page(answer)
    assert actions("UK") == ()


def test_a_held_order_is_let_go_from_its_task_and_from_its_sale(shop, sign_in):
    client = sign_in("manager")
    add_action("UK", implied_status="In Progress", kind="hold")
    arrives(shop, a_shipment("1"), a_shipment("2"))
    assert 'action="/office/shipments/let-go/"' in page(client.get("/office/tasks/"))
    answer = client.post("/office/shipments/let-go/", {"shipment": "SHP-1", "back": "tasks"}, follow=True)
    assert "The order goes on." in page(answer)
    number = Sale.objects.get(shipment__shipment_id="SHP-2").number
    assert ">Let go</button>" in page(client.get(f"/office/sale/{number}/"))
    back = {"shipment": "SHP-2", "back": f"sale:{number}"}
    answer = client.post("/office/shipments/let-go/", back, follow=True)
    assert answer.redirect_chain == [(f"/office/sale/{number}/", 302)]
    assert "Let go</button>" not in page(answer)
    assert (tasks("order_held"), set(Shipment.objects.values_list("hold", flat=True))) == ([], {"let_go"})
    again = page(client.post("/office/shipments/let-go/", back, follow=True))
    assert "is not held" in again


def test_who_may_not_change_channels_adds_no_action(shop, sign_in):
    assert sign_in("packer").post(f"{PAGE}action/", HOOK).status_code == 403
    assert sign_in("packer").post(f"{PAGE}action/1/remove/").status_code == 403
    assert sign_in("packer").post("/office/shipments/let-go/", {"shipment": "SHP-1"}).status_code == 403
