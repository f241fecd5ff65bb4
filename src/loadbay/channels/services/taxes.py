"""Related > Setup > Tax: how the sales of a channel show tax. Sales that are built keep theirs."""

from __future__ import annotations

from django.db import transaction

from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.models import ChannelTax, SalesChannel
from loadbay.channels.services.defining import begin
from loadbay.channels.tax_rules import SHOWN, check_tax
from loadbay.journal.services import note_each


@transaction.atomic
def save_tax(code: str, wanted: TaxLine) -> tuple[str, ...]:
    """Keep the definition; what changed comes back in words. Raises `DefinitionNotUsable` or `NotFound`."""
    channel = begin(code)
    line, was = check_tax(wanted), tax_of(channel)
    if line == was:
        return ()
    columns = {"shown": line.shown, "account": line.account}
    ChannelTax.objects.update_or_create(
        channel=channel, defaults={**columns, "leaves_out_collected": line.leaves_out_collected}
    )
    words = f"Tax: {in_words(was)} → {in_words(line)}."
    note_each([(f"channel:{channel.code}", words)], what="definition")
    return (words,)


def tax_of(channel: SalesChannel) -> TaxLine:
    row = ChannelTax.objects.filter(channel=channel).first()
    return TaxLine(row.shown, row.account, row.leaves_out_collected) if row is not None else TaxLine()


def in_words(line: TaxLine) -> str:
    account = f" ({line.account})" if line.account else ""
    collected = ", without what the marketplace collected" if line.leaves_out_collected else ""
    return f"{SHOWN[line.shown].lower()}{account}{collected}"
