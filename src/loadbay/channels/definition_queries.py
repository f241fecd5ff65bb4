"""Reading the definitions of sales channels: as one value for those who obey them, as rows for screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loadbay.channels import definition_rules as rules
from loadbay.channels.mapping_queries import mapped_charges, taxes_of
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import (
    ChannelCurrency,
    PaymentMethod,
    SalesChannel,
    ShippingCarrier,
    ShippingMethod,
)
from loadbay.channels.queries import channel_id


def definitions(channel_ids: Iterable[int]) -> dict[int, rules.Definitions]:
    """The definitions of channels, by channel id: one statement per table, however many orders follow."""
    wanted = sorted(set(channel_ids))
    methods = _methods(wanted)
    carriers = _carriers(wanted)
    currencies = _pairs(ChannelCurrency, "external_id", wanted)
    payments = _pairs(PaymentMethod, "key", wanted)
    charges = mapped_charges(wanted)
    taxes = taxes_of(wanted)
    return {
        row.pk: rules.Definitions(
            programme=row.programme,
            currency=MARKETPLACES[row.marketplace].currency,
            allows_multi_currency=row.allows_multi_currency,
            maps_payment_methods=row.payment_behaviour == SalesChannel.PaymentBehaviour.MAPPED,
            methods=methods[row.pk],
            carriers=tuple(carriers[row.pk]),
            currencies=currencies[row.pk],
            payment_methods=payments[row.pk],
            charges=charges[row.pk],
            tax=taxes.get(row.pk, rules.TaxLine()),
        )
        for row in SalesChannel.objects.filter(pk__in=wanted)
    }


def _methods(channel_ids: list[int]) -> dict[int, dict[str, rules.Method]]:
    found: dict[int, dict[str, rules.Method]] = {pk: {} for pk in channel_ids}
    rows = ShippingMethod.objects.filter(channel_id__in=channel_ids).select_related("agent", "service")
    for row in rows.order_by("id"):
        adds = row.behaviour == ShippingMethod.Behaviour.DEFAULT
        found[row.channel_id][row.key] = rules.Method(
            external_id=row.external_id,
            carried=_carried(row),
            charge=rules.Charge(row.charge_type, row.charge_number) if adds else None,
            is_default_for_outgoing=row.is_default_for_outgoing,
        )
    return found


def _carried(row: ShippingMethod) -> rules.AgentService | None:
    if row.agent is None:
        return None
    agent = (row.agent.pk, row.agent.code, row.agent.name)
    if row.service is None:
        return rules.AgentService(*agent)
    return rules.AgentService(*agent, row.service.pk, row.service.code, row.service.name)


def _carriers(channel_ids: list[int]) -> dict[int, list[rules.Carrier]]:
    found: dict[int, list[rules.Carrier]] = {pk: [] for pk in channel_ids}
    rows = ShippingCarrier.objects.filter(channel_id__in=channel_ids).select_related("agent")
    for row in rows.order_by("id"):
        found[row.channel_id].append(
            rules.Carrier(
                external_id=row.external_id,
                agent=row.agent.code if row.agent else "",
                agent_name=row.agent.name if row.agent else "",
                is_default_for_outgoing=row.is_default_for_outgoing,
            )
        )
    return found


def _pairs(
    model: type[ChannelCurrency] | type[PaymentMethod], column: str, channel_ids: list[int]
) -> dict[int, dict[str, str]]:
    """What is mapped; a row whose code is empty is not."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in channel_ids}
    rows = model._default_manager.filter(channel_id__in=channel_ids).exclude(code="")
    for channel_pk, theirs, ours in rows.values_list("channel_id", column, "code"):
        found[channel_pk][theirs] = ours
    return found


# --- rows for screens and commands, what is not mapped first ---


@dataclass(frozen=True)
class ShippingMethodRow:
    """A line of *Related > Setup > Shipping Methods*."""

    external_id: str
    description: str
    agent: str
    service: str
    behaviour: str
    charge_type: str
    charge_number: str
    is_default_for_outgoing: bool
    is_mapped: bool


@dataclass(frozen=True)
class ShippingCarrierRow:
    """A line of *Related > Setup > Shipping Carriers*."""

    external_id: str
    description: str
    agent: str
    is_default_for_outgoing: bool
    is_mapped: bool


@dataclass(frozen=True)
class CodeRow:
    """A line of *Related > Setup > Currencies*: the channel's word and ours."""

    external_id: str
    code: str
    is_mapped: bool


@dataclass(frozen=True)
class PaymentMethodRow:
    """A line of *Related > Setup > Payment Methods*: the channel's word, ours, and who collects the money."""

    external_id: str
    code: str
    collected_by: str
    is_mapped: bool


def shipping_methods(code: str) -> tuple[ShippingMethodRow, ...]:
    rows = ShippingMethod.objects.filter(channel_id=channel_id(code)).select_related("agent", "service")
    found = [
        ShippingMethodRow(
            external_id=row.external_id,
            description=row.description,
            agent=row.agent.code if row.agent else "",
            service=row.service.code if row.service else "",
            behaviour=row.behaviour,
            charge_type=row.charge_type,
            charge_number=row.charge_number,
            is_default_for_outgoing=row.is_default_for_outgoing,
            is_mapped=row.agent is not None,
        )
        for row in rows.order_by("id")
    ]
    return tuple(sorted(found, key=lambda row: row.is_mapped))


def shipping_carriers(code: str) -> tuple[ShippingCarrierRow, ...]:
    rows = ShippingCarrier.objects.filter(channel_id=channel_id(code)).select_related("agent")
    found = [
        ShippingCarrierRow(
            external_id=row.external_id,
            description=row.description,
            agent=row.agent.code if row.agent else "",
            is_default_for_outgoing=row.is_default_for_outgoing,
            is_mapped=row.agent is not None,
        )
        for row in rows.order_by("id")
    ]
    return tuple(sorted(found, key=lambda row: row.is_mapped))


def currencies(code: str) -> tuple[CodeRow, ...]:
    rows = ChannelCurrency.objects.filter(channel_id=channel_id(code)).order_by("id")
    found = [CodeRow(row.external_id, row.code, bool(row.code)) for row in rows]
    return tuple(sorted(found, key=lambda row: row.is_mapped))


def payment_methods(code: str) -> tuple[PaymentMethodRow, ...]:
    rows = PaymentMethod.objects.filter(channel_id=channel_id(code)).order_by("id")
    found = [PaymentMethodRow(row.external_id, row.code, row.collected_by, bool(row.code)) for row in rows]
    return tuple(sorted(found, key=lambda row: row.is_mapped))


def shop_collects(channel_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Payment methods whose money the shop collects, by channel id, as `key_of` names them.

    A channel that does not map its payment methods has none.
    """
    found: dict[int, set[str]] = {pk: set() for pk in channel_ids}
    rows = PaymentMethod.objects.filter(
        channel_id__in=list(found),
        channel__payment_behaviour=SalesChannel.PaymentBehaviour.MAPPED,
        collected_by=PaymentMethod.CollectedBy.SHOP,
    )
    for channel_pk, key in rows.values_list("channel_id", "key"):
        found[channel_pk].add(key)
    return {pk: frozenset(keys) for pk, keys in found.items()}
