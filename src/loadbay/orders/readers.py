"""Asking the marketplace what is new, window by window, and storing the pages as they come.

A window is closed only when every page of it was stored. It starts a little before the last one ended, by
Amazon's own change times, so that neither clock matters; what is seen twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from loadbay.channels.models import SalesChannel
from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import ShipmentId
from loadbay.core.locks import alone
from loadbay.journal.services import note
from loadbay.orders.handfuls import by_handfuls, still_spoiled
from loadbay.orders.models import BuyerDetails, Poll
from loadbay.orders.ports import OrderPage, OrderSource, SeenShipment, ShipmentPage, ShipmentSource, Spoiled
from loadbay.orders.rules import FINAL
from loadbay.orders.services import buyers, importing, staging
from loadbay.orders.services.importing import ImportedAgain, ToImport
from loadbay.orders.services.setting_aside import NAMELESS
from loadbay.orders.services.staging import Staged

NEW_STATUSES = ("ACCEPTED", "CREATED", "CANCELLED")
OTHER_STATUSES = (
    "CONFIRMED",
    "PACKAGE_CREATED",
    "PICKUP_SLOT_RETRIEVED",
    "INVOICE_GENERATED",
    "SHIPLABEL_GENERATED",
    "SHIPPED",
    "DELIVERED",
)
OVERLAP = timedelta(minutes=2)
GO_LIVE_LOOK_BACK = timedelta(days=30)
FRESH = timedelta(seconds=5)
WHOLE_LOOK, WHOLE_LOOK_EVERY = "buyers:all", timedelta(hours=6)
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Read:
    """What one window brought."""

    pages: int
    new: int
    changed: int
    set_aside: int


def read_shipments(connection_id: int, *, status: str, source: ShipmentSource, clock: Clock) -> Read:
    """Read every page of what changed in one status since the last closed window. Raises its trouble on."""
    began = clock.now()
    poll = begin_poll(connection_id, f"shipments:{status}", began)
    since = _since(connection_id, poll, status)
    newest: datetime | None = poll.done_until
    pages = new = changed = set_aside = 0
    staged = Staged(new=0, changed=0, set_aside=0)
    try:
        for handful in by_handfuls(_pages(source, status=status, since=since), clock=clock):
            page = _joined(handful.pages)
            staged = staging.stage_page(connection_id, page)
            pages, new = pages + len(handful.pages), new + staged.new
            changed, set_aside = changed + staged.changed, set_aside + staged.set_aside
            newest = _newest(newest, page)
            if handful.trouble is not None:
                raise handful.trouble
    except Trouble as trouble:
        Poll.objects.filter(pk=poll.pk).update(trouble=trouble.sentence)
        if new:
            staging.no_more_follow(connection_id)
        raise
    if new and not staged.new:
        staging.no_more_follow(connection_id)
    staging.close_window(poll, done_until=newest, now=began)  # known as of then, not as of now
    return Read(pages, new, changed, set_aside)


def _pages(source: ShipmentSource, *, status: str, since: datetime) -> Iterator[ShipmentPage]:
    token: str | None = None
    for number in count(1):
        page = source.shipments(
            status=status, updated_after=since, updated_before=None, location_id=None, token=token
        )
        yield page
        token = _next(page, token, number)
        if token is None:
            return


def _joined(pages: Sequence[ShipmentPage]) -> ShipmentPage:
    return ShipmentPage(
        tuple(seen for page in pages for seen in page.shipments),
        still_spoiled(({seen.shipment_id for seen in page.shipments}, page.spoiled) for page in pages),
        pages[-1].next_token if pages else None,
    )


def fresh_cancellations(connection_id: int, *, source: ShipmentSource, clock: Clock) -> None:
    """Make sure that cancellations are known as of at most five seconds ago; one look serves everybody."""
    if _is_fresh(connection_id, clock):
        return
    with alone(f"cancellations:{connection_id}"):
        if not _is_fresh(connection_id, clock):
            read_shipments(connection_id, status="CANCELLED", source=source, clock=clock)


def look(connection_id: int, *, see: Callable[[], object]) -> None:
    """Store one shipment as `see` shows it now; used after an unclear answer."""
    seen = see()
    staging.stage_page(connection_id, ShipmentPage((seen,), (), None))  # type: ignore[arg-type]


def import_again(item: ToImport, *, source: ShipmentSource) -> ImportedAgain:
    """Try once more to take in what was set aside or waits: as Amazon shows it now.

    Where Amazon cannot be asked, or its answer cannot be read, what was received before is read by today's
    program. Raises the trouble on when that is no help either, and what Amazon declines.
    """
    reread = source.reread(item.raw) if item.raw else None
    name = reread.shipment_id if isinstance(reread, SeenShipment) else ShipmentId(item.identity)
    if isinstance(reread, Spoiled) and item.identity.startswith(NAMELESS):
        importing.leave_aside(item, reason=reread.reason)
        return importing.outcome(item, name=item.identity)
    try:
        seen = source.shipment(name)
    except (Retryable, Unclear) as trouble:
        if isinstance(reread, Spoiled):
            importing.leave_aside(item, reason=reread.reason)
        if not isinstance(reread, SeenShipment):
            raise
        seen = reread
        note(f"shipment:{name}", f"Taken in as received before. {trouble.sentence}", what="imported_again")
    importing.take_in(item, seen)
    return importing.outcome(item, name=seen.shipment_id)


def read_buyers(
    connection_id: int, *, source: OrderSource, clock: Clock, only_the_whole: bool = False
) -> int:
    """Look for the genuine buyers of shipped orders, a hundred a page. Returns how many were found.

    What changed since the last look is read; everything since the oldest awaited order only every few hours,
    for a buyer who appears without a change of the order. `only_the_whole`: what changes is read elsewhere.
    """
    awaited = BuyerDetails.objects.filter(
        order__connection_id=connection_id, state=BuyerDetails.State.AWAITED
    )
    oldest = awaited.order_by("awaited_since").values_list("awaited_since", flat=True).first()
    whole = _whole_look_is_due(connection_id, clock.now())
    if oldest is None or (only_the_whole and not whole):
        return 0
    poll = begin_poll(connection_id, "buyers", clock.now())
    since = oldest if whole or poll.done_until is None else max(oldest, poll.done_until)
    found, newest = 0, poll.done_until
    try:
        for page in _pages_of_orders(source, since=since - OVERLAP):
            found += buyers.found_buyers(connection_id, page.orders, now=clock.now())
            buyers.tell_unread(connection_id, page.spoiled)
            newest = max(
                [*(order.updated_at for order in page.orders), *([newest] if newest else [])], default=None
            )
            if not awaited.exists():
                break
    except Trouble as trouble:
        Poll.objects.filter(pk=poll.pk).update(trouble=trouble.sentence)
        raise
    staging.close_window(poll, done_until=newest, now=clock.now())
    if whole:
        staging.close_window(
            begin_poll(connection_id, WHOLE_LOOK, clock.now()), done_until=None, now=clock.now()
        )
    return found


def _pages_of_orders(source: OrderSource, *, since: datetime) -> Iterator[OrderPage]:
    token: str | None = None
    for pages in count(1):
        page = source.shipped_orders(updated_after=since, token=token)
        yield page
        if page.next_token is None:
            return
        token = _different(page.next_token, token, pages)


def _whole_look_is_due(connection_id: int, now: datetime) -> bool:
    last = Poll.objects.filter(connection_id=connection_id, question=WHOLE_LOOK).first()
    return last is None or last.answered_at is None or now - last.answered_at >= WHOLE_LOOK_EVERY


def begin_poll(connection_id: int, question: str, now: datetime) -> Poll:
    """The question as it stood when it was asked."""
    poll, _ = Poll.objects.update_or_create(
        connection_id=connection_id, question=question, defaults={"asked_at": now}
    )
    return poll


def _since(connection_id: int, poll: Poll, status: str) -> datetime:
    """Where a window starts; the first reaches back, so that what is open at go-live comes in."""
    if poll.done_until is not None:
        return poll.done_until - OVERLAP
    if status in FINAL:
        return since_go_live(connection_id) + GO_LIVE_LOOK_BACK - OVERLAP
    return since_go_live(connection_id)


def since_go_live(connection_id: int) -> datetime:
    """Where everything begins: some time before the first order, for what was open at that moment."""
    starts = SalesChannel.objects.filter(connection_id=connection_id).order_by("order_start_at")
    first = starts.values_list("order_start_at", flat=True).first()
    if first is None:
        raise Rejected(
            "The connection has no sales channel; there is nothing to ask for.", reason="no_channel"
        )
    return first - GO_LIVE_LOOK_BACK


def _newest(known: datetime | None, page: ShipmentPage) -> datetime | None:
    moments = [seen.updated_at for seen in page.shipments]
    return max([*moments, known] if known is not None else moments, default=None)


def _next(page: ShipmentPage, token: str | None, pages: int) -> str | None:
    return None if page.next_token is None else _different(page.next_token, token, pages)


def _different(next_token: str, token: str | None, pages: int) -> str:
    if next_token == token or pages >= MOST_PAGES:
        raise Retryable("Amazon sends the same page again and again; the window stays open.")
    return next_token


def _is_fresh(connection_id: int, clock: Clock) -> bool:
    poll = Poll.objects.filter(connection_id=connection_id, question="shipments:CANCELLED").first()
    return bool(poll and poll.answered_at and clock.now() - poll.answered_at <= FRESH)
