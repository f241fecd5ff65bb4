"""Listings that are at Amazon are looked at for ever, many at once: what changes there is seen and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loadbay.core.errors import Rejected, Retryable
from loadbay.core.ids import Sku
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.listings import queries, senders, services
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.ports import ListingIssue, SubmissionAnswer
from loadbay.listings.rules import State
from loadbay.listings.services.submissions import due_looks, look_now
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product

pytestmark = pytest.mark.django_db
HOURS = 3600
WRONG = ListingIssue("8541", "The origin differs.", "ERROR", ("country_of_origin",))


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture
def channel() -> int:
    return a_channel().pk


def linked(amazon: Amazon, *skus: str) -> None:
    for sku in skus:
        a_product(sku, on_hand=5, price="12.99")
        a_linked_listing(sku, amazon=amazon)


@pytest.fixture
def rug(amazon, channel) -> int:
    """Linked, told its stock, and seen at Amazon once."""
    linked(amazon, "RUG")
    senders.send_stock(channel, desk=amazon.stock, clock=amazon.clock)
    follow(amazon, channel)
    return channel


def follow(amazon: Amazon, channel: int, *, after: float = 0) -> int:
    amazon.clock.advance(after)
    return senders.follow_listings(
        channel, listing_desk=amazon.listings, stock_desk=amazon.stock, clock=amazon.clock
    ).looked_at


def shows(amazon: Amazon, sku: str = "RUG", **fields: object) -> None:
    seen = amazon.marketplace.listings[Sku(sku)]
    amazon.marketplace.listings[Sku(sku)] = replace(seen, **fields)


def asked(amazon: Amazon, operation: str) -> int:
    return amazon.marketplace.troubles.asked.count(operation)


def state(sku: str = "RUG") -> str:
    return Listing.objects.get(sku=sku).state


def kinds() -> list[str]:
    return [task.kind for task in open_tasks()]


# --- how often, and at what cost ---


def test_many_linked_listings_are_looked_at_twenty_at_a_time(amazon, channel):
    linked(amazon, *(f"RUG-{n:02}" for n in range(45)))
    assert follow(amazon, channel) == 45
    assert (asked(amazon, "find"), asked(amazon, "read")) == (3, 0)
    assert follow(amazon, channel, after=60) == 0
    assert follow(amazon, channel, after=15 * 60) == 45


def test_the_listing_whose_look_is_the_longest_due_comes_first(amazon, channel):
    linked(amazon, "LAMP", "RUG", "VASE")
    now = amazon.clock.now()
    for sku, minutes in (("LAMP", 1), ("RUG", 9), ("VASE", -1)):
        Listing.objects.filter(sku=sku).update(next_look_at=now - timedelta(minutes=minutes))
    linked(amazon, "NEW")
    due = due_looks(channel, states=(State.LINKED,), now=now, limit=2)
    assert [listing.sku for listing in due] == ["NEW", "RUG"]


def test_a_person_who_asks_has_a_small_shops_linked_listings_looked_at_at_once(amazon, rug):
    assert follow(amazon, rug) == 0
    look_now(rug)
    assert follow(amazon, rug) == 1


def test_a_listing_is_looked_at_soon_after_a_change_of_it(amazon, rug):
    services.update_listing(replace(services.fields_of("RUG", "UK"), country_of_origin="PT"))
    senders.change_listings(rug, desk=amazon.listings, clock=amazon.clock)
    assert follow(amazon, rug, after=119) == 0
    assert follow(amazon, rug, after=2) == 1


def test_a_listing_that_amazon_chokes_on_holds_up_no_other(amazon, channel):
    linked(amazon, "LAMP", "RUG")
    del amazon.marketplace.listings[Sku("LAMP")]
    amazon.marketplace.troubles.next("read", Retryable("503"))
    shows(amazon, is_suppressed=True, issues=(WRONG,))
    follow(amazon, channel)
    assert (state("LAMP"), state("RUG")) == ("linked", "suppressed")
    assert Listing.objects.get(sku="LAMP").missing_since is None


def test_one_sku_that_amazons_search_declines_does_not_stop_the_looks_at_all_others(amazon, channel):
    linked(amazon, *(f"RUG-{n:02}" for n in range(30)))
    shows(amazon, "RUG-25", is_suppressed=True, issues=(WRONG,))
    for _ in range(2):
        amazon.marketplace.troubles.next("find", Rejected("The SKU RUG-00 is not valid.", reason="400"))
        amazon.marketplace.troubles.next("read", Rejected("RUG-00 is not valid.", reason="400"))
        assert follow(amazon, channel, after=HOURS) == 29
    assert state("RUG-25") == "suppressed"
    assert [entry.text for entry in timeline("listing:UK:RUG-00")][:2] == [
        "Amazon does not say how it stands: RUG-00 is not valid.",
        "mary said so.",
    ]
    assert follow(amazon, channel, after=HOURS) == 30


def test_a_page_of_listings_without_an_answer_goes_behind_the_others(amazon, channel):
    linked(amazon, *(f"RUG-{n:02}" for n in range(25)))
    amazon.marketplace.troubles.next("find", Retryable("503"))
    with pytest.raises(Retryable):
        follow(amazon, channel)
    assert follow(amazon, channel) == 5
    assert follow(amazon, channel, after=31) == 20


# --- what is seen ---


def test_a_linked_listing_that_amazon_suppresses_makes_a_task_and_is_resumed_by_itself(amazon, rug):
    shows(amazon, is_suppressed=True, issues=(WRONG,))
    follow(amazon, rug, after=HOURS)
    assert state() == "suppressed"
    (task,) = open_tasks()
    assert (task.kind, task.matter, task.subjects) == (
        "listing_suppressed",
        "RUG on UK",
        ("listing:UK:RUG",),
    )
    assert "The origin differs." in task.sentence
    another = replace(WRONG, message="The picture is missing.")
    shows(amazon, issues=(another,))
    follow(amazon, rug, after=HOURS)
    (task,) = open_tasks()
    assert ("The picture is missing." in task.sentence, task.times) == (True, 1)
    shows(amazon, is_suppressed=False, issues=())
    follow(amazon, rug, after=HOURS)
    assert (state(), open_tasks()) == ("linked", ())


def test_issues_of_a_linked_listing_are_kept_up_to_date(amazon, rug):
    shows(amazon, issues=(WRONG,))
    follow(amazon, rug, after=HOURS)
    card = queries.listing_card("RUG", "UK")
    assert [issue["message"] for issue in card.issues] == ["The origin differs."]
    assert timeline("listing:UK:RUG")[0].text == "Amazon says: The origin differs."
    shows(amazon, issues=())
    follow(amazon, rug, after=HOURS)
    assert queries.listing_card("RUG", "UK").issues == ()
    assert timeline("listing:UK:RUG")[0].text == "Amazon has nothing against it any more."


def test_a_listing_changed_back_to_mfn_is_told_no_stock_until_it_is_linked_again(amazon, rug):
    shows(amazon, channel_codes=("DEFAULT",))
    follow(amazon, rug, after=HOURS)
    assert asked(amazon, "read") == 1
    assert state() == "awaiting_conversion"
    assert kinds() == ["listing_unlinked"]
    senders.change_listings(rug, desk=amazon.listings, clock=amazon.clock)
    assert amazon.listings.changes == []
    follow(amazon, rug, after=HOURS)
    assert set(kinds()) == {"listing_unlinked", "listing_conversion"}
    assert services.mark_stock_dirty([Listing.objects.get().product_id], urgent=True) == ()
    shows(amazon, channel_codes=("AMAZON_EU",))
    follow(amazon, rug, after=HOURS)
    assert state() == "linked"
    follow(amazon, rug)
    assert kinds() == []
    senders.send_stock(rug, desk=amazon.stock, clock=amazon.clock)
    assert amazon.told("RUG") == [5, 5]


def test_a_late_shipment_from_before_the_switch_back_does_not_link_a_listing_again(amazon, rug):
    shows(amazon, channel_codes=("DEFAULT",))
    follow(amazon, rug, after=HOURS)
    before = amazon.clock.now() - timedelta(minutes=1)
    assert services.seen_in_shipments({"RUG": before}, rug) == 0
    assert state() == "awaiting_conversion"


def test_a_link_by_a_late_shipment_of_a_listing_that_is_mfn_again_lasts_until_the_next_look(amazon, rug):
    shows(amazon, channel_codes=("DEFAULT",))
    follow(amazon, rug, after=HOURS)
    assert services.seen_in_shipments({"RUG": amazon.clock.now() + timedelta(minutes=1)}, rug) == 1
    assert state() == "linked"
    follow(amazon, rug, after=61)
    assert state() == "awaiting_conversion"


def test_a_person_who_links_a_listing_that_amazon_shows_as_mfn_is_believed(amazon, rug):
    shows(amazon, channel_codes=("DEFAULT",))
    follow(amazon, rug, after=HOURS)
    services.confirm_linked(sku="RUG", channel="UK", person="mary")
    follow(amazon, rug, after=HOURS)
    assert state() == "linked"


def test_a_listing_whose_code_never_was_amazons_is_left_linked(amazon, channel):
    linked(amazon, "RUG")
    shows(amazon, channel_codes=("DEFAULT",))
    follow(amazon, channel)
    follow(amazon, channel, after=HOURS)
    assert state() == "linked"


def test_a_listing_deleted_in_seller_central_is_delisted_with_a_task(amazon, rug):
    del amazon.marketplace.listings[Sku("RUG")]
    follow(amazon, rug, after=HOURS)
    assert (state(), asked(amazon, "read")) == ("linked", 1)
    follow(amazon, rug, after=9 * 60)
    assert state() == "linked"
    follow(amazon, rug, after=60)
    assert state() == "delisted"
    (task,) = open_tasks()
    assert (task.kind, task.is_alert, task.subjects) == ("listing_gone", True, ("listing:UK:RUG",))
    services.want_submission("RUG", "UK")
    senders.submit_listings(rug, desk=amazon.listings, clock=amazon.clock)
    assert open_tasks() == ()


def test_a_listing_that_comes_back_within_minutes_was_never_gone(amazon, rug):
    kept = amazon.marketplace.listings.pop(Sku("RUG"))
    follow(amazon, rug, after=HOURS)
    assert queries.listing_card("RUG", "UK").missing_since is not None
    amazon.marketplace.listings[Sku("RUG")] = kept
    follow(amazon, rug, after=HOURS)
    assert (state(), queries.listing_card("RUG", "UK").missing_since) == ("linked", None)
    assert StockFigure.objects.get().acknowledged_quantity == 5


# --- tasks of listings that are not taken, or wait ---


def test_a_rejected_listing_makes_a_task_that_a_better_submission_closes(amazon, channel):
    a_product("RUG", price="12.99")
    a_linked_listing("RUG")
    listing = Listing.objects.get()
    Listing.objects.update(state="draft", linked_because="", submission_wanted=True, next_look_at=None)
    for message in ("ASIN unknown.", "Condition unknown."):
        answer = SubmissionAnswer(False, "", (ListingIssue("1", message, "ERROR"),))
        services.record_submission(
            listing.pk, answer=answer, sent=None, is_current=True, now=amazon.clock.now()
        )
    (task,) = open_tasks()
    assert (task.kind, task.times, task.subjects) == ("listing_rejected", 1, ("listing:UK:RUG",))
    assert task.sentence == "Amazon does not take the listing of RUG on UK: Condition unknown."
    answer = SubmissionAnswer(True, "s-1")
    services.record_submission(listing.pk, answer=answer, sent=None, is_current=True, now=amazon.clock.now())
    assert open_tasks() == ()


def test_a_rejected_listing_that_is_taken_off_leaves_no_task(amazon, channel):
    a_product("RUG", price="12.99")
    a_linked_listing("RUG")
    Listing.objects.update(state="draft", linked_because="")
    answer = SubmissionAnswer(False, "", ())
    services.record_submission(
        Listing.objects.get().pk, answer=answer, sent=None, is_current=True, now=amazon.clock.now()
    )
    assert kinds() == ["listing_rejected"]
    services.want_delisting("RUG", "UK")
    senders.change_listings(channel, desk=amazon.listings, clock=amazon.clock)
    assert (state(), open_tasks()) == ("delisted", ())


def test_the_task_of_waiting_listings_is_about_what_waits_now(amazon, channel):
    linked(amazon, "LAMP", "RUG")
    Listing.objects.update(state="awaiting_conversion", linked_because="")
    for sku in ("LAMP", "RUG"):
        shows(amazon, sku, channel_codes=("DEFAULT",))
    follow(amazon, channel)
    (task,) = open_tasks()
    assert task.sentence == "2 listings to be changed to Onsite FBA: LAMP, RUG."
    shows(amazon, issues=(WRONG,))
    services.confirm_linked(sku="LAMP", channel="UK", person="mary")
    follow(amazon, channel, after=HOURS)
    (task,) = open_tasks()
    assert task.subjects == ("board:UK:waiting", "listing:UK:RUG")
    assert task.sentence == (
        "1 listing to be changed to Onsite FBA: RUG. "
        "Amazon names errors of RUG, which are to be mended first."
    )
