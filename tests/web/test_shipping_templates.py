"""Related > Setup > Shipping Templates against the pretend Amazon, and the choice of the Amazon screen."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.models import Connection
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Misconfigured
from loadbay.jobs import rounds, schedule, tasks
from loadbay.journal.models import Exchange
from loadbay.listings.models import ShippingTemplate
from loadbay.listings.ports import OfferedTemplate
from loadbay.listings.services.templates import store_templates
from tests.contracts.stages import a_simulator
from tests.services.goods import a_product, an_order_channel
from tests.services.own_seller import HEAVY, STANDARD, has, own_seller

pytestmark = pytest.mark.django_db
PAGE = "/office/sales-channel/UK/setup/shipping-templates/"
RETRIEVE = f"{PAGE}retrieve/"
LISTING = "/office/product/RUG/amazon/?channel=UK"


def page(answer) -> str:
    return answer.content.decode()


def offers(shop, *names: str) -> None:
    """What Amazon answered just now."""
    seen = [OfferedTemplate(name, name) for name in names]
    store_templates(shop.channel.pk, seen, now=SystemClock().now())


@pytest.fixture
def central(shop):
    """The pretend Amazon, in which this shop's seller has two templates."""
    with a_simulator() as amazon:
        own_seller(amazon)
        yield amazon


def test_templates_are_retrieved_and_one_that_goes_makes_a_task_until_it_comes_back(sign_in, central):
    client = sign_in("manager")
    assert "Amazon has named none yet" in page(client.get(PAGE))
    first = client.post(RETRIEVE, follow=True)
    assert "Shipping templates new: Standard delivery, Heavy goods." in page(first)
    assert [(row.name, row.is_offered, row.listings) for row in first.context["rows"]] == [
        ("Heavy goods", True, 0),
        ("Standard delivery", True, 1),
    ]
    assert "nothing was changed" in page(client.post(RETRIEVE, follow=True))
    has(central, HEAVY)
    gone = client.post(RETRIEVE, follow=True)
    assert "Shipping templates no longer offered: Standard delivery." in page(gone)
    assert "1 named in vain" in page(gone)
    assert "no longer offers shipping template &#x27;Standard delivery&#x27; on UK" in page(
        client.get("/office/tasks/")
    )
    has(central, STANDARD, HEAVY)
    assert "offered again: Standard delivery." in page(client.post(RETRIEVE, follow=True))
    assert "no longer offers" not in page(client.get("/office/tasks/"))
    assert Exchange.objects.filter(operation="getDefinitionsProductType").count() == 4


def test_a_seller_without_any_template_is_told_to_make_one(sign_in, central):
    has(central)
    answer = sign_in("manager").post(RETRIEVE, follow=True)
    assert "Amazon offers no shipping template; make one in Seller Central" in page(answer)
    assert answer.context["rows"] == ()


def test_the_job_keeps_the_list_and_its_trouble_stops_no_connection(shop, central):
    tasks.retrieve_templates(shop.channel.pk)
    assert ShippingTemplate.objects.filter(gone_since=None).count() == 2
    has(central)
    answer = central.control.patch("/simulator/applications/client", json={"roles": []})
    assert answer.status_code == 200, answer.text
    with pytest.raises(Misconfigured):
        rounds.retrieve_templates(shop.channel.pk)
    tasks.retrieve_templates(shop.channel.pk)
    assert ShippingTemplate.objects.filter(gone_since=None).count() == 2
    assert Connection.objects.get().state == "working"


def test_an_amazon_that_does_not_answer_is_said_and_what_was_known_stays(shop, sign_in):
    offers(shop, "Standard delivery", "Heavy goods")
    answer = sign_in("manager").post(RETRIEVE, follow=True)
    assert "could not be retrieved; what was known stays." in page(answer)
    assert [row.is_offered for row in answer.context["rows"]] == [True, True]


def test_the_amazon_screen_chooses_from_the_list_and_names_what_is_gone(shop, sign_in):
    client = sign_in("manager")
    typed = client.get(LISTING)
    assert "Amazon has named none of your templates yet" in page(typed)
    assert '<input type="text" name="shipping_template" value="Standard delivery"' in page(typed)
    offers(shop, "Heavy goods", "Standard delivery")
    chosen = page(client.get(LISTING))
    assert '<option value="Standard delivery" selected>Standard delivery</option>' in chosen
    offers(shop, "Heavy goods")
    gone = page(client.get(LISTING))
    assert "Standard delivery (no longer offered by Amazon)" in gone
    assert "Amazon no longer offers shipping template &#x27;Standard delivery&#x27; on UK." in gone


def test_a_listing_is_not_changed_to_a_template_that_is_gone(shop, sign_in):
    offers(shop, "Standard delivery", "Heavy goods")
    offers(shop, "Standard delivery")
    a_product("LAMP", on_hand=5, price="20.00")
    fields = {
        "channel": "UK",
        "asin": "B0EXAMPLE1",
        "condition": "new_new",
        "type": "onsite_fba",
        "country_of_origin": "GB",
    }
    save = "/office/product/LAMP/amazon/save/"
    answer = sign_in("manager").post(save, fields | {"shipping_template": "Heavy goods", "step": "keep"})
    assert answer.status_code == 422
    (words,) = answer.context["form"].errors["shipping_template"]
    assert words == (
        "Amazon no longer offers shipping template 'Heavy goods' on UK. Choose one of: Standard delivery."
    )


def test_a_channel_without_listings_says_that_it_needs_no_templates(shop, sign_in):
    mfn = an_order_channel("mfn", beside=shop.channel)
    answer = sign_in("manager").get(f"/office/sales-channel/{mfn.code}/setup/shipping-templates/")
    assert "Loadbay makes no listings on this channel" in page(answer)


def test_who_may_not_change_channels_sees_the_list_and_asks_nobody(shop, sign_in):
    client = sign_in("packer")
    assert client.post(RETRIEVE).status_code == 403


def test_only_channels_that_are_told_of_listings_are_asked_about_by_the_clock(shop):
    an_order_channel("mfn", beside=shop.channel)
    schedule.retrieve_templates(0)
    rows = ProcrastinateJob.objects.filter(task_name__endswith="tasks.retrieve_templates")
    assert [row.args for row in rows] == [{"channel_id": shop.channel.pk}]
