"""Related > Setup > Currencies: the channel's currency codes and those of our books.

Used only with Allow Multi-Currency. An empty Currency Code is a currency that nobody has mapped yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from loadbay.channels.definition_rules import DefinitionNotUsable, Table, check_currency, wanted_key
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import ChannelCurrency, SalesChannel
from loadbay.channels.services.defining import begin, tell_mapped
from loadbay.journal.services import note_each


def know_own_currency(channel: SalesChannel) -> None:
    """The marketplace's own currency is known before the first order, and is itself in our books."""
    own = MARKETPLACES[channel.marketplace].currency
    ChannelCurrency.objects.get_or_create(channel=channel, external_id=own, defaults={"code": own})


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
    note_each([(f"channel:{channel.code}", words) for words in changed], what="definition")
    tell_mapped(channel, mapped)
    return tuple(changed)


@transaction.atomic
def remove_currency(code: str, external_id: str) -> None:
    """Forget a currency; orders in it make its row again."""
    channel = begin(code)
    gone, _ = ChannelCurrency.objects.filter(channel=channel, external_id=external_id.upper()).delete()
    if not gone:
        raise DefinitionNotUsable(
            external_id, "external_id", f"{channel.code} has no currency {external_id}. Nothing was removed."
        )
    note_each([(f"channel:{channel.code}", f"Currency {external_id.upper()} removed.")], what="definition")
