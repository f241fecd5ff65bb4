"""What follows from a changed setting of a sales channel: a table from setting to consequences.

Part of the table of reactions: everything here runs in the transaction of the change, nothing goes to the
network. Refusals of what would be left behind take the change back. Order: shipments, figures, field calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from loadbay.channels.events import ChannelChanged
from loadbay.channels.queries import has_shipments, is_watching, sending_at_once
from loadbay.dispatch.services import planning
from loadbay.jobs import rounds, tasks
from loadbay.listings.services import give_up_places
from loadbay.listings.services.channel_marks import What, mark_channels
from loadbay.listings.services.submissions import look_now
from loadbay.orders import readers
from loadbay.orders.order_readers import reads_orders
from loadbay.orders.services import placing
from loadbay.orders.services.answering import promise_what_waits
from loadbay.orders.services.buyers import await_again
from loadbay.orders.services.defining import go_on_where_defined, held_keys
from loadbay.orders.services.staging import open_windows_again

Consequence = Callable[[ChannelChanged], object]


def _refuse_stranding(event: ChannelChanged) -> None:
    planning.refuse_stranding(event.channel_id, locations=event.left, rooms=event.left_rooms)
    placing.refuse_stranding(event.channel_id, locations=event.left)
    give_up_places(event.channel_id, locations=event.left)


def _look_for_shipments(event: ChannelChanged) -> None:
    """Ask for everything since go-live once more: it may belong here now."""
    open_windows_again(event.connection_id)
    ask_for_everything(event.connection_id, statuses=(*readers.NEW_STATUSES, *readers.OTHER_STATUSES))


def ask_for_everything(connection_id: int, *, statuses: Iterable[str]) -> None:
    """Ask at once for what the connection's channels sell: shipments of these statuses, and orders."""
    for status in statuses if has_shipments(connection_id) else ():
        tasks.read_shipments.defer(connection_id=connection_id, status=status)
    if reads_orders(connection_id):
        tasks.read_orders.defer(connection_id=connection_id)


def _build(event: ChannelChanged) -> None:
    placing.go_on_where_rooms_are(event.channel_id)
    tasks.build_sales.defer(connection_id=event.connection_id)


def _define_anew(event: ChannelChanged) -> None:
    """Orders that wait for a definition are looked at again; what still lacks one is told anew."""
    go_on_where_defined(event.channel_id, held_keys(event.channel_id))
    tasks.build_sales.defer(connection_id=event.connection_id)


def _start_moved(event: ChannelChanged) -> None:
    placing.look_again_from_start(event.channel_id)
    _look_for_shipments(event)
    tasks.build_sales.defer(connection_id=event.connection_id)


def _answer(event: ChannelChanged) -> None:
    promise_what_waits(event.connection_id)


def _reckon_stock(event: ChannelChanged) -> None:
    _mark(event, What.STOCK)
    tasks.send_stock.defer(channel_id=event.channel_id)


def _reckon_prices(event: ChannelChanged) -> None:
    _mark(event, What.PRICES)
    for channel_id in sending_at_once([event.channel_id]):
        tasks.send_prices.defer(channel_id=channel_id)


def _mark(event: ChannelChanged, what: What) -> None:
    """The listings of a large channel are marked by the queue: no person waits for a million of them."""
    if mark_channels([event.channel_id], what):
        tasks.mark_listings.defer(channel_id=event.channel_id)


def _send_what_waited(event: ChannelChanged) -> None:
    for channel_id in sending_at_once([event.channel_id]):
        tasks.send_stock.defer(channel_id=channel_id)
        tasks.send_prices.defer(channel_id=channel_id)


def _watch_ended(event: ChannelChanged) -> None:
    """Everything that was only noted goes to Amazon, and Amazon's figures are compared with ours."""
    if is_watching(event.channel_id):
        return
    promise_what_waits(event.connection_id)
    tasks.answer_shipments.defer(connection_id=event.connection_id)
    tasks.tell_shipped.defer(connection_id=event.connection_id)
    for field_call_id in rounds.labels_due(event.connection_id):
        tasks.make_labels.defer(field_call_id=field_call_id, connection_id=event.connection_id)
    look_now(event.channel_id)
    tasks.submit_listings.defer(channel_id=event.channel_id)
    tasks.change_listings.defer(channel_id=event.channel_id)
    tasks.follow_listings.defer(channel_id=event.channel_id)
    _reckon_stock(event)
    _reckon_prices(event)
    tasks.reconcile_stock.defer(channel_id=event.channel_id)


def _await_buyers(event: ChannelChanged) -> None:
    await_again(event.channel_id, now=rounds.CLOCK.now())
    tasks.find_buyers.defer(connection_id=event.connection_id)


def _plan_lorries(event: ChannelChanged) -> None:
    planning.plan_again(event.channel_id, now=rounds.CLOCK.now())


CONSEQUENCES: Mapping[str, tuple[Consequence, ...]] = {
    "rooms": (_refuse_stranding, _look_for_shipments, _build, _reckon_stock),
    "order_start_at": (_start_moved,),
    "confirms_by_itself": (_answer,),
    "allows_multi_currency": (_define_anew,),
    "payment_behaviour": (_define_anew,),
    "is_watching": (_watch_ended,),
    "reservation_ends": (_reckon_stock,),
    "send_mode": (_send_what_waited,),
    "price_category": (_reckon_prices,),
    "buyer_details_days": (_await_buyers,),
    "onsite_wait_hours": (_build,),
    "pickups": (_plan_lorries,),
    "collection_weekdays": (_plan_lorries,),
    "holidays": (_plan_lorries,),
    "time_zone": (_plan_lorries,),
    "shipping_agent": (_plan_lorries,),
    # Read anew each time they count: for the next sale, the next scan, the next page.
    "description": (),
    "dimension_1": (),
    "dimension_2": (),
    "sale_prefix": (),
    "erp": (),
    "finishes_with_last_scan": (),
    "external_document_template": (),
    "placeholder_customer": (),
}


def channel_changed(event: ChannelChanged) -> None:
    """Every consequence of what changed, once, in the order of the table."""
    wanted = [step for setting, steps in CONSEQUENCES.items() if setting in event.changed for step in steps]
    for consequence in dict.fromkeys(wanted):
        consequence(event)
