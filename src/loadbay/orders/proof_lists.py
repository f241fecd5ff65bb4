"""Amazon's lists as a gap proof reads them: shipments by status, whole orders by change.

Each is a value, so that a further API is one entry more. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.channels.rules import EF_STATUSES
from loadbay.orders.order_readers import FULFILLED_BY
from loadbay.orders.ports import OrderSource, SeenShipment, ShipmentSource, Spoiled
from loadbay.orders.services.importing import ImportedAgain
from loadbay.orders.services.proofs import Numbered
from loadbay.orders.services.setting_aside import name_of
from loadbay.orders.services.staging import of_our_channels, place_of


@dataclass(frozen=True)
class NumberPage:
    """One page of numbers. An empty page may carry a token."""

    numbers: tuple[Numbered, ...]
    next_token: str | None


@dataclass(frozen=True)
class NumberList:
    """One of Amazon's lists: its statuses, and how a page of what changed since a moment is read.

    `import_one` takes in what is missing here, by its number, and builds its sale.
    """

    source: str
    statuses: tuple[str, ...]
    page: Callable[[str, datetime, str | None], NumberPage]
    import_one: Callable[[str], ImportedAgain]


Lists = Callable[[int], Sequence[NumberList]]
"""The lists of a connection, by its id."""


def shipment_numbers(source: ShipmentSource, *, import_one: Callable[[str], ImportedAgain]) -> NumberList:
    """External Fulfillment shipments, in every status there is."""

    def page(status: str, since: datetime, token: str | None) -> NumberPage:
        answer = source.shipments(
            status=status, updated_after=since, updated_before=None, location_id=None, token=token
        )
        return NumberPage((*map(_seen, answer.shipments), *map(_unread, answer.spoiled)), answer.next_token)

    return NumberList("shipments", EF_STATUSES, page, import_one)


def order_numbers(
    connection_id: int,
    source: OrderSource,
    *,
    programmes: Mapping[str, tuple[str, ...]],
    import_one: Callable[[str], ImportedAgain],
) -> NumberList:
    """Orders of the Orders API, as far as a channel of the connection sells them (MFN, FBA)."""
    fulfilled_by = tuple(sorted(FULFILLED_BY[programme] for programme in programmes))
    markets = tuple(dict.fromkeys(market for mine in programmes.values() for market in mine))

    def page(status: str, since: datetime, token: str | None) -> NumberPage:
        answer = source.orders(
            updated_after=since, fulfilled_by=fulfilled_by, marketplace_ids=markets, token=token
        )
        ours = of_our_channels(connection_id, [entry.shipment for entry in answer.orders])
        return NumberPage((*map(_seen, ours), *map(_unread, answer.spoiled)), answer.next_token)

    return NumberList("orders", ("all",), page, import_one)


def _seen(entry: SeenShipment) -> Numbered:
    return Numbered(entry.shipment_id, entry.order_id, entry.status, entry.created_at, place_of(entry))


def _unread(entry: Spoiled) -> Numbered:
    return Numbered(name_of(entry), "", "cannot be read", None)
