"""Sales > Set aside: what could not be taken in, why, its masked body, and the buttons that try again."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.jobs import tasks
from loadbay.orders.models import Shipment
from loadbay.orders.ports import ShipmentPage, Spoiled
from loadbay.orders.services import building, staging
from tests.builders import a_shipment

pytestmark = pytest.mark.django_db
RAW = b'{"id": "SHP-9", "shipToAddress": {"name": "Mary Miller"}}'


@pytest.fixture
def aside(shop):
    spoiled = Spoiled("SHP-9", "its total is no number", RAW)
    staging.stage_page(shop.connection, ShipmentPage((), (spoiled,), None))
    return shop


def page(answer) -> str:
    return answer.content.decode()


def test_it_shows_the_reason_and_what_amazon_sent_without_the_buyer(aside, sign_in):
    shown = page(sign_in("manager").get("/office/set-aside/"))
    assert "its total is no number" in shown
    assert "Import again" in shown
    assert "shipToAddress" in shown
    assert "Mary Miller" not in shown


def test_without_anything_set_aside_the_page_says_so(shop, sign_in):
    assert "Nothing is set aside" in page(sign_in("manager").get("/office/set-aside/"))


def test_amazon_that_cannot_be_asked_is_told_and_it_stays(aside, sign_in):
    answer = sign_in("manager").post(
        "/office/shipments/import-again/", {"shipment": "SHP-9", "back": "tasks"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/office/tasks/"
    assert "SHP-9 stays as it is: " in page(answer)
    assert "SHP-9" in page(sign_in("manager").get("/office/set-aside/"))


def test_a_shipment_nobody_knows_is_refused_in_words(shop, sign_in):
    answer = sign_in("manager").post("/office/shipments/import-again/", {"shipment": "SHP-0"}, follow=True)
    assert "No shipment SHP-0 is set aside or waits." in page(answer)


def test_everything_is_imported_again_by_the_queue(aside, sign_in):
    answer = sign_in("manager").post("/office/shipments/import-again/", follow=True)
    assert "All that is set aside is imported again." in page(answer)
    names = ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True)
    assert "loadbay.jobs.tasks.import_all_again" in names


def test_several_shipments_are_imported_again_by_the_queue(aside, sign_in):
    """Amazon was asked for up to a hundred, one after the other, while the person waited."""
    named = {"shipment": ["SHP-9", "SHP-8", "SHP-9"]}
    answer = sign_in("manager").post("/office/shipments/import-again/", named, follow=True)
    assert "2 shipments are imported again." in page(answer)
    jobs = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.import_again")
    assert [job.args for job in jobs] == [{"identities": ["SHP-9", "SHP-8"]}]
    tasks.import_again.func(**jobs[0].args)
    assert "SHP-9" in page(sign_in("manager").get("/office/set-aside/"))


def test_its_task_has_the_button(aside, sign_in):
    shown = page(sign_in("manager").get("/office/tasks/"))
    assert 'action="/office/shipments/import-again/"' in shown
    assert '<input type="hidden" name="shipment" value="SHP-9">' in shown


def test_a_waiting_shipment_is_built_again_from_the_list_of_sales(shop, sign_in):
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("9").unbalanced().seen,), (), None))
    building.build_staged(shop.connection)
    client = sign_in("manager")
    assert 'action="/office/shipments/build-again/"' in page(client.get("/office/sales/"))
    answer = client.post("/office/shipments/build-again/", {"shipment": "SHP-9"}, follow=True)
    assert "1 shipment is built again." in page(answer)
    assert Shipment.objects.get().building == "staged"
    again = client.post("/office/shipments/build-again/", {"shipment": "SHP-9"}, follow=True)
    assert "No shipment SHP-9 waits for its sale any more." in page(again)
