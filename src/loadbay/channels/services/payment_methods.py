"""Related > Setup > Payment Methods: how buyers pay in the channel's words, and in those of our books.

Used only with Payment Method Behaviour Mapped. An empty code is a payment method that nobody has mapped yet.
A line says, too, who collects the money: Amazon, or the shop.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from loadbay.channels.definition_rules import (
    COLLECTED_BY,
    Table,
    check_collected_by,
    check_external_id,
    check_payment_code,
    key_of,
    wanted_key,
)
from loadbay.channels.models import PaymentMethod
from loadbay.channels.services.defining import DefinitionUnknown, begin, note_changes, tell_mapped


@transaction.atomic
def save_payment_methods(
    code: str, wanted: Mapping[str, str], *, collected_by: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Payment method of the channel → Payment Method Code, and → who collects the money; what changed.

    All of them or none. What one of the two does not name stays, and an empty code keeps a line that is not
    mapped yet. Who collects counts for documents made from now on. Raises `DefinitionNotUsable`, `NotFound`.
    """
    channel = begin(code)
    known = {row.key: row for row in PaymentMethod.objects.filter(channel=channel)}
    collectors = collected_by or {}
    changed, mapped = [], []
    for name in dict.fromkeys([*wanted, *collectors]):
        theirs = check_external_id(name, what="payment method")
        row = known.get(key_of(theirs)) or PaymentMethod(
            channel=channel, key=key_of(theirs), external_id=theirs
        )
        collects = check_collected_by(theirs, collectors.get(name, row.collected_by))
        ours = wanted.get(name, row.code).strip().upper()
        if row.pk and (row.code, row.collected_by) == (ours, collects):
            continue
        if not row.pk or row.code != ours:
            ours = check_payment_code(theirs, ours)
            changed.append(f"Payment method {row.external_id}: {row.code or 'not mapped'} → {ours}.")
            mapped.append(wanted_key(Table.PAYMENT_METHOD, theirs))
        if row.collected_by != collects:
            changed.append(f"Payment method {row.external_id} is collected by: {COLLECTED_BY[collects]}.")
        row.code, row.collected_by = ours, collects
        row.save()
        known[row.key] = row
    tell_mapped(channel, mapped)
    return note_changes(channel, changed)


@transaction.atomic
def remove_payment_method(code: str, external_id: str) -> None:
    """Forget a payment method; the next order that was paid by it makes its row again."""
    channel = begin(code)
    rows = PaymentMethod.objects.filter(channel=channel, key=key_of(external_id))
    if not rows.delete()[0]:
        raise DefinitionUnknown(
            f"{channel.code} has no payment method {external_id[:60]}. See Related > Setup > Payment Methods."
        )
    note_changes(channel, [f"Payment method {external_id} removed."])
