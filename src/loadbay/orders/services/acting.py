"""What a person does with channel orders, one or a filtered list: ignore, archive, build again, and back.

Set-based, one transaction for what is given; what does not fit an order is said and passed over. Updating
and importing again ask Amazon and are the jobs' part (`jobs.order_acts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import transaction
from django.db.models.functions import Now

from loadbay.channels.item_rules import SKU, item_key
from loadbay.channels.services.unmapped import settle
from loadbay.core.actor import current_actor
from loadbay.core.errors import Refusal
from loadbay.core.events import record
from loadbay.journal.services import note_each
from loadbay.orders.events import ShipmentsStaged
from loadbay.orders.models import Shipment, ShipmentLine
from loadbay.orders.order_queries import OrderFilter, filtered
from loadbay.orders.rules import BEFORE_START
from loadbay.orders.services import importing
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.holding import close_tasks_of
from loadbay.orders.services.ruling import release_verdicts, tell_of_gone
from loadbay.orders.services.working import start_work
from loadbay.stock import services as stock


class Act(Enum):
    """What can be done with a selection of channel orders."""

    UPDATE_STATUS = "update-status"
    IMPORT_AGAIN = "import-again"
    BUILD_AGAIN = "build-again"
    IGNORE = "ignore"
    UNIGNORE = "unignore"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"


WORDS: Mapping[Act, str] = {
    Act.UPDATE_STATUS: "Update status",
    Act.IMPORT_AGAIN: "Import again",
    Act.BUILD_AGAIN: "Build again",
    Act.IGNORE: "Ignore",
    Act.UNIGNORE: "Ignore no more",
    Act.ARCHIVE: "Archive",
    Act.UNARCHIVE: "Take out of the archive",
}
ASKS_AMAZON = frozenset({Act.UPDATE_STATUS, Act.IMPORT_AGAIN})
_UNBUILT = (Shipment.Building.STAGED, Shipment.Building.WAITING)


_NOBODY = frozenset({"", BEFORE_START})
"""Ignored by the order status matrix, or as over before the channel began."""


class NothingSelected(Refusal):
    """No channel order fits the selection."""

    code = "nothing_selected"


class ReasonNeeded(Refusal):
    """Ignoring an order needs a reason."""

    code = "reason_needed"


@dataclass(frozen=True)
class Acted:
    """What was done: how many, and a sentence for each that was passed over."""

    done: int
    passed_over: tuple[str, ...] = ()


def check_act(act: Act, *, count: int, reason: str) -> None:
    """Raises `NothingSelected` and `ReasonNeeded`."""
    if not count:
        raise NothingSelected("No channel order fits the selection. Choose others, or empty the filter.")
    if act is Act.IGNORE and not reason.strip():
        raise ReasonNeeded("Say why the orders are to be ignored; the reason stays with them.")


@transaction.atomic
def start_act(act: Act, wanted: OrderFilter, *, reason: str = "") -> int:
    """Have it done for everything that fits the filter now, as long work; its number comes back."""
    rows = filtered(wanted)
    count = rows.count()
    check_act(act, count=count, reason=reason)
    last = rows.order_by("-id").values_list("pk", flat=True).first()
    what = "1 order" if count == 1 else f"{count} orders"
    asked = {"act": act.value, "filter": wanted.as_dict(), "reason": reason.strip(), "last": last}
    return start_work("act", f"{WORDS[act]}: {what}", wanted=asked, total=count)


@transaction.atomic
def act_on(act: Act, shipment_pks: Sequence[int], *, reason: str = "") -> Acted:
    """Do it for these orders; doing it twice changes nothing."""
    rows = Shipment.objects.select_for_update(of=("self",)).filter(pk__in=list(shipment_pks))
    found = list(rows.select_related("sale").defer("raw", "boxes").order_by("id"))
    fitting = [row for row in found if not _unfit(act, row)]
    if fitting:
        _DO[act](fitting, reason.strip())
    return Acted(len(fitting), tuple(words for row in found if (words := _unfit(act, row))))


def _unfit(act: Act, row: Shipment) -> str:
    """Why this cannot be done with an order, or an empty text."""
    name, sale = row.shipment_id, getattr(row, "sale", None)
    match act:
        case Act.BUILD_AGAIN if row.building != Shipment.Building.WAITING:
            return f"{name} does not wait for its sale."
        case Act.IGNORE if sale is not None:
            return f"{name} has its sale {sale.number}; decline or cancel that instead."
        case Act.IGNORE if row.building not in _UNBUILT:
            return f"{name} is ignored already."
        case Act.UNIGNORE if row.building != Shipment.Building.IGNORED or row.ignored_because in _NOBODY:
            return f"{name} was not ignored by a person or a rule."
        case Act.ARCHIVE if row.archived_at is not None:
            return f"{name} is archived already."
        case Act.UNARCHIVE if row.archived_at is None:
            return f"{name} is not archived."
    return ""


def _build_again(rows: Sequence[Shipment], reason: str) -> None:
    importing.build_again([row.shipment_id for row in rows])


def _ignore(rows: Sequence[Shipment], reason: str) -> None:
    pks, words = [row.pk for row in rows], f"Ignored by {current_actor()}: {reason}"
    stock.release([holder(pk) for pk in pks])  # a pending order keeps goods
    Shipment.objects.filter(pk__in=pks).update(
        building=Shipment.Building.IGNORED,
        implied_status="Ignored",
        held_because="",
        held_for=[],
        is_short=False,
        ignored_because=words,
    )
    close_tasks_of(rows)
    _close_unknown_skus(pks)
    tell_of_gone(pks)
    _note(rows, words)


def _close_unknown_skus(pks: Sequence[int]) -> None:
    """Nobody needs to say what a SKU is that only ignored orders carry."""
    columns = ("shipment__channel_id", "sku")
    gone = set(ShipmentLine.objects.filter(shipment__in=pks, product=None).values_list(*columns))
    if not gone:
        return
    skus = {sku for _, sku in gone}
    others = ShipmentLine.objects.filter(sku__in=skus, product=None, shipment__building__in=_UNBUILT)
    for channel_id, sku in sorted(gone - set(others.values_list(*columns))):
        settle(channel_id, [item_key(SKU, sku)])


def _unignore(rows: Sequence[Shipment], reason: str) -> None:
    pks = [row.pk for row in rows]
    release_verdicts(pks, by=current_actor())
    Shipment.objects.filter(pk__in=pks).update(
        building=Shipment.Building.STAGED, implied_status="", ignored_because=""
    )
    _note(rows, "Ignored no more.")
    for connection_id, mine in _by_connection(rows):
        record(ShipmentsStaged(connection_id=connection_id, shipment_ids=mine))


def _archive(rows: Sequence[Shipment], reason: str) -> None:
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(archived_at=Now())
    _note(rows, "Archived.")


def _unarchive(rows: Sequence[Shipment], reason: str) -> None:
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(archived_at=None)
    _note(rows, "Taken out of the archive.")


_DO: Mapping[Act, Callable[[Sequence[Shipment], str], None]] = {
    Act.BUILD_AGAIN: _build_again,
    Act.IGNORE: _ignore,
    Act.UNIGNORE: _unignore,
    Act.ARCHIVE: _archive,
    Act.UNARCHIVE: _unarchive,
}


def _note(rows: Sequence[Shipment], words: str) -> None:
    note_each([(f"shipment:{row.shipment_id}", words) for row in rows], what="acted")


def _by_connection(rows: Sequence[Shipment]) -> Iterable[tuple[int, list[int]]]:
    for connection_id in sorted({row.connection_id for row in rows}):
        yield connection_id, [row.pk for row in rows if row.connection_id == connection_id]
