"""The Amazon screen: what must be right first is named beside its field; nothing leaves before Save."""

from __future__ import annotations

import pytest

from loadbay.catalogue.services import set_price
from loadbay.listings.models import Listing
from loadbay.web.office.subjects import linked
from loadbay.web.seller_central import listing_link
from tests.services.goods import a_bundle, a_channel, a_linked_listing, a_product
from tests.web.conftest import nobody_answers

pytestmark = pytest.mark.django_db
FIELDS = {
    "channel": "UK",
    "asin": "B0EXAMPLE1",
    "condition": "new_new",
    "type": "onsite_fba",
    "country_of_origin": "GB",
    "shipping_template": "Standard delivery",
}


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def lamp(db: None) -> None:
    a_channel()
    nobody_answers()
    a_product("LAMP", on_hand=5, price="20.00")


def save(client, **changes):
    return client.post("/office/product/LAMP/amazon/save/", {**FIELDS, **changes}, follow=True)


def test_without_a_channel_the_screen_says_what_to_do_first(sign_in):
    a_product("LAMP")
    assert "No sales channel is told of listings" in page(
        sign_in("manager").get("/office/product/LAMP/amazon/")
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("asin", "", "Copy the ASIN from Seller Central."),
        ("asin", "B0", "is not an ASIN"),
        ("country_of_origin", "", "without it Amazon refuses the listing"),
        ("country_of_origin", "1!", "1!"),
        ("shipping_template", "", "Choose one of the templates"),
        ("type", "mfn", "lists On Site FBA only"),
        ("cap", "-1", "greater than or equal to 0"),
        ("percentage", "101", "less than or equal to 100"),
    ],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_listed(field, value, sentence, sign_in, lamp):
    answer = save(sign_in("manager"), **{field: value})
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert not Listing.objects.exists()


def test_a_listing_without_price_names_where_to_set_it(sign_in):
    a_channel()
    nobody_answers()
    a_product("LAMP")
    answer = save(sign_in("manager"))
    assert answer.status_code == 422
    assert "Set one under Product Info" in " ".join(answer.context["form"].non_field_errors())
    assert [point.code for point in answer.context["points"] if not point.is_met] == ["price"]
    assert not Listing.objects.exists()


def test_smartconnect_on_a_soft_bundle_is_stopped_with_the_right_way(sign_in, lamp):
    a_bundle("PAIR", contents={"LAMP": 2})
    set_price(sku="PAIR", category="Amazon", amount="35.00", currency="GBP")
    answer = sign_in("manager").post("/office/product/PAIR/amazon/save/", FIELDS)
    assert answer.status_code == 422
    assert "and the bundle as MFN" in answer.context["form"].errors["type"][0]


def test_add_update_keeps_a_draft_and_save_sends_it(sign_in, lamp):
    client = sign_in("manager")
    kept = save(client, step="keep")
    assert "Press Save to list it on Amazon." in page(kept)
    assert Listing.objects.values_list("state", "submission_wanted").get() == ("draft", False)
    sent = save(client, step="save")
    assert "LAMP is sent to Amazon." in page(sent)
    assert Listing.objects.get().submission_wanted


def test_an_amazon_that_does_not_answer_is_said_and_the_draft_is_kept(sign_in, lamp):
    answer = save(sign_in("manager"), step="keep")
    assert "Amazon could not be asked about the ASIN." in page(answer)
    checked = sign_in("manager").post(
        "/office/product/LAMP/amazon/check/", FIELDS, headers={"HX-Request": "true"}
    )
    assert checked.status_code == 422
    assert "The ASIN could not be checked" in page(checked)


def test_the_life_is_shown_as_steps(sign_in, lamp):
    a_linked_listing("LAMP")
    answer = sign_in("manager").get("/office/product/LAMP/amazon/?channel=UK")
    assert [step.mark for step in answer.context["steps"]] == ["done"] * 5
    assert "ASIN, condition and type no longer change." in page(answer)


def test_a_point_that_nobody_could_check_is_never_shown_as_met(sign_in, lamp):
    a_linked_listing("LAMP")
    answer = sign_in("manager").get("/office/product/LAMP/amazon/?channel=UK")
    assert answer.context["unchecked"] == 5
    assert page(answer).count('<li class="is-unknown">') == 5
    assert page(answer).count("Not checked.</span> ") == 5


def test_a_correction_of_a_listing_at_amazon_is_said_to_be_on_its_way(sign_in, lamp):
    a_linked_listing("LAMP")
    answer = save(sign_in("manager"), step="keep", country_of_origin="PT")
    assert "To be told to Amazon: country of origin PT." in page(answer)
    assert "Still to be told to Amazon: country of origin PT" in page(answer)
    Listing.objects.update(offer_refusal="Not with this ASIN.")
    refused = page(sign_in("manager").get("/office/product/LAMP/amazon/?channel=UK"))
    assert "Amazon does not take the change: country of origin PT" in refused
    assert "Not with this ASIN." in refused


def test_handling_days_of_a_linked_listing_are_shown_and_cannot_be_changed(sign_in, lamp):
    a_linked_listing("LAMP")
    Listing.objects.update(handling_days=2)
    answer = save(sign_in("manager"), step="keep", handling_days="5")
    assert "they are not told any more" in page(answer)
    assert Listing.objects.get().handling_days == 2


def test_a_listing_is_taken_off_from_its_screen(sign_in, lamp):
    a_linked_listing("LAMP")
    client = sign_in("manager")
    taken = client.post("/office/product/LAMP/amazon/delist/", {"channel": "UK"}, follow=True)
    assert "LAMP is taken off Amazon on UK." in page(taken)
    assert "It is being taken off Amazon." in page(taken)
    assert not taken.context["can_delist"]
    Listing.objects.update(state="draft", delisting_wanted=False)
    refused = client.post("/office/product/LAMP/amazon/delist/", {"channel": "UK"}, follow=True)
    assert "LAMP is a Draft" in page(refused)


def test_the_board_shows_what_waits_for_a_person_under_one_heading(sign_in, lamp):
    a_product("RUG", price="9.00")
    a_linked_listing("LAMP")
    a_linked_listing("RUG")
    Listing.objects.filter(sku="RUG").update(state="live_as_mfn")
    answer = sign_in("manager").get("/office/listings/?state=waiting&channel=UK")
    assert [row.sku for row, _ in answer.context["rows"]] == ["RUG"]
    assert "To be converted 1" in page(answer)


def test_the_board_names_the_channel_of_a_listing_only_where_there_are_several(sign_in, lamp):
    a_linked_listing("LAMP")
    client = sign_in("manager")
    assert '<th scope="col">SKU</th>' in page(client.get("/office/listings/"))
    a_channel("DE")
    board = page(client.get("/office/listings/"))
    assert '<th scope="col">SKU and channel</th>' in board
    assert '<span class="sub">UK</span>' in board


def test_a_task_leads_to_the_amazon_screen_of_its_channel_and_to_the_board():
    screen, board, other = linked(("listing:UK:RUG 1", "board:UK:waiting", "board:UK:submitted"))
    assert (screen.words, screen.link) == ("RUG 1", "/office/product/RUG%201/amazon/?channel=UK")
    assert (board.words, board.link) == (
        "All to be converted on UK",
        "/office/listings/?state=waiting&channel=UK",
    )
    assert other.words == "All submitted on UK"


def test_a_number_opens_into_its_sum(sign_in, lamp):
    a_linked_listing("LAMP")
    answer = sign_in("manager").get("/office/product/LAMP/amazon/why/?channel=UK")
    (total,) = answer.context["sums"]
    assert (total.free, total.shown, total.open, total.to_tell) == (5, 5, 0, 5)


@pytest.mark.parametrize(
    ("endpoint", "link"),
    [
        ("http://127.0.0.1:8500", "http://127.0.0.1:8500/central/listings/RUG%20%261"),
        (
            "https://sellingpartnerapi-eu.amazon.com",
            "https://sellercentral-europe.amazon.com/inventory?searchTerm=RUG+%261",
        ),
    ],
)
def test_a_listing_is_found_in_the_seller_central_it_belongs_to(endpoint, link):
    assert listing_link("RUG &1", marketplace="GB", endpoint=endpoint) == link


def test_the_board_counts_states_and_takes_a_person_s_word_for_many(sign_in, lamp):
    client = sign_in("manager")
    save(client, step="keep")
    Listing.objects.update(state="awaiting_conversion")
    board = client.get("/office/listings/")
    assert [(row.sku, link) for row, link in board.context["rows"]] == [
        ("LAMP", "http://127.0.0.1:9/central/listings/LAMP")
    ]
    file = page(client.get("/office/listings/waiting.csv")).splitlines()
    assert file[0] == "sku,asin,channel,state,since,seller_central"
    assert file[1].startswith("LAMP,B0EXAMPLE1,UK,awaiting_conversion,")
    assert "No listing was chosen." in page(client.post("/office/listings/linked/", {}, follow=True))
    client.post("/office/listings/linked/", {"listing": ["UK:LAMP", "UK:NOPE"]})
    assert Listing.objects.get().state == "linked"
