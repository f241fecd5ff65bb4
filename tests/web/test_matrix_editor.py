"""The editor of the order status matrix: one form, saved whole or not at all; tested, tried, gaps filled."""

from __future__ import annotations

import pytest

from loadbay.channels import matrix_queries
from loadbay.channels.rules import NO_ORDER, Implied, Line, default_matrix
from loadbay.inbox.models import Task
from loadbay.journal.queries import timeline
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, staging
from loadbay.web.office.matrix import BLANK_ROWS, _rows
from tests.builders import Shop, a_shipment, tasks

pytestmark = pytest.mark.django_db
PAGE = "/office/sales-channel/UK/setup/order-status-matrix/"
NAMES = ("channel_status", "order_status", "balanced", "existing_orders", "implied_status")


def page(answer) -> str:
    return answer.content.decode()


def filled(lines=None, **more) -> dict[str, object]:
    """The form as the page shows it, blank rows included."""
    card = matrix_queries.matrix("UK")
    rows = _rows(card.lines if lines is None else lines)
    columns = {name: [getattr(row, name) for row in rows] + [""] * BLANK_ROWS for name in NAMES}
    return {**columns, "version": card.version, "number": "", "act": "save", **more}


def with_line(data: dict[str, object], *values: str) -> dict[str, object]:
    """One more line typed into the first blank row."""
    at = len(data["implied_status"]) - BLANK_ROWS
    for name, value in zip(NAMES, values, strict=True):
        data[name] = [*data[name][:at], value, *data[name][at + 1 :]]
    return data


def arrives(shop: Shop, *shipments) -> None:
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    building.build_staged(shop.connection)


def test_saving_it_as_it_is_changes_nothing(shop, sign_in):
    answer = sign_in("manager").post(f"{PAGE}change/", filled(), follow=True)
    assert "Nothing was changed." in page(answer)
    assert (set(matrix_queries.matrix("UK").lines), timeline("channel:UK")) == (
        set(default_matrix("smartconnect")),
        [],
    )


def test_lines_are_added_changed_and_removed_in_one_go(shop, sign_in):
    data = with_line(filled(), "ON_HOLD", NO_ORDER, "yes", "", "Waiting")
    data["implied_status"][0] = "Error"
    answer = sign_in("manager").post(f"{PAGE}change/", {**data, "remove": ["1"]}, follow=True)
    said = page(answer)
    assert "ACCEPTED × No Order × balanced × any → Ready became Error." in said
    assert "ACCEPTED × No Order × not balanced × any → Error was removed." in said
    assert "ON_HOLD × No Order × balanced × any → Waiting was added." in said
    assert "Amazon is not known to give ON_HOLD." in said
    lines = matrix_queries.matrix("UK").lines
    assert Line("ON_HOLD", NO_ORDER, True, None, Implied.WAITING) in lines
    assert len(lines) == len(default_matrix("smartconnect"))
    assert len(timeline("channel:UK", what="matrix")) == 3


def test_contradicting_lines_are_both_marked_and_nothing_is_saved(shop, sign_in):
    before = matrix_queries.matrix("UK")
    data = with_line(filled(), "", NO_ORDER, "yes", "no", "Waiting")
    answer = sign_in("manager").post(f"{PAGE}change/", data)
    assert answer.status_code == 422
    assert page(answer).count("Contradicts the other marked line.") == 2
    assert "any × No Order × balanced × not existing → Waiting" in page(answer)
    assert matrix_queries.matrix("UK") == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("ODD", NO_ORDER, "", "yes", "Error"), "can fit no order"),
        (("ODD", "Paid", "", "", "Error"), "is not known. Choose No Order"),
        (("ODD", "", "", "", ""), "Choose one of: Waiting"),
    ],
)
def test_a_wrong_line_keeps_what_was_typed_and_says_what_is_wrong(shop, sign_in, typed, words: str):
    before = matrix_queries.matrix("UK")
    answer = sign_in("manager").post(f"{PAGE}change/", with_line(filled(), *typed))
    assert answer.status_code == 422
    assert words in page(answer)
    assert 'value="ODD"' in page(answer)
    assert 'aria-invalid="true"' in page(answer)
    assert matrix_queries.matrix("UK") == before


def test_what_another_saved_meanwhile_is_not_taken_back(shop, sign_in):
    client, stale = sign_in("manager"), filled()
    client.post(f"{PAGE}change/", with_line(filled(), "ON_HOLD", "", "", "", "Error"))
    answer = client.post(f"{PAGE}change/", stale)
    assert (answer.status_code, "meanwhile" in page(answer)) == (422, True)
    assert Line("ON_HOLD", None, None, None, Implied.ERROR) in matrix_queries.matrix("UK").lines


def test_the_default_lines_are_filled_in_and_saved_only_then(shop, sign_in):
    client = sign_in("manager")
    client.post(f"{PAGE}change/", with_line(filled(), "ON_HOLD", "", "", "", "Error"))
    answer = client.post(f"{PAGE}change/", filled(act="reset"))
    assert 'value="ON_HOLD"' not in page(answer)
    assert len(matrix_queries.matrix("UK").lines) == len(default_matrix("smartconnect")) + 1
    client.post(f"{PAGE}change/", filled(default_matrix("smartconnect")))
    assert set(matrix_queries.matrix("UK").lines) == set(default_matrix("smartconnect"))


def test_an_edit_is_tried_on_all_past_orders_before_it_is_saved(shop, sign_in):
    arrives(shop, a_shipment("1"), a_shipment("2"), a_shipment("3").unbalanced())
    data = filled(act="try")
    data["implied_status"] = ["Waiting" if one == "Error" else one for one in data["implied_status"]]
    answer = sign_in("manager").post(f"{PAGE}change/", data)
    assert answer.status_code == 200
    assert "1 order of 3 would change. Nothing is saved yet." in page(answer)
    assert "ACCEPTED × No Order × not balanced" in page(answer)
    assert "SHP-3" in page(answer)
    assert set(matrix_queries.matrix("UK").lines) == set(default_matrix("smartconnect"))


def test_an_order_is_tested_against_the_stored_and_the_edited_lines(shop, sign_in):
    arrives(shop, a_shipment("3").unbalanced())
    client = sign_in("manager")
    seen = page(client.get(PAGE, {"number": "026-3"}))
    assert "ACCEPTED × No Order × not balanced × any → Error" in seen
    assert "What would change" not in seen
    data = filled(act="test", number="SHP-3")
    data["implied_status"] = ["Ready" if one == "Error" else one for one in data["implied_status"]]
    assert "Its sale would be built." in page(client.post(f"{PAGE}change/", data))
    assert "no order SHP-77" in page(client.get(PAGE, {"number": "SHP-77"}))


def test_one_click_on_the_task_adds_the_line_and_the_orders_go_on(shop, sign_in):
    arrives(shop, *(a_shipment(str(n)).but(status="ON_HOLD") for n in range(3)))
    client = sign_in("manager")
    for address in ("/office/tasks/", PAGE):
        assert f'action="{PAGE}line/"' in page(client.get(address))
    chosen = {
        "channel_status": "ON_HOLD",
        "order_status": NO_ORDER,
        "balanced": "yes",
        "implied_status": "Ready",
        "back": "tasks",
    }
    answer = client.post(f"{PAGE}line/", chosen, follow=True)
    assert answer.redirect_chain == [("/office/tasks/", 302)]
    assert "The orders that waited for it go on." in page(answer)
    assert tasks() == []
    shop.builds()
    assert Task.objects.filter(closed_at=None).count() == 0
    assert "has the line" in page(client.post(f"{PAGE}line/", chosen, follow=True))


def test_who_may_only_look_sees_no_form(shop, sign_in):
    assert sign_in("packer").post(f"{PAGE}change/", filled()).status_code == 403
    assert sign_in("packer").post(f"{PAGE}line/", {"implied_status": "Ready"}).status_code == 403


def test_rows_are_added_for_more_lines_and_what_was_typed_stays(shop, sign_in):
    data = with_line(filled(act="more"), "ON_HOLD", "", "", "", "Error")
    answer = sign_in("manager").post(f"{PAGE}change/", data)
    shown = page(answer)
    assert 'value="ON_HOLD"' in shown
    assert shown.count('name="remove"') == len(default_matrix("smartconnect")) + 1 + BLANK_ROWS
