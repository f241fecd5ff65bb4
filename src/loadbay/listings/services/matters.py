"""The tasks that a listing's life opens and closes: what a person must mend, one task per listing and kind.

Each names cause and cure, leads to the listing's Amazon screen, and closes by itself once its cause is gone.
"""

from __future__ import annotations

from loadbay.inbox.services import close_kinds, close_tasks, restate_task
from loadbay.listings.models import Listing
from loadbay.listings.rules import State

REJECTED, SUPPRESSED = "listing_rejected", "listing_suppressed"
GONE, UNLINKED = "listing_gone", "listing_unlinked"
_SETTLED_BY = {
    State.SUBMITTED: (REJECTED, SUPPRESSED, GONE, UNLINKED),
    State.REJECTED: (SUPPRESSED, GONE, UNLINKED),
    State.AWAITING_CONVERSION: (SUPPRESSED,),
    State.SUPPRESSED: (REJECTED,),
    State.LINKED: (REJECTED, SUPPRESSED, GONE, UNLINKED),
    State.DELISTED: (REJECTED, SUPPRESSED, UNLINKED),
}
"""Which tasks a listing has no more need of, once it is in a state."""
_OF_SENDERS = ("listing_change_refused", "listing_delist_refused", "price_refused", "price_missing")


def matter_of(listing: Listing) -> str:
    return f"{listing.sku} on {listing.channel.code}"


def subject_of(listing: Listing) -> str:
    """The key of its timeline, and of its Amazon screen."""
    return f"listing:{listing.channel.code}:{listing.sku}"


def settle_matters(listing: Listing) -> None:
    """Close what the listing's present state has settled."""
    close_kinds(_SETTLED_BY.get(State(listing.state), ()), matter=matter_of(listing))


def settle_senders(listing: Listing) -> None:
    """It is off Amazon: nothing of it is told any more, so no refusal stands."""
    close_kinds(_OF_SENDERS, matter=matter_of(listing))
    places = [f"{listing.sku} at {figure.location}" for figure in listing.figures.all()]
    for kind in ("stock_refused", "stock_stale"):
        close_tasks(kind, matters=places)


def tell_rejected(listing: Listing, *, because: str) -> None:
    _tell(
        listing,
        kind=REJECTED,
        sentence=f"Amazon does not take the listing of {matter_of(listing)}: {because}",
        cure="Mend what Amazon names on its Amazon screen, then press Save there again.",
    )


def tell_suppressed(listing: Listing, *, because: str) -> None:
    _tell(
        listing,
        kind=SUPPRESSED,
        sentence=f"Amazon has taken {matter_of(listing)} from sale: {because}",
        cure="Mend what Amazon names: origin, template and price here, all else in Seller Central. "
        "Loadbay sees by itself when it is shown again.",
    )


def tell_gone(listing: Listing) -> None:
    _tell(
        listing,
        kind=GONE,
        sentence=f"Amazon does not have {matter_of(listing)} any more: it was not taken off from here.",
        cure="Ask who took it off in Seller Central. To list it again, press Save on its Amazon screen; "
        "if that was meant, press Done.",
    )


def tell_unlinked(listing: Listing) -> None:
    _tell(
        listing,
        kind=UNLINKED,
        sentence=f"{matter_of(listing)} was Onsite FBA and is MFN at Amazon again; no stock and price of it "
        "is told any more.",
        cure="Change it to Onsite FBA in Seller Central again, or take it off Amazon on its Amazon screen.",
    )


def _tell(listing: Listing, *, kind: str, sentence: str, cure: str) -> None:
    restate_task(
        kind=kind,
        matter=matter_of(listing),
        cause="decision" if kind in (GONE, UNLINKED) else "mapping",
        sentence=sentence,
        cure=cure,
        subjects=(subject_of(listing),),
        is_alert=kind in (GONE, UNLINKED),
    )
