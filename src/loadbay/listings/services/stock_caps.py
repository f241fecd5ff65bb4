"""The global stock cap: set from a day on, ended, or only tried; every figure of every channel follows it.

What the cap is on a day: `figures.global_cap`. A cap that begins or ends by itself: `new_day`.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from loadbay.channels.models import SalesChannel
from loadbay.core.events import record
from loadbay.journal.services import note_many
from loadbay.listings.events import StockToTellChanged
from loadbay.listings.figures import global_cap
from loadbay.listings.models import StockCap
from loadbay.listings.rules import CapNotUsable
from loadbay.listings.services.channel_marks import What, mark_channels


@transaction.atomic
def set_stock_cap(units: int | None, *, valid_from: date, valid_until: date | None = None) -> None:
    """Set the global stock cap for all Amazon listing types from a day on; None ends it the day before."""
    if units is not None and not 0 <= units <= 1_000_000:
        raise CapNotUsable(f"A global stock cap of {units} is out of range. Give 0 to 1000000.")
    if valid_until is not None and valid_until < valid_from:
        raise CapNotUsable(
            f"The cap would end on {valid_until}, before it begins on {valid_from}. Swap them."
        )
    _note_cap(units, valid_from=valid_from, valid_until=valid_until)
    if units is None:
        StockCap.objects.filter(valid_from__gte=valid_from).delete()
        in_force = StockCap.objects.filter(Q(valid_until=None) | Q(valid_until__gte=valid_from))
        in_force.update(valid_until=valid_from - timedelta(days=1))
    else:
        StockCap.objects.update_or_create(
            valid_from=valid_from, defaults={"units": units, "valid_until": valid_until}
        )
    channels = list(SalesChannel.objects.order_by("pk").values_list("pk", flat=True))
    mark_channels(channels, What.STOCK)
    if channels:
        record(StockToTellChanged(channel_ids=channels))


def try_stock_cap(units: int | None, *, valid_from: date, valid_until: date | None = None) -> None:
    """Refuse what `set_stock_cap` would refuse; nothing of it stays."""
    with transaction.atomic():
        set_stock_cap(units, valid_from=valid_from, valid_until=valid_until)
        transaction.set_rollback(True)


def _note_cap(units: int | None, *, valid_from: date, valid_until: date | None) -> None:
    """On the timeline of every channel: the cap counts for all of them."""
    was = global_cap(valid_from)
    before = "none" if was is None else str(was)
    until = f" until {valid_until}" if valid_until else ""
    after = "none" if units is None else str(units)
    codes = SalesChannel.objects.order_by("pk").values_list("code", flat=True)
    note_many(
        [f"channel:{code}" for code in codes],
        f"Global stock cap from {valid_from}{until}: {before} → {after}.",
        what="setting",
    )
