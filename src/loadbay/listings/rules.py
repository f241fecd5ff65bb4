"""The life of a listing, what proves that it is linked, and what a person may type.

Pure. The life is the table NEXT; every pair that is not in it is refused. What must be right before a listing
is sent: `readiness.py`; stock figures: `stock_rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum

from loadbay.core.errors import NotFound, Refusal, WrongInput

LATE_AFTER = timedelta(minutes=20)
"""A listing that Amazon does not show after this long is reminded of."""


class State(Enum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    LIVE_AS_MFN = "live_as_mfn"
    AWAITING_CONVERSION = "awaiting_conversion"
    LINKED = "linked"
    REJECTED = "rejected"
    SUPPRESSED = "suppressed"
    DELISTED = "delisted"


class Step(Enum):
    """What happens to a listing. The first word is who does it: Amazon, or the shop."""

    SUBMIT = "Amazon accepts the submission"
    REJECT = "Amazon declines the submission"
    APPEAR = "Amazon shows the listing"
    WAIT = "A person is asked to convert it"
    LINK = "It is proven that the listing is linked"
    SUPPRESS = "Amazon suppresses the listing"
    RESTORE = "Amazon shows it again, not linked yet"
    RESUME = "Amazon shows it again, linked before"
    UNLINK = "Amazon shows it as MFN again"
    DELIST = "The listing is taken off Amazon"


NEXT: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Step.REJECT): State.REJECTED,
    (State.DRAFT, Step.LINK): State.LINKED,
    (State.REJECTED, Step.SUBMIT): State.SUBMITTED,
    (State.REJECTED, Step.REJECT): State.REJECTED,
    (State.REJECTED, Step.LINK): State.LINKED,
    (State.REJECTED, Step.DELIST): State.DELISTED,
    (State.SUBMITTED, Step.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.REJECT): State.REJECTED,
    (State.SUBMITTED, Step.APPEAR): State.LIVE_AS_MFN,
    (State.SUBMITTED, Step.LINK): State.LINKED,
    (State.SUBMITTED, Step.DELIST): State.DELISTED,
    (State.LIVE_AS_MFN, Step.WAIT): State.AWAITING_CONVERSION,
    (State.LIVE_AS_MFN, Step.LINK): State.LINKED,
    (State.LIVE_AS_MFN, Step.SUPPRESS): State.SUPPRESSED,
    (State.LIVE_AS_MFN, Step.DELIST): State.DELISTED,
    (State.AWAITING_CONVERSION, Step.LINK): State.LINKED,
    (State.AWAITING_CONVERSION, Step.SUPPRESS): State.SUPPRESSED,
    (State.AWAITING_CONVERSION, Step.DELIST): State.DELISTED,
    (State.LINKED, Step.SUPPRESS): State.SUPPRESSED,
    (State.LINKED, Step.UNLINK): State.AWAITING_CONVERSION,
    (State.LINKED, Step.DELIST): State.DELISTED,
    (State.SUPPRESSED, Step.LINK): State.LINKED,
    (State.SUPPRESSED, Step.RESTORE): State.AWAITING_CONVERSION,
    (State.SUPPRESSED, Step.RESUME): State.LINKED,
    (State.SUPPRESSED, Step.DELIST): State.DELISTED,
    (State.DELISTED, Step.SUBMIT): State.SUBMITTED,
    (State.DELISTED, Step.REJECT): State.REJECTED,
}
EDITABLE = frozenset({State.DRAFT, State.REJECTED, State.DELISTED})
"""Where ASIN, condition and the like may still change, because Amazon has no such listing of ours."""
FOLLOWED = (State.SUBMITTED, State.LIVE_AS_MFN, State.AWAITING_CONVERSION)
"""Where Amazon is asked again and again how the listing stands."""
WAITING = (State.LIVE_AS_MFN, State.AWAITING_CONVERSION)
"""Where a person has to convert the listing in Seller Central."""
GONE_AFTER = timedelta(minutes=10)
"""A listing that Amazon showed and does not show for this long was taken off there."""
LOOK_AFTER_CHANGE = timedelta(minutes=2)
"""When a listing is looked at after Amazon accepted a change of it."""
NEXT_STEP = {
    State.DRAFT: "Press Save to send it to Amazon.",
    State.SUBMITTED: "Amazon takes 10 to 20 minutes to show it. Nothing is to be done.",
    State.LIVE_AS_MFN: "Change it to Onsite FBA in Seller Central; a hazmat form may be asked for.",
    State.AWAITING_CONVERSION: "Change it to Onsite FBA in Seller Central; a hazmat form may be asked for.",
    State.LINKED: "Stock and prices flow. Nothing is to be done.",
    State.REJECTED: "Mend what Amazon names, then press Save again.",
    State.SUPPRESSED: "Mend what Amazon names, here or in Seller Central.",
    State.DELISTED: "Press Save to list it again.",
}


MEND_FIRST = "Mend what Amazon names, then change it to Onsite FBA in Seller Central."
"""The next step of a waiting listing with errors: Amazon refuses its conversion."""


class StepNotAllowed(Refusal):
    """Something was asked of a listing that its state does not allow."""

    code = "listing_step_not_allowed"


class ListingUnknown(NotFound):
    """No listing of that SKU on that channel."""

    code = "listing_unknown"


class ListingAmbiguous(WrongInput):
    """A SKU with listings on several channels, and no channel named."""

    code = "listing_ambiguous"


class ListingExists(Refusal):
    """A second listing of one SKU on one channel."""

    code = "listing_exists"


class CapNotUsable(WrongInput):
    """A stock cap, or another stock rule, that makes no sense."""

    code = "stock_rule_not_usable"


def advance(state: State, step: Step, *, sku: str) -> State:
    try:
        return NEXT[state, step]
    except KeyError:
        words = state.name.replace("_", " ").capitalize()
        raise StepNotAllowed(
            f"{sku} is {words}, so this cannot happen: {step.value}. {NEXT_STEP[state]}"
        ) from None


def next_step(state: State, *, severities: Collection[str] = ()) -> str:
    """What is to be done now; `severities` are those of Amazon's issues."""
    return MEND_FIRST if state in WAITING and "ERROR" in severities else NEXT_STEP[state]


def is_told(state: State, *, was_linked: bool) -> bool:
    """Whether stock and price may leave: after Linked, and on while Amazon suppresses the listing."""
    return state is State.LINKED or (state is State.SUPPRESSED and was_linked)


def has_channel_code(channel_codes: Sequence[str]) -> bool:
    """Whether Amazon says that it ships the listing (AMAZON_EU and kin, not DEFAULT)."""
    return any(code.upper().startswith("AMAZON") for code in channel_codes)


def is_unlinked(state: State, *, channel_codes: Sequence[str], was_shown_by_amazon: bool) -> bool:
    """Whether a linked listing went back to MFN: it had Amazon's code once and now has the seller's alone.

    One that never showed Amazon's code says nothing: nobody knows which code a converted listing has.
    """
    return state is State.LINKED and went_back(
        channel_codes=channel_codes, was_shown_by_amazon=was_shown_by_amazon
    )


def went_back(*, channel_codes: Sequence[str], was_shown_by_amazon: bool) -> bool:
    """Whether Amazon ships it no more: it showed its code once, and only the seller's when looked at last."""
    return was_shown_by_amazon and bool(channel_codes) and not has_channel_code(channel_codes)


def is_shipment_proof(created_at: datetime, *, went_back_at: datetime | None) -> bool:
    """Whether a shipment from our location proves the link: not one from before it went back to MFN."""
    return went_back_at is None or created_at > went_back_at


def is_proof_of_link(
    *,
    channel_codes: Sequence[str] = (),
    fetched_at_our_location: bool = False,
    shipped_from_our_location: bool = False,
    person: str = "",
) -> bool:
    """The code alone also describes plain FBA, so it needs a stock figure at our own location beside it."""
    shown_by_amazon = has_channel_code(channel_codes) and fetched_at_our_location
    return shown_by_amazon or shipped_from_our_location or bool(person.strip())


def look_again_after(age: timedelta) -> timedelta:
    """How long to leave a listing alone before Amazon is asked again: a tenth of its waiting so far."""
    return min(max(age / 10, timedelta(seconds=10)), timedelta(minutes=15))


def look_at_linked_every(count: int) -> timedelta:
    """How often each of so many linked listings is looked at: a small shop's every quarter of an hour.

    A page of 20 in three seconds, which is four hours for a hundred thousand. From 144,000 on it stays six
    hours and the pages come faster; the follower takes 500 in half a minute at best, so that above 360,000
    it is as late as that makes it: a million listings take 17 hours.
    """
    return min(max(timedelta(seconds=0.15) * count, timedelta(minutes=15)), timedelta(hours=6))


def try_again_after(tries: int) -> timedelta:
    """The time to the next try of a refused message: half a minute, doubled each time, at most six hours."""
    doublings = min(max(tries - 1, 0), 12)
    return min(timedelta(seconds=30 * (1 << doublings)), timedelta(hours=6))


def is_late(submitted_at: datetime, *, now: datetime) -> bool:
    return now - submitted_at > LATE_AFTER


# --- what is typed ---

_ASIN = re.compile(r"[A-Z0-9]{10}")
CONDITIONS = frozenset(
    "new_new new_open_box new_oem refurbished_refurbished used_like_new used_very_good used_good"
    " used_acceptable collectible_like_new collectible_very_good collectible_good collectible_acceptable"
    " club_club".split()
)
TYPES = ("onsite_fba", "fba", "mfn")


def read_asin(text: str) -> str:
    asin = text.strip().upper()
    if not _ASIN.fullmatch(asin):
        raise WrongInput(f"{text[:30]!r} is not an ASIN. It has ten letters and digits, as in B0EXAMPLE1.")
    return asin


def read_condition(text: str) -> str:
    folded = re.sub(r"[^a-z]+", "_", text.strip().lower()).strip("_")
    condition = {"new": "new_new", "refurbished": "refurbished_refurbished", "club": "club_club"}.get(
        folded, folded
    )
    if condition not in CONDITIONS:
        known = ", ".join(sorted(CONDITIONS))
        raise WrongInput(f"{text[:30]!r} is not a condition. Choose new, or one of: {known}.")
    return condition


def read_type(text: str, *, programme: str) -> str:
    """The listing type; a channel has one programme, and that decides."""
    kind = text.strip().lower().replace("-", "_").replace(" ", "_").replace("on_site", "onsite")
    if kind not in TYPES:
        raise WrongInput(f"{text[:30]!r} is not a listing type. Choose onsite-fba.")
    if programme != "smartconnect":
        raise WrongInput(
            "Only a SmartConnect channel is told of listings. Orders of others find products by SKU."
        )
    if kind != "onsite_fba":
        raise WrongInput(
            "A SmartConnect channel lists On Site FBA only. Choose onsite-fba, or another channel."
        )
    return kind
