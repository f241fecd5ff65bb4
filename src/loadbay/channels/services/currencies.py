"""Related > Setup > Currencies: the channel's currency codes and those of our books.

Used only with Allow Multi-Currency. An empty Currency Code is a currency that nobody has mapped yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from loadbay.channels.definition_rules import Table, check_currency, wanted_key
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import ChannelCurrency, SalesChannel
from loadbay.channels.services.defining import (
    DefinitionUnknown,
    begin,
    note_changes,
    note_retrieved,
    tell_mapped,
)


def know_own_currency(channel: SalesChannel) -> None:
    """The marketplace's own currency is known before the first order, and is itself in our books."""
    own = MARKETPLACES[channel.marketplace].currency
    ChannelCurrency.objects.get_or_create(channel=channel, external_id=own, defaults={"code": own})


@transaction.atomic
def retrieve_currencies(code: str) -> tuple[str, ...]:
    """Add the currencies of all marketplaces in which this seller account has a channel; those that are new.

    The channel's own is itself in our books, the others are to be mapped.
    """
    channel = begin(code)
    known = set(ChannelCurrency.objects.filter(channel=channel).values_list("external_id", flat=True))
    know_own_currency(channel)
    siblings = SalesChannel.objects.filter(connection_id=channel.connection_id)
    stores = siblings.order_by("id").values_list("marketplace", flat=True)
    wanted = [MARKETPLACES[channel.marketplace], *(MARKETPLACES[store] for store in stores)]
    added = [one for one in dict.fromkeys(store.currency for store in wanted) if one not in known]
    ChannelCurrency.objects.bulk_create(
        (ChannelCurrency(channel=channel, external_id=one) for one in added), ignore_conflicts=True
    )
    if added:
        note_retrieved(channel, "Currencies", added)
    return tuple(added)


@transaction.atomic
def save_currencies(code: str, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Sales Channel Currency Code → Currency Code: all of them or none. What changed comes back in words.

    Raises `DefinitionNotUsable` or `NotFound`. A line that is there may be emptied again.
    """
    channel = begin(code)
    known = {row.external_id: row for row in ChannelCurrency.objects.filter(channel=channel)}
    changed, mapped = [], []
    for external_id, given in wanted.items():
        theirs, ours = check_currency(external_id, given)
        row = known.get(theirs) or ChannelCurrency(channel=channel, external_id=theirs)
        if row.pk and row.code == ours:
            continue
        changed.append(f"Currency {theirs}: {row.code or 'not mapped'} → {ours or 'not mapped'}.")
        row.code = ours
        row.save()
        known[theirs] = row
        if ours:
            mapped.append(wanted_key(Table.CURRENCY, theirs))
    tell_mapped(channel, mapped)
    return note_changes(channel, changed)


@transaction.atomic
def remove_currency(code: str, external_id: str) -> None:
    """Forget a currency; orders in it make its row again."""
    channel = begin(code)
    theirs = external_id.strip().upper()
    gone, _ = ChannelCurrency.objects.filter(channel=channel, external_id=theirs).delete()
    if not gone:
        raise DefinitionUnknown(
            f"{channel.code} has no currency {theirs[:20]}. See Related > Setup > Currencies."
        )
    note_changes(channel, [f"Currency {theirs} removed."])
