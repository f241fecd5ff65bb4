"""Storing shipments as received, page by page, and following their status.

Set-based: a page costs a handful of statements. Staging is alone per connection, so that two polls which
see the same shipment cannot both insert it; the unique constraint backs that up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from loadbay.channels.queries import channels_by_place
from loadbay.core.bulk import Row, insert_rows, these, update_rows
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.journal.services import note_each
from loadbay.listings.services import seen_in_shipments
from loadbay.orders import rules
from loadbay.orders.events import ShipmentsShipped, ShipmentsStaged
from loadbay.orders.models import Poll, Shipment, ShipmentLine
from loadbay.orders.ports import RecommendedBox, SeenShipment, ShipmentPage, Spoiled
from loadbay.orders.services.amending import amend_those_that_fit
from loadbay.orders.services.buyers import date_purge
from loadbay.orders.services.cancelling import cancel_sales, holder
from loadbay.orders.services.first_seen import NOBODY, ShownBuyers, orders_of
from loadbay.orders.services.holding import close_tasks_of, wait_no_more
from loadbay.orders.services.implying import imply
from loadbay.orders.services.onsite import SHIPPED_BY_US
from loadbay.orders.services.resolving import products_sold
from loadbay.orders.services.ruling import tell_of_gone
from loadbay.orders.services.setting_aside import DOES_NOT_FIT, set_aside, settle, those_that_fit
from loadbay.stock import services as stock

Places = dict[tuple[str, str], int]
"""(marketplace id, location id) → channel."""


@dataclass(frozen=True)
class Staged:
    """What a page changed."""

    new: int
    changed: int
    set_aside: int


@transaction.atomic
def stage_page(connection_id: int, page: ShipmentPage, *, shown: ShownBuyers = NOBODY) -> Staged:
    """Store a page: new shipments with their lines, newer statuses of known ones, what could not be read.

    `shown` is what the page shows of buyers: those of new orders are stored with them.
    """
    if not page.shipments and not page.spoiled:
        return Staged(new=0, changed=0, set_aside=0)
    hold_for_transaction(f"staging:{connection_id}")
    channels = channels_by_place(connection_id)
    known = _known(connection_id, page.shipments)  # also of places that the shop has given up since
    unknown = [seen for seen in page.shipments if seen.shipment_id not in known]
    homeless = [seen for seen in unknown if place_of(seen) not in channels]
    at_home = [seen for seen in unknown if place_of(seen) in channels]
    new, broken = _insert(connection_id, at_home, channels, shown)
    if new:
        more_follow = page.next_token is not None
        record(ShipmentsStaged(connection_id=connection_id, shipment_ids=new, more_follow=more_follow))
    seen_again = _newest_of_each(seen for seen in page.shipments if seen.shipment_id in known)
    changed, misfits = _take_anew(connection_id, seen_again, known, channels)
    misfit = {entry.identity for entry in misfits}
    followed, unfit = _follow(
        connection_id, [seen for seen in seen_again if seen.shipment_id not in misfit], known
    )
    changed += followed
    misfit |= {entry.identity for entry in unfit}
    if known:
        settle(connection_id, [name for name in known if name not in misfit])
    aside = [*page.spoiled, *(_homeless(seen) for seen in homeless), *broken, *misfits, *unfit]
    set_aside(connection_id, aside)
    return Staged(new=len(new), changed=changed, set_aside=len(aside))


@transaction.atomic
def no_more_follow(connection_id: int) -> None:
    """A window's last pages brought nothing new: what earlier ones brought is to be built now."""
    record(ShipmentsStaged(connection_id=connection_id, shipment_ids=[]))


@transaction.atomic
def store_anew(connection_id: int, seen: SeenShipment) -> bool:
    """Take a known shipment in once more, lines and all, unless its sale is built; says whether it did.

    A status that is learned with it has the same consequences as in a poll.
    """
    hold_for_transaction(f"staging:{connection_id}")
    channels = channels_by_place(connection_id)
    rows = Shipment.objects.select_for_update().filter(connection_id=connection_id)
    row = rows.filter(shipment_id=seen.shipment_id).exclude(building=Shipment.Building.BUILT).first()
    if row is None or place_of(seen) not in channels:
        return False
    try:
        with transaction.atomic():
            rules.check_skus(seen)
            values = _shipment_row(connection_id, seen, channels, orders_of(connection_id, [seen], NOBODY))
            values |= {"building": Shipment.Building.STAGED, "held_because": "", "implied_status": ""}
            values |= {"ignored_because": "", "is_short": False}
            values |= {"status": row.status, "status_at": row.status_at}  # `_follow` takes it over
            Shipment.objects.filter(pk=row.pk).update(**values)
            row.lines.all().delete()
            insert_rows(ShipmentLine, _lines([seen], [row.pk], channels))
    except DOES_NOT_FIT:
        return False
    settle(connection_id, [seen.shipment_id])
    _follow(connection_id, [seen], {seen.shipment_id: row})
    record(ShipmentsStaged(connection_id=connection_id, shipment_ids=[row.pk]))
    return True


def staged_rows(connection_id: int) -> QuerySet[Shipment]:
    """Shipments of which nobody has said yet what is to become of them."""
    return Shipment.objects.filter(connection_id=connection_id, building=Shipment.Building.STAGED)


def of_our_channels(connection_id: int, seen: Sequence[SeenShipment]) -> list[SeenShipment]:
    """Orders that one of the connection's channels sells, or sold; a question for two programmes and two
    marketplaces brings more."""
    places = channels_by_place(connection_id)
    others = [entry.shipment_id for entry in seen if place_of(entry) not in places]
    rows = Shipment.objects.filter(connection_id=connection_id, shipment_id__in=others)
    known = set(rows.values_list("shipment_id", flat=True)) if others else set()
    return [entry for entry in seen if place_of(entry) in places or entry.shipment_id in known]


def place_of(seen: SeenShipment) -> tuple[str, str]:
    """Where a shipment belongs: one location may serve several marketplaces."""
    return (seen.marketplace_id, seen.location_id)


@transaction.atomic
def close_window(poll: Poll, *, done_until: datetime | None, now: datetime) -> None:
    """Note that every page of a window was stored. `done_until` is Amazon's own latest change time.

    `poll` is as it was when the window was begun: one that was opened again meanwhile stays open.
    """
    row = Poll.objects.filter(pk=poll.pk)
    row.update(answered_at=now, trouble="")
    if done_until is not None:  # of two polls at once, the one that saw less must not take the other back
        row.filter(times_reopened=poll.times_reopened).update(
            done_until=Greatest("done_until", Value(done_until))
        )


@transaction.atomic
def open_windows_again(connection_id: int) -> None:
    """Ask for everything since go-live once more: what belonged to no channel before may have one now."""
    polls = Poll.objects.filter(connection_id=connection_id)
    polls.update(done_until=None, times_reopened=F("times_reopened") + 1)


def _known(connection_id: int, seen: Sequence[SeenShipment]) -> dict[str, Shipment]:
    rows = Shipment.objects.select_for_update().defer("raw", "boxes")
    rows = rows.filter(
        connection_id=connection_id, shipment_id__among=these(entry.shipment_id for entry in seen)
    )
    return {row.shipment_id: row for row in rows.order_by("id")}


def _insert(
    connection_id: int, seen: Sequence[SeenShipment], channels: Places, shown: ShownBuyers
) -> tuple[list[int], list[Spoiled]]:
    """Store new shipments at once; should one of them not fit the tables, each for itself."""
    fresh = _newest_of_each(seen)
    if not fresh:
        return [], []
    pks, broken = those_that_fit(fresh, write=lambda mine: _write(connection_id, mine, channels, shown))
    if pks:
        broken_ids = {entry.identity for entry in broken}
        settle(connection_id, [e.shipment_id for e in fresh if e.shipment_id not in broken_ids])
    return pks, broken


def _newest_of_each(seen: Iterable[SeenShipment]) -> list[SeenShipment]:
    return list({entry.shipment_id: entry for entry in sorted(seen, key=_by_change)}.values())


def _by_change(seen: SeenShipment) -> tuple[datetime, int]:
    return seen.updated_at, rules.RANK.get(seen.status, 99)


def _write(
    connection_id: int, fresh: Sequence[SeenShipment], channels: Places, shown: ShownBuyers
) -> list[int]:
    for entry in fresh:
        rules.check_skus(entry)
    orders = orders_of(connection_id, fresh, shown)
    pks = insert_rows(Shipment, [_shipment_row(connection_id, entry, channels, orders) for entry in fresh])
    insert_rows(ShipmentLine, _lines(fresh, pks, channels))
    _note_proof(fresh, channels)
    _date_final(fresh, orders)
    return pks


def _date_final(fresh: Sequence[SeenShipment], orders: dict[str, int]) -> None:
    """What is over when it is seen first is followed by no change that would date its purge."""
    over = [entry for entry in fresh if entry.status in rules.FINAL]
    if over:
        date_purge([orders[entry.order_id] for entry in over], now=max(entry.updated_at for entry in over))


def _shipment_row(connection_id: int, seen: SeenShipment, channels: Places, orders: dict[str, int]) -> Row:
    totals = rules.totals(seen)
    return {
        "connection_id": connection_id,
        "channel_id": channels[place_of(seen)],
        "order_id": orders[seen.order_id],
        "shipment_id": seen.shipment_id,
        "location": seen.location_id,
        "kind": seen.kind,
        "status": seen.status,
        "status_at": seen.updated_at,
        "created_at": seen.created_at,
        "expected_ship_at": seen.expected_ship_at,
        "earliest_pack_at": seen.earliest_pack_at,
        "currency": seen.currency,
        "units": seen.units,
        "net_total": totals.net,
        "tax_total": totals.tax,
        "is_balanced": totals.is_balanced,
        "off_balance": totals.off_balance,
        "charges": [
            {"kind": charge.kind.value, "net": str(charge.net.amount), "tax": str(charge.tax.amount)}
            for charge in rules.header_charges(seen)
        ],
        "ship_method": seen.ship_method,
        "replaces": seen.replaces,
        "programs": list(seen.programs),
        "rejectable_in": None if seen.rejectable_in is None else sorted(seen.rejectable_in),
        "boxes": [_box_data(box) for box in seen.recommended_boxes],
        "raw": seen.raw,
    }


def _box_data(recommended: RecommendedBox) -> Row:
    box = recommended.box
    return {
        "length_mm": box.length_mm,
        "width_mm": box.width_mm,
        "height_mm": box.height_mm,
        "weight_g": box.weight_g,
        "line_ids": recommended.line_ids,
    }


def _lines(fresh: Sequence[SeenShipment], pks: Sequence[int], channels: Places) -> list[Row]:
    places = [channels[place_of(entry)] for entry in fresh]
    products = products_sold(
        {(channel, line.sku) for channel, entry in zip(places, fresh, strict=True) for line in entry.lines}
    )
    return [
        {"product_id": products.get((channel, str(row["sku"]))), **row}
        for pk, channel, entry in zip(pks, places, fresh, strict=True)
        for row in _line_rows(pk, entry)
    ]


def _line_rows(shipment_pk: int, seen: SeenShipment) -> Iterable[Row]:
    for line in seen.lines:
        amounts = rules.line_amounts(line)
        yield {
            "shipment_id": shipment_pk,
            "line_id": line.line_id,
            "sku": line.sku,
            "units": line.units,
            "shipped_units": line.shipped_units,
            "cancel_asked": line.cancel_asked,
            "net": amounts.net,
            "tax": amounts.tax,
            "discount": amounts.discount,
            "shipping_net": amounts.shipping_net,
            "shipping_tax": amounts.shipping_tax,
            "other_net": amounts.other_net,
            "other_tax": amounts.other_tax,
            "requirements": {
                "serials": line.serials.value,
                "hazmat_labels": line.hazmat_labels.value,
                "origin": line.origin.value,
                "item_value": line.item_value.value,
            },
            "recommended_origin": line.recommended_origin[:2],
            "gift_wrap": line.gift_wrap,
            "has_gift_message": line.has_gift_message,
            "asin": line.asin[:20],
            "is_tax_collected": line.is_tax_collected,
        }


def _take_anew(
    connection_id: int, seen: Sequence[SeenShipment], known: dict[str, Shipment], channels: Places
) -> tuple[int, list[Spoiled]]:
    """Orders that changed before their sale was built are staged once more, as they are now.

    What is cancelled goes the way of every cancellation; what does not fit stays as it was known.
    """
    newest = {entry.shipment_id: entry for entry in sorted(seen, key=_by_change) if rules.is_order(entry)}
    changed = [
        entry
        for name, entry in newest.items()
        if _may_change(known[name])
        and entry.status != "CANCELLED"
        and place_of(entry) in channels
        and _is_newer(entry, known[name])
    ]
    if not changed:
        return 0, []
    pks, broken = those_that_fit(
        changed, write=lambda mine: _restage(connection_id, mine, known, channels=channels)
    )
    anew = {known[entry.shipment_id].pk: entry for entry in changed if known[entry.shipment_id].pk in pks}
    _let_go_of_fewer(anew, known)
    _note_moves([(known[entry.shipment_id], entry.status) for entry in anew.values()])
    wait_no_more([known[entry.shipment_id] for entry in anew.values()])
    tell_of_gone(pks)
    for entry in anew.values():
        row = known[entry.shipment_id]
        row.status, row.status_at, row.building = entry.status, entry.updated_at, Shipment.Building.STAGED
    if pks:
        record(ShipmentsStaged(connection_id=connection_id, shipment_ids=pks))
    return len(pks), broken


def _restage(
    connection_id: int, entries: Sequence[SeenShipment], known: Mapping[str, Shipment], *, channels: Places
) -> list[int]:
    for entry in entries:
        rules.check_skus(entry)
    orders = orders_of(connection_id, entries, NOBODY)
    fresh = {
        "building": Shipment.Building.STAGED,
        "held_because": "",
        "held_for": [],
        "implied_status": "",
        "ignored_because": "",
    }
    pks = [known[entry.shipment_id].pk for entry in entries]
    rows = [_shipment_row(connection_id, entry, channels, orders) | fresh for entry in entries]
    update_rows(Shipment, dict(zip(pks, rows, strict=True)))
    ShipmentLine.objects.filter(shipment_id__among=these(pks)).delete()
    insert_rows(ShipmentLine, _lines(entries, pks, channels))
    return pks


def _may_change(row: Shipment) -> bool:
    """No sale stands on it yet. What was left out may be looked at anew: another may ship it now.

    What a person or a rule of the shop left out stays out, until a person takes it back.
    """
    if row.building == Shipment.Building.IGNORED:
        return row.implied_status == "Ignored" and row.ignored_because in _MAY_COME_BACK
    return row.building != Shipment.Building.BUILT


_MAY_COME_BACK = frozenset({"", SHIPPED_BY_US, rules.BEFORE_START})


def _let_go_of_fewer(anew: Mapping[int, SeenShipment], known: Mapping[str, Shipment]) -> None:
    """What was promised to a pending order that is not the same size any more is promised anew."""
    other = [pk for pk, entry in anew.items() if known[entry.shipment_id].units != entry.units]
    if other:
        stock.release([holder(pk) for pk in other])


def _note_moves(moves: Sequence[tuple[Shipment, str]]) -> None:
    note_each(
        [
            (f"shipment:{row.shipment_id}", f"Amazon: {row.status} → {status}.")
            for row, status in moves
            if row.status != status
        ],
        what="status",
    )


def _note_proof(seen: Sequence[SeenShipment], channels: Places) -> None:
    """A shipment of a SKU at our location proves that its listing is linked (PRODUCT section 5)."""
    sold: dict[int, dict[str, datetime]] = {}
    for entry in sorted(seen, key=lambda entry: entry.created_at):
        if rules.is_order(entry):
            continue
        newest = sold.setdefault(channels[place_of(entry)], {})
        newest.update((line.sku, entry.created_at) for line in entry.lines)
    for channel_id, mine in sold.items():
        seen_in_shipments(mine, channel_id)
    note_each(
        [
            (f"shipment:{entry.shipment_id}", f"{_FIRST_WORDS[rules.is_order(entry)]} ({entry.status}).")
            for entry in seen
        ],
        what="staged",
    )


_FIRST_WORDS = {False: "Amazon created the shipment", True: "Amazon showed the order"}


def _follow(
    connection_id: int, seen: Sequence[SeenShipment], known: dict[str, Shipment]
) -> tuple[int, list[Spoiled]]:
    """Take over newer statuses; cancelled and shipped ones have consequences.

    What an order says besides and does not fit the tables leaves it as it was known, status and all.
    """
    changed = []
    for entry in seen:
        row = known[entry.shipment_id]
        if _is_newer(entry, row):
            was, row.status, row.status_at = row.status, entry.status, entry.updated_at
            changed.append((row, was))
    unfit = _amend({row.shipment_id for row, _ in changed}, seen, known)
    misfit = {entry.identity for entry in unfit}
    changed = [(row, was) for row, was in changed if row.shipment_id not in misfit]
    if not changed:
        return 0, unfit
    Shipment.objects.bulk_update([row for row, _ in changed], ["status", "status_at"], batch_size=500)
    moved = [(row, was) for row, was in changed if row.status != was]
    note_each(
        [(f"shipment:{row.shipment_id}", f"Amazon: {was} → {row.status}.") for row, was in moved],
        what="status",
    )
    react_to_status(connection_id, [row for row, _ in moved])
    _look_again(connection_id, moved)
    return len(changed), unfit


def _amend(names: set[str], seen: Sequence[SeenShipment], known: Mapping[str, Shipment]) -> list[Spoiled]:
    """Orders whose sale stands may say something else than a status."""
    newest = {entry.shipment_id: entry for entry in sorted(seen, key=_by_change) if rules.is_order(entry)}
    sold = [name for name in newest if known[name].building == Shipment.Building.BUILT]
    return amend_those_that_fit([(known[name], newest[name]) for name in sold if name in names])


def _is_newer(entry: SeenShipment, row: Shipment) -> bool:
    return rules.is_newer(
        status=entry.status, at=entry.updated_at, known_status=row.status, known_at=row.status_at
    )


def react_to_status(connection_id: int, rows: Sequence[Shipment]) -> None:
    """What follows when Amazon's status of known shipments became cancelled, shipped or delivered."""
    imply([row.pk for row in rows])
    cancelled = [row for row in rows if row.status == "CANCELLED"]
    if cancelled:
        cancel_sales([row.pk for row in cancelled])
        date_purge([row.order_id for row in cancelled], now=max(row.status_at for row in cancelled))
    shipped = [row.pk for row in rows if row.status in rules.LEFT]
    if shipped:
        record(ShipmentsShipped(connection_id=connection_id, shipment_ids=shipped))


def _look_again(connection_id: int, moved: Sequence[tuple[Shipment, str]]) -> None:
    """What waits without a sale goes back in line: the matrix may say something else of its new status."""
    waiting = [
        (row, was)
        for row, was in moved
        if row.building == Shipment.Building.WAITING and row.status != "CANCELLED"
    ]
    if not waiting:
        return
    ids = [row.pk for row, _ in waiting]
    Shipment.objects.filter(pk__among=these(ids)).update(
        building=Shipment.Building.STAGED, held_because="", held_for=[], is_short=False
    )
    tell_of_gone(ids)
    before = [copy(row) for row, _ in waiting]
    for row, (_, was) in zip(before, waiting, strict=True):
        row.status = was  # their tasks are about the status in which they waited
    close_tasks_of(before)
    record(ShipmentsStaged(connection_id=connection_id, shipment_ids=ids))


def _homeless(seen: SeenShipment) -> Spoiled:
    return Spoiled(
        identity=seen.shipment_id,
        reason=f"location {seen.location_id} belongs to no stock room of a sales channel",
        raw=seen.raw,
    )
