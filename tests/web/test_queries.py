"""What a page may ask the database: a dozen questions, however many rows there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import a_field_call
from tests.services.goods import a_product

pytestmark = pytest.mark.django_db
MOST = 12
PAGES = (
    "/office/",
    "/office/products/",
    "/office/retail-prices/",
    "/office/listings/",
    "/office/stock/enquiry/",
    "/office/sales/",
    "/office/orders/",
    "/office/ledger/",
    "/office/ledger/accounts/",
    "/office/ledger/account/4000/",
    "/office/gap-proof/",
    "/office/order-rules/",
    "/office/field-calls/?text=RUG",
    "/office/tasks/",
    "/office/exchanges/",
    "/office/sales-channels/",
    "/office/connections/",
    "/bench/",
    "/bench/rest/",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_at_most_a_dozen_questions(page, sign_in, shop):
    for number in range(3):
        a_product(f"P-{number}", on_hand=2, price="5.00")
        a_field_call(shop)
    client = sign_in("manager")
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= MOST, "\n".join(query["sql"][:120] for query in asked.captured_queries)


@pytest.mark.parametrize("page", ["/bench/", "/bench/rest/"])
def test_the_bench_with_a_field_call_in_hand_asks_no_more(page, sign_in, shop):
    call = a_field_call(shop, units=3)
    shop.scans(call.number, station="packer.one")
    shop.scans("RUG", station="packer.one")
    client = sign_in("packer")
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert call.number in client.get(page).content.decode()
    assert len(asked) <= MOST, "\n".join(query["sql"][:120] for query in asked.captured_queries)
