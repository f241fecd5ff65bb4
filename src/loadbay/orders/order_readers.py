"""Asking the Orders API what changed (MFN, FBA), page by page, as `readers` asks for shipments.

One question for everything a connection sells, because Amazon allows one in three minutes. No end is named
(an end has to be two minutes old), and the next window begins before the end that Amazon gave for this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from loadbay.channels.queries import marketplaces_of, order_programmes
from loadbay.core.clock import Clock
from loadbay.core.errors import Retryable, Trouble
from loadbay.core.ids import AmazonOrderId
from loadbay.journal.services import note
from loadbay.orders.handfuls import by_handfuls, still_spoiled
from loadbay.orders.models import Poll
from loadbay.orders.ports import OrderSource, ShipmentPage, Spoiled, WholeOrder, WholeOrderPage
from loadbay.orders.readers import MOST_PAGES, Read, begin_poll, since_go_live
from loadbay.orders.services import buyers, importing, staging
from loadbay.orders.services.first_seen import ShownBuyers
from loadbay.orders.services.importing import ImportedAgain, ToImport

QUESTION = "orders"
OVERLAP = timedelta(minutes=5)
FULFILLED_BY = {"mfn": "MERCHANT", "fba": "AMAZON"}


def reads_orders(connection_id: int) -> bool:
    """Whether a channel of the connection sells by the Orders API."""
    return bool(order_programmes(connection_id))


def reads_orders_of_amazon(connection_id: int) -> bool:
    """Whether what changes of orders that Amazon fulfils is read by itself, buyers and all, everywhere."""
    programmes = order_programmes(connection_id)
    return "fba" in programmes and marketplaces_of(connection_id) <= set(_marketplaces(programmes))


def read_orders(connection_id: int, *, source: OrderSource, clock: Clock) -> Read:
    """Read every page of orders that changed since the last closed window. Raises its trouble on."""
    began = clock.now()
    programmes = order_programmes(connection_id)
    if not programmes:
        return Read(pages=0, new=0, changed=0, set_aside=0)
    poll = begin_poll(connection_id, QUESTION, began)
    since = (poll.done_until or since_go_live(connection_id)) - OVERLAP
    pages = new = changed = set_aside = 0
    reached: datetime | None = None
    try:
        for handful in by_handfuls(_pages(source, programmes, since=since), clock=clock):
            staged = _store(connection_id, handful.pages, now=clock.now())
            pages, new = pages + len(handful.pages), new + staged.new
            changed, set_aside = changed + staged.changed, set_aside + staged.set_aside
            for page in handful.pages:
                reached = _earliest(reached, page.updated_before)
            if handful.trouble is not None:
                raise handful.trouble
    except Trouble as trouble:
        Poll.objects.filter(pk=poll.pk).update(trouble=trouble.sentence)
        staging.no_more_follow(connection_id)
        raise
    staging.no_more_follow(connection_id)
    staging.close_window(poll, done_until=reached, now=began)
    return Read(pages, new, changed, set_aside)


def look(connection_id: int, order_id: str, *, source: OrderSource, now: datetime) -> WholeOrder:
    """Store one order as it is now; used after an unclear answer."""
    seen = source.whole_order(AmazonOrderId(order_id))
    _store(connection_id, [WholeOrderPage((seen,), (), None, None)], now=now)
    return seen


def import_again(item: ToImport, *, source: OrderSource, now: datetime) -> ImportedAgain:
    """As `readers.import_again`, for an order that was set aside or waits."""
    try:
        seen = source.whole_order(AmazonOrderId(item.identity))
    except Retryable as trouble:
        reread = source.reread_order(item.raw)
        if isinstance(reread, Spoiled):
            if item.raw:
                importing.leave_aside(item, reason=reread.reason)
            raise
        seen = reread
        note(
            f"shipment:{item.identity}",
            f"Taken in as received before. {trouble.sentence}",
            what="imported_again",
        )
    with transaction.atomic():
        importing.take_in(item, seen.shipment)
        buyers.found_buyers(item.connection_id, [seen.buyer], now=now)
    return importing.outcome(item, name=item.identity)


def _pages(
    source: OrderSource, programmes: dict[str, tuple[str, ...]], *, since: datetime
) -> Iterator[WholeOrderPage]:
    fulfilled_by = tuple(sorted(FULFILLED_BY[programme] for programme in programmes))
    markets = _marketplaces(programmes)
    token: str | None = None
    for number in range(1, MOST_PAGES + 1):
        page = source.orders(
            updated_after=since, fulfilled_by=fulfilled_by, marketplace_ids=markets, token=token
        )
        yield page
        if page.next_token is None:
            return
        if page.next_token == token or number == MOST_PAGES:
            raise Retryable("Amazon sends the same page again and again; the window stays open.")
        token = page.next_token


def _marketplaces(programmes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Those that are asked for orders, all programmes in one question."""
    return tuple(dict.fromkeys(market for mine in programmes.values() for market in mine))


def _store(connection_id: int, pages: Sequence[WholeOrderPage], *, now: datetime) -> staging.Staged:
    """The orders, and as much of their buyers as Amazon shows: at once, for rules may ask who bought."""
    orders = [order for page in pages for order in page.orders]
    spoiled = still_spoiled(
        ({order.shipment.shipment_id for order in page.orders}, page.spoiled) for page in pages
    )
    mine = staging.of_our_channels(connection_id, [order.shipment for order in orders])
    with transaction.atomic():
        shown = ShownBuyers.of((order.buyer for order in orders), now=now)
        staged = staging.stage_page(connection_id, ShipmentPage(tuple(mine), spoiled, "more"), shown=shown)
        buyers.found_buyers(connection_id, [order.buyer for order in orders], now=now)
    return staged


def _earliest(known: datetime | None, seen: datetime | None) -> datetime | None:
    """How far the whole window reached: as far as its least page."""
    return min(known, seen) if known and seen else seen or known
