"""What happens after X? This table says it, and nothing else does.

Each reaction runs inside the transaction of its event: a service that must change with it, or a job that is
written with it. Nothing here may go to the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loadbay.catalogue.events import PricesChanged, ProductsChanged
from loadbay.channels.events import (
    ChannelAdded,
    ChannelChanged,
    ConnectionResumed,
    ConnectionStopped,
    DefinitionsChanged,
    MatrixChanged,
)
from loadbay.channels.matrix_rules import from_data, situation_as_data
from loadbay.channels.queries import channels_of_connection, erps, sending_at_once
from loadbay.core import events
from loadbay.dispatch.events import (
    FieldCallsCancelled,
    FieldCallsCompleted,
    FieldCallsOpened,
    LabelsStored,
    LabelsWanted,
    PrintWanted,
)
from loadbay.dispatch.queries import connection_of_field_call
from loadbay.dispatch.services.following import ask_of_what_came_before, follow_changes, pick_the_rest
from loadbay.dispatch.services.labels import erase_labels
from loadbay.dispatch.services.opening import open_field_calls, pick_again
from loadbay.dispatch.services.stopping import stop_field_calls
from loadbay.dispatch.services.uncovering import Uncovered, uncover
from loadbay.inbox.services import close_task
from loadbay.jobs import rounds, tasks
from loadbay.jobs.channel_changes import ask_for_everything, channel_changed
from loadbay.listings.events import (
    ListingChangeWanted,
    ListingLinked,
    ListingStateChanged,
    StockToTellChanged,
    SubmissionWanted,
)
from loadbay.listings.services import mark_prices_dirty, mark_stock_dirty
from loadbay.listings.services.channel_marks import channels_to_mark
from loadbay.orders import readers
from loadbay.orders.events import (
    BuyersErased,
    BuyersFound,
    OrdersChanged,
    RestWanted,
    SalesBuilt,
    SalesCancelled,
    SalesCovered,
    SalesCredited,
    SalesUncovered,
    ShipmentsLetGo,
    ShipmentsShipped,
    ShipmentsStaged,
    ShipmentsToAnswer,
    WebhooksWanted,
    WorkWanted,
)
from loadbay.orders.services.building import is_batch_staged, products_appeared
from loadbay.orders.services.buyers import await_buyers
from loadbay.orders.services.covering import connections_short_of
from loadbay.orders.services.customers import greet_picked
from loadbay.orders.services.defining import go_on_where_defined
from loadbay.orders.services.differing import follow_posted
from loadbay.orders.services.following import follow_matrix, lines_changed, situations_changed
from loadbay.orders.services.shrinking import reprice
from loadbay.orders.services.staging import open_windows_again
from loadbay.people.events import (
    PasswordSet,
    PersonAdded,
    PersonLeft,
    PersonReturned,
    RoleChanged,
    TokenAdded,
    TokenRevoked,
)
from loadbay.stock.events import StockChanged

Reaction = Callable[[Any], object]

ARRIVALS = frozenset({"goods_in", "transfer", "count", "return", "release", "put_back"})
"""Reasons of a stock change that may cover a shipment which was short."""


LOSSES = frozenset({"disposal", "transfer", "count", "hand_over", "pack"})
"""Reasons of a stock change that may take away goods which were promised."""


def _stock_changed(event: StockChanged) -> None:
    """What was lowered may not wait for the schedule of its channel: that could oversell."""
    lost = uncover(event.product_ids) if event.lowered and event.reason in LOSSES else Uncovered()
    if lost.is_unfinished:
        tasks.uncover.defer(product_ids=list(event.product_ids))
    marked = mark_stock_dirty(event.product_ids, urgent=event.lowered)
    for channel_id in marked if event.lowered else sending_at_once(marked):
        tasks.send_stock.defer(channel_id=channel_id)
    short = connections_short_of(event.product_ids) if event.reason in ARRIVALS else []
    for connection_id in sorted({*lost.connections, *short}):  # who lost may find goods in another room
        tasks.build_sales.defer(connection_id=connection_id)


def _prices_changed(event: PricesChanged) -> None:
    for channel_id in sending_at_once(mark_prices_dirty(event.product_ids)):
        tasks.send_prices.defer(channel_id=channel_id)


def _products_changed(event: ProductsChanged) -> None:
    for connection_id in products_appeared():
        tasks.build_sales.defer(connection_id=connection_id)
    for channel_id in mark_stock_dirty(event.contents, urgent=True):
        tasks.send_stock.defer(channel_id=channel_id)


def _tell_stock(event: StockToTellChanged) -> None:
    """With the global stock cap, the figures of a large channel are still to be marked."""
    for channel_id in sorted({*event.channel_ids} & {*channels_to_mark()}):
        tasks.mark_listings.defer(channel_id=channel_id)
    for channel_id in event.channel_ids:
        tasks.send_stock.defer(channel_id=channel_id)


def _submit(event: SubmissionWanted) -> None:
    tasks.submit_listings.defer(channel_id=event.channel_id)


def _change(event: ListingChangeWanted) -> None:
    tasks.change_listings.defer(channel_id=event.channel_id)


def _linked(event: ListingLinked) -> None:
    for channel_id in sending_at_once([event.channel_id]):
        tasks.send_stock.defer(channel_id=channel_id)
        tasks.send_prices.defer(channel_id=channel_id)


def _channel_added(event: ChannelAdded) -> None:
    open_windows_again(event.connection_id)
    ask_for_everything(event.connection_id, statuses=readers.NEW_STATUSES)


def _definitions_changed(event: DefinitionsChanged) -> None:
    go_on_where_defined(event.channel_id, event.mapped)
    greet_picked(event.channel_id, event.mapped)
    tasks.build_sales.defer(connection_id=event.connection_id)


def _matrix_changed(event: MatrixChanged) -> None:
    """The first orders go on at once, and the rest of many by the queue."""
    before, after = ([from_data(line) for line in lines] for lines in (event.before, event.after))
    lines_changed(event.channel_id, after)
    changed = situations_changed(event.channel_id, before, after)
    left = follow_matrix(event.channel_id, changed) if changed else None
    if left is not None:
        data = [situation_as_data(one) for one in changed]
        tasks.follow_matrix.defer(
            channel_id=event.channel_id, connection_id=event.connection_id, changed=data, after=left
        )
    tasks.build_sales.defer(connection_id=event.connection_id)


def _connection_resumed(event: ConnectionResumed) -> None:
    close_task("connection_stopped", str(event.connection_id))
    tasks.answer_shipments.defer(connection_id=event.connection_id)
    tasks.tell_shipped.defer(connection_id=event.connection_id)
    for channel_id in channels_of_connection(event.connection_id):
        tasks.send_stock.defer(channel_id=channel_id)


def _staged(event: ShipmentsStaged) -> None:
    if not event.more_follow or is_batch_staged(event.connection_id):
        tasks.build_sales.defer(connection_id=event.connection_id)


def _built(event: SalesBuilt) -> None:
    open_field_calls(event.sale_ids, now=rounds.CLOCK.now())
    ask_of_what_came_before(event.sale_ids)


def _changed(event: OrdersChanged) -> None:
    follow_changes(event.shipment_ids, resized=event.resized)
    reprice(event.repriced)
    follow_posted([*event.resized, *event.repriced])


def _rest(event: RestWanted) -> None:
    pick_the_rest(event.shipment_ids)


def _hand_over(
    event: OrdersChanged | BuyersFound | SalesBuilt | SalesCancelled | SalesCredited | FieldCallsCompleted,
) -> None:
    """Only a job: the books must not make an import or the dock wait."""
    for erp in erps():
        tasks.hand_over.defer(erp=erp)


def _covered(event: SalesCovered) -> None:
    pick_again(event.sale_ids)
    ask_of_what_came_before(event.sale_ids)


def _answer(event: ShipmentsToAnswer) -> None:
    tasks.answer_shipments.defer(connection_id=event.connection_id)


def _let_go(event: ShipmentsLetGo) -> None:
    tasks.build_sales.defer(connection_id=event.connection_id)
    tasks.answer_shipments.defer(connection_id=event.connection_id)


def _webhooks(event: WebhooksWanted) -> None:
    for action_id in event.action_ids:
        tasks.send_webhooks.defer(action_id=action_id)


def _cancelled(event: SalesCancelled) -> None:
    stop_field_calls(event.sale_ids, now=rounds.CLOCK.now())


def _shipped(event: ShipmentsShipped) -> None:
    await_buyers(event.shipment_ids, now=rounds.CLOCK.now())
    tasks.find_buyers.defer(connection_id=event.connection_id)


def _labels_wanted(event: LabelsWanted) -> None:
    tasks.make_labels.defer(
        field_call_id=event.field_call_id, connection_id=connection_of_field_call(event.field_call_id)
    )


def _print(event: LabelsStored | PrintWanted) -> None:
    for job_id in event.print_job_ids:
        tasks.print_label.defer(print_job_id=job_id)


def _completed(event: FieldCallsCompleted) -> None:
    tasks.tell_shipped.defer(connection_id=event.connection_id)


def _erased(event: BuyersErased) -> None:
    erase_labels(event.order_ids)


def _work_wanted(event: WorkWanted) -> None:
    tasks.do_work.defer(work_id=event.work_id)


REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    StockChanged: (_stock_changed,),
    PricesChanged: (_prices_changed,),
    ProductsChanged: (_products_changed,),
    StockToTellChanged: (_tell_stock,),
    SubmissionWanted: (_submit,),
    ListingChangeWanted: (_change,),
    ListingLinked: (_linked,),
    ListingStateChanged: (),
    ChannelAdded: (_channel_added,),
    ChannelChanged: (channel_changed,),
    DefinitionsChanged: (_definitions_changed,),
    MatrixChanged: (_matrix_changed,),
    ConnectionStopped: (),
    ConnectionResumed: (_connection_resumed,),
    ShipmentsStaged: (_staged,),
    OrdersChanged: (_changed, _hand_over),
    SalesBuilt: (_built, _hand_over),
    RestWanted: (_rest,),
    SalesCovered: (_covered,),
    SalesUncovered: (),
    ShipmentsToAnswer: (_answer,),
    ShipmentsLetGo: (_let_go,),
    WebhooksWanted: (_webhooks,),
    SalesCancelled: (_cancelled, _hand_over),
    SalesCredited: (_hand_over,),
    ShipmentsShipped: (_shipped,),
    BuyersFound: (_hand_over,),
    BuyersErased: (_erased,),
    WorkWanted: (_work_wanted,),
    FieldCallsOpened: (),
    LabelsWanted: (_labels_wanted,),
    LabelsStored: (_print,),
    PrintWanted: (_print,),
    FieldCallsCompleted: (_completed, _hand_over),
    FieldCallsCancelled: (),
    PersonAdded: (),
    RoleChanged: (),
    PasswordSet: (),
    PersonLeft: (),
    PersonReturned: (),
    TokenAdded: (),
    TokenRevoked: (),
}


def react(event: Any) -> None:
    """The sink: run every reaction to an event, in the order of the table."""
    for reaction in REACTIONS.get(type(event), ()):
        reaction(event)


def install() -> None:
    events.install_sink(react)
