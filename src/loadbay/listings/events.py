"""What can happen to listings. Recorded with the change; `jobs/reactions.py` says what follows."""

from __future__ import annotations

from loadbay.core.events import event


@event("listings.submission_wanted")
class SubmissionWanted:
    """A person saved listings that are to be sent to the marketplace."""

    channel_id: int
    listing_ids: list[int]


@event("listings.state_changed")
class ListingStateChanged:
    """A listing took a step of its life; `because` says why, in words."""

    channel_id: int
    listing_id: int
    state: str
    because: str


@event("listings.linked")
class ListingLinked:
    """Listings are proven to be linked: from now on their stock and prices flow."""

    channel_id: int
    listing_ids: list[int]


@event("listings.stock_to_tell")
class StockToTellChanged:
    """What the shop's own rules say about stock changed (offset, cap): figures of these channels are due."""

    channel_ids: list[int]


@event("listings.change_wanted")
class ListingChangeWanted:
    """What Amazon keeps of listings was changed here, or they are to be taken off."""

    channel_id: int
    listing_ids: list[int]
