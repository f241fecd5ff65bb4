"""Related > Setup > Shipping Carriers: which agent of our books each of the channel's carriers is.

Retrieving links a carrier to the agent of the same code, or makes one; it changes nothing that a person set.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.channels.amazon_carriers import CARRIERS, COMMON, default_carriers
from loadbay.channels.definition_rules import (
    LONGEST_CODE,
    CarrierLine,
    agent_code,
    check_carrier,
    check_external_id,
    check_outgoing_carriers,
    key_of,
    tidied_carrier,
)
from loadbay.channels.models import SalesChannel, ShippingCarrier
from loadbay.channels.services.defining import (
    DefinitionUnknown,
    begin,
    change_in_words,
    changed_lines,
    note_changes,
    note_retrieved,
    with_one_default,
)
from loadbay.core.locks import hold_for_transaction
from loadbay.parties.models import ShippingAgent


@transaction.atomic
def retrieve_carriers(code: str) -> tuple[str, ...]:
    """Add Amazon's default carriers and those usual in the marketplace; hands back which are new."""
    channel = begin(code)
    return _add(channel, default_carriers(channel.marketplace))


@transaction.atomic
def retrieve_all_carriers(code: str) -> tuple[str, ...]:
    """Add every carrier that Amazon knows; hands back which are new."""
    return _add(begin(code), (*COMMON, *CARRIERS))


@transaction.atomic
def add_carrier(code: str, external_id: str) -> tuple[str, ...]:
    """Add one carrier by its name, with its agent, as retrieving would."""
    return _add(begin(code), (check_external_id(external_id, what="shipping carrier"),))


def _add(channel: SalesChannel, names: Sequence[str]) -> tuple[str, ...]:
    rows = list(ShippingCarrier.objects.filter(channel=channel).select_related("agent"))
    known = {row.key for row in rows}
    missing: dict[str, str] = {}
    for name in names:
        if key_of(name) not in known:
            missing.setdefault(key_of(name), name)
    if not missing:
        return ()
    hold_for_transaction("shipping_agents")  # two channels that retrieve at once make one agent of each
    agents = _agents_of(list(missing.values()))
    added = []
    for key, name in missing.items():
        agent = agents[name]
        _keep_way_back(rows, agent)
        row = ShippingCarrier(channel=channel, key=key, external_id=name, agent=agent)
        row.description = COMMON.get(name, "")
        row.save()
        rows.append(row)
        added.append(name)
    note_retrieved(channel, "Shipping carriers", added)
    return tuple(added)


def _agents_of(names: Sequence[str]) -> dict[str, ShippingAgent]:
    """Each carrier's agent. Names that are codes come first, so that no shortened one takes theirs."""
    known = list(ShippingAgent.objects.all())
    return {name: _agent_of(name, known) for name in sorted(names, key=lambda name: len(name) > LONGEST_CODE)}


def _agent_of(name: str, agents: list[ShippingAgent]) -> ShippingAgent:
    """The agent of the same code; else the one made for this carrier before; else a new one."""
    shown = COMMON.get(name, name)
    for agent in agents:
        if agent.code in {name.upper(), shown.upper()}:
            return agent
    for agent in agents:
        if agent.name == shown and agent.code[:8] == agent_code(shown, taken=())[:8]:
            return agent
    made = ShippingAgent.objects.create(
        code=agent_code(shown, taken=[agent.code for agent in agents]), name=shown[:80]
    )
    agents.append(made)
    return made


def _keep_way_back(rows: Sequence[ShippingCarrier], agent: ShippingAgent) -> None:
    """The one line that a person gave this agent stays what the agent is told as."""
    mine = [row for row in rows if row.agent_id == agent.pk]
    if len(mine) == 1 and not mine[0].is_default_for_outgoing:
        mine[0].is_default_for_outgoing = True
        mine[0].save(update_fields=["is_default_for_outgoing"])


@transaction.atomic
def save_carriers(code: str, wanted: Sequence[CarrierLine]) -> tuple[str, ...]:
    """Keep these lines, new or known, all or none of them; what changed comes back in words.

    One that becomes default for outgoing takes that from its agent's other lines. Lines that are as they were
    are not looked at. Raises `DefinitionNotUsable` or `NotFound`.
    """
    channel = begin(code)
    found = ShippingCarrier.objects.filter(channel=channel).select_related("agent").order_by("id")
    rows = {row.key: row for row in found}
    before = {key: _line(row) for key, row in rows.items()}
    changed = changed_lines([tidied_carrier(line) for line in wanted], before)
    agents = {agent.code: agent for agent in ShippingAgent.objects.all()}
    for line in changed.values():
        check_carrier(line, agents=agents)
    after = with_one_default(before, changed, told_as=lambda line: line.agent)
    check_outgoing_carriers(after.values())
    moved = {key: line for key, line in after.items() if line != before.get(key)}
    ShippingCarrier.objects.filter(channel=channel, key__in=list(moved)).update(is_default_for_outgoing=False)
    for key, line in moved.items():
        row = rows.get(key) or ShippingCarrier(channel=channel, key=key, external_id=line.external_id)
        row.agent, row.description = agents.get(line.agent), line.description
        row.is_default_for_outgoing = line.is_default_for_outgoing
        row.save()
    empty = CarrierLine("")
    told = [change_in_words("Shipping carrier", before.get(key, empty), line) for key, line in moved.items()]
    return note_changes(channel, told)


@transaction.atomic
def remove_carrier(code: str, external_id: str) -> None:
    """Forget a carrier; its agent stays."""
    channel = begin(code)
    rows = ShippingCarrier.objects.filter(channel=channel, key=key_of(external_id))
    if not rows.delete()[0]:
        raise DefinitionUnknown(
            f"{channel.code} has no shipping carrier {external_id[:60]}. "
            "See Related > Setup > Shipping Carriers."
        )
    note_changes(channel, [f"Shipping carrier {external_id} removed."])


def _line(row: ShippingCarrier) -> CarrierLine:
    agent = row.agent.code if row.agent else ""
    return CarrierLine(row.external_id, row.description, agent, row.is_default_for_outgoing)
