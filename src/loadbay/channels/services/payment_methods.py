"""Related > Setup > Payment Methods: how buyers pay in the channel's words, and in those of our books.

Used only with Payment Method Behaviour Mapped. An empty code is a payment method that nobody has mapped yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from loadbay.channels.definition_rules import (
    Table,
    check_external_id,
    check_payment_code,
    key_of,
    wanted_key,
)
from loadbay.channels.models import PaymentMethod
from loadbay.channels.services.defining import DefinitionUnknown, begin, note_changes, tell_mapped


@transaction.atomic
def save_payment_methods(code: str, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Payment method of the channel → Payment Method Code: all of them or none; what changed, in words.

    An empty code keeps a line that is not mapped yet. Raises `DefinitionNotUsable` or `NotFound`.
    """
    channel = begin(code)
    known = {row.key: row for row in PaymentMethod.objects.filter(channel=channel)}
    changed, mapped = [], []
    for name, given in wanted.items():
        theirs = check_external_id(name, what="payment method")
        row = known.get(key_of(theirs))
        if row is not None and row.code == given.strip().upper():
            continue
        ours = check_payment_code(theirs, given)
        row = row or PaymentMethod(channel=channel, key=key_of(theirs), external_id=theirs)
        changed.append(f"Payment method {row.external_id}: {row.code or 'not mapped'} → {ours}.")
        row.code = ours
        row.save()
        known[row.key] = row
        mapped.append(wanted_key(Table.PAYMENT_METHOD, theirs))
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
