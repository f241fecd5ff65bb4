"""Telling Amazon the prices of linked listings, one at a time; nothing else of the listing is touched."""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.core.ids import Sku
from loadbay.listings.ports import ListingDesk
from loadbay.listings.senders.doors import Sent, may_send
from loadbay.listings.services import pricing
from loadbay.listings.services.pricing import PriceToTell

LOOK = 20


def send_prices(channel_id: int, *, desk: ListingDesk, clock: Clock) -> Sent:
    """Tell every price that is due. Trouble other than a refusal is raised on; nothing is lost by it."""
    channel = may_send(channel_id)
    if channel is None:
        return Sent()
    told = unchanged = refused = 0
    pricing.recover_in_flight(channel_id)
    while may_send(channel_id) is not None:
        taken = pricing.take_prices(channel, limit=LOOK, now=clock.now())
        unchanged += taken.unchanged
        if not taken.prices and not taken.unchanged:
            break
        for at, price in enumerate(taken.prices):
            try:
                reason = _tell(price, desk=desk)
            except Trouble:
                pricing.give_back([price], was_sent=True)
                pricing.give_back(taken.prices[at + 1 :], was_sent=False)
                raise
            _record(price, reason=reason, channel=channel.code, clock=clock)
            told, refused = (told + 1, refused) if reason is None else (told, refused + 1)
    return Sent(told, unchanged, refused, pricing.next_due(channel_id))


def _tell(price: PriceToTell, *, desk: ListingDesk) -> str | None:
    """Why Amazon declined it; None when it was taken."""
    try:
        answer = desk.tell_price(Sku(price.sku), price=price.price, product_type=price.product_type)
    except Rejected as refusal:
        return refusal.sentence
    if answer.accepted:
        return None
    return "; ".join(issue.message for issue in answer.issues) or "Amazon named no reason."


def _record(price: PriceToTell, *, reason: str | None, channel: str, clock: Clock) -> None:
    matter = f"{price.sku} on {channel}"
    if reason is None:
        pricing.record_told(price, sku_at=matter, now=clock.now())
    else:
        pricing.record_refused(price, sku_at=matter, reason=reason, now=clock.now())
