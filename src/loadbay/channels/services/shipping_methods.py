"""Related > Setup > Shipping Methods: who carries what the channel calls standard, next day and so on.

A line without an agent is not mapped yet; saving one with an agent lets the orders go on that waited for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.channels.amazon_carriers import METHODS
from loadbay.channels.definition_rules import (
    MethodLine,
    Table,
    check_method,
    check_outgoing_methods,
    key_of,
    tidied_method,
    wanted_key,
)
from loadbay.channels.models import SalesChannel, ShippingMethod
from loadbay.channels.services.defining import (
    DefinitionUnknown,
    begin,
    change_in_words,
    changed_lines,
    note_changes,
    note_retrieved,
    tell_mapped,
    with_one_default,
)
from loadbay.parties.models import ShippingAgent, ShippingAgentService
from loadbay.parties.queries import agents_with_services


@transaction.atomic
def retrieve_methods(code: str) -> tuple[str, ...]:
    """Add Amazon's default shipping methods that are not there yet; hands back which. Others stay as set."""
    channel = begin(code)
    known = set(ShippingMethod.objects.filter(channel=channel).values_list("key", flat=True))
    missing = {name: words for name, words in METHODS.items() if key_of(name) not in known}
    ShippingMethod.objects.bulk_create(
        ShippingMethod(channel=channel, key=key_of(name), external_id=name, description=words)
        for name, words in missing.items()
    )
    if missing:
        note_retrieved(channel, "Shipping methods", tuple(missing))
    return tuple(missing)


@transaction.atomic
def save_methods(code: str, wanted: Sequence[MethodLine]) -> tuple[str, ...]:
    """Keep these lines, new or known, all or none of them; what changed comes back in words.

    A line that becomes default for outgoing takes that from the other lines of its agent and service. Lines
    that are as they were are not looked at. Raises `DefinitionNotUsable` or `NotFound`.
    """
    channel = begin(code)
    rows = {row.key: row for row in _rows(channel)}
    before = {key: _line(row) for key, row in rows.items()}
    changed = changed_lines([tidied_method(line) for line in wanted], before)
    services = agents_with_services()
    for line in changed.values():
        check_method(line, services=services)
    after = with_one_default(before, changed, told_as=lambda line: (line.agent, line.service))
    check_outgoing_methods(after.values())
    moved = {key: line for key, line in after.items() if line != before.get(key)}
    _write(channel, rows, moved)
    tell_mapped(channel, [wanted_key(Table.SHIPPING_METHOD, line.external_id) for line in changed.values()])
    empty = MethodLine("")
    told = [change_in_words("Shipping method", before.get(key, empty), line) for key, line in moved.items()]
    return note_changes(channel, told)


@transaction.atomic
def remove_method(code: str, external_id: str) -> None:
    """Forget a method; the next order that carries it makes its row again."""
    channel = begin(code)
    rows = ShippingMethod.objects.filter(channel=channel, key=key_of(external_id))
    if not rows.delete()[0]:
        raise DefinitionUnknown(
            f"{channel.code} has no shipping method {external_id[:60]}. "
            "See Related > Setup > Shipping Methods."
        )
    note_changes(channel, [f"Shipping method {external_id} removed."])


def _rows(channel: SalesChannel) -> list[ShippingMethod]:
    rows = ShippingMethod.objects.filter(channel=channel).select_related("agent", "service")
    return list(rows.order_by("id"))


def _line(row: ShippingMethod) -> MethodLine:
    return MethodLine(
        external_id=row.external_id,
        description=row.description,
        agent=row.agent.code if row.agent else "",
        service=row.service.code if row.service else "",
        behaviour=row.behaviour,
        charge_type=row.charge_type,
        charge_number=row.charge_number,
        is_default_for_outgoing=row.is_default_for_outgoing,
    )


def _write(channel: SalesChannel, rows: dict[str, ShippingMethod], moved: dict[str, MethodLine]) -> None:
    """Who loses the default goes first: only one line of an agent and service may have it."""
    agents = {row.code: row for row in ShippingAgent.objects.all()}
    services = {
        (row.agent_id, row.code): row
        for row in ShippingAgentService.objects.filter(agent__in=agents.values())
    }
    ShippingMethod.objects.filter(channel=channel, key__in=list(moved)).update(is_default_for_outgoing=False)
    for key, line in moved.items():
        row = rows.get(key) or ShippingMethod(channel=channel, key=key, external_id=line.external_id)
        row.agent = agents.get(line.agent)
        row.service = services.get((row.agent.pk, line.service)) if row.agent else None
        row.description, row.behaviour = line.description, line.behaviour
        row.charge_type, row.charge_number = line.charge_type, line.charge_number
        row.is_default_for_outgoing = line.is_default_for_outgoing
        row.save()
