"""The tables under Related > Setup as data: their columns, where rows come from, who keeps them.

Rule: no decision here; what a line may say is refused by the services, with the line and the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loadbay.channels import definition_queries as queries
from loadbay.channels.amazon_carriers import CARRIERS
from loadbay.channels.definition_rules import (
    BEHAVIOURS,
    CHARGE_TYPES,
    COLLECTED_BY,
    WITHOUT_METHODS,
    CarrierLine,
    MethodLine,
)
from loadbay.channels.queries import ChannelCard
from loadbay.channels.services import currencies, payment_methods, shipping_carriers, shipping_methods
from loadbay.parties.queries import agent_cards

Line = Mapping[str, Any]
"""A line as it was filled in: external id and column → text, or whether it is ticked."""


@dataclass(frozen=True)
class Column:
    """A column that can be filled in: text, with suggestions (`list`), a choice, or a tick."""

    name: str
    words: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    width: int = 12


@dataclass(frozen=True)
class Action:
    """An entry of Actions: what the button says, what it does, and what is asked before."""

    words: str
    act: Callable[[str], tuple[str, ...]]
    noun: str
    asks: str = ""


@dataclass(frozen=True)
class Table:
    """One page under Related > Setup."""

    title: str
    noun: str
    id_words: str
    columns: tuple[Column, ...]
    rows: Callable[[str], Sequence[Any]]
    save: Callable[[str, Sequence[Line]], tuple[str, ...]]
    remove: Callable[[str, str], None]
    lead: str
    empty: str
    actions: Mapping[str, Action]
    unused: Callable[[ChannelCard], str]
    known_ids: tuple[str, ...] = ()


def suggestions() -> dict[str, list[tuple[str, str]]]:
    """What the text fields suggest, (value, words): agents, and the services of all of them."""
    cards = agent_cards()
    services = {code: f"{card.code}: {name}" for card in cards for code, name in card.services}
    return {"agent": [(card.code, card.name) for card in cards], "service": sorted(services.items())}


def _save_methods(code: str, lines: Sequence[Line]) -> tuple[str, ...]:
    known = _descriptions(queries.shipping_methods(code))
    return shipping_methods.save_methods(
        code, [MethodLine(**line, description=known.get(line["external_id"], "")) for line in lines]
    )


def _save_carriers(code: str, lines: Sequence[Line]) -> tuple[str, ...]:
    return shipping_carriers.save_carriers(code, [CarrierLine(**line) for line in lines])


def _descriptions(rows: Sequence[Any]) -> dict[str, str]:
    """They are Amazon's words, shown beside the external id and not filled in here."""
    return {row.external_id: row.description for row in rows}


def _save_currencies(code: str, lines: Sequence[Line]) -> tuple[str, ...]:
    return currencies.save_currencies(code, {line["external_id"]: line["code"] for line in lines})


def _save_payments(code: str, lines: Sequence[Line]) -> tuple[str, ...]:
    return payment_methods.save_payment_methods(
        code,
        {line["external_id"]: line["code"] for line in lines},
        collected_by={line["external_id"]: line["collected_by"] for line in lines if line["collected_by"]},
    )


def _never(card: ChannelCard) -> str:
    return ""


def _methods_unused(card: ChannelCard) -> str:
    if card.programme not in WITHOUT_METHODS:
        return ""
    return (
        "Amazon chooses who carries the parcels of this programme. Without a line here their agent is "
        f"{card.shipping_agent}, and nothing waits."
    )


def _currencies_unused(card: ChannelCard) -> str:
    if card.allows_multi_currency:
        return ""
    return "Not used while Allow Multi-Currency on Order Management is off."


def _payments_unused(card: ChannelCard) -> str:
    if card.payment_behaviour == "mapped":
        return ""
    return "Not used while Payment Method Behaviour on Order Management is Channel."


_AGENT = Column("agent", "Shipping Agent Code", "list", width=11)
_OUTGOING = Column("is_default_for_outgoing", "Default for outgoing", "tick")
TABLES: Mapping[str, Table] = {
    "shipping-methods": Table(
        title="Shipping Methods",
        noun="shipping method",
        id_words="Shipping method",
        columns=(
            _AGENT,
            Column("service", "Shipping Agent Service Code", "list", width=11),
            Column("behaviour", "Shipping Order Behavior", "choice", tuple(BEHAVIOURS.items())),
            Column("charge_type", "Shipping Order Charge Type", "choice", (("", "–"), *CHARGE_TYPES.items())),
            Column("charge_number", "Shipping Order Charge No.", width=10),
            _OUTGOING,
        ),
        rows=queries.shipping_methods,
        save=_save_methods,
        remove=shipping_methods.remove_method,
        lead="Who carries what Amazon calls standard, next day and so on, and where its charge is posted.",
        empty="Retrieve Amazon's default methods, or wait: others appear here with their first order.",
        actions={
            "retrieve": Action("Retrieve Shipping Methods", shipping_methods.retrieve_methods, "method"),
        },
        unused=_methods_unused,
    ),
    "shipping-carriers": Table(
        title="Shipping Carriers",
        noun="shipping carrier",
        id_words="Shipping carrier",
        columns=(_AGENT, Column("description", "Description", width=16), _OUTGOING),
        rows=queries.shipping_carriers,
        save=_save_carriers,
        remove=shipping_carriers.remove_carrier,
        lead="Which of your shipping agents each of Amazon's carriers is; Amazon is told so when you ship.",
        empty="Retrieve Amazon's default carriers and those usual in the marketplace, each with its agent.",
        actions={
            "retrieve": Action("Retrieve Shipping Carriers", shipping_carriers.retrieve_carriers, "carrier"),
            "retrieve-all": Action(
                "Retrieve all of Amazon's carriers",
                shipping_carriers.retrieve_all_carriers,
                "carrier",
                f"Add all {len(CARRIERS)} carriers that Amazon knows, and an agent for each that has none?",
            ),
        },
        unused=_never,
        known_ids=CARRIERS,
    ),
    "payment-methods": Table(
        title="Payment Methods",
        noun="payment method",
        id_words="Payment method",
        columns=(
            Column("code", "Payment Method Code", width=14),
            Column("collected_by", "Collected By", "choice", tuple(COLLECTED_BY.items())),
        ),
        rows=queries.payment_methods,
        save=_save_payments,
        remove=payment_methods.remove_payment_method,
        lead="How buyers pay in Amazon's words, the code of your books for it, and who collects the money. "
        "What the shop collects, such as cash on delivery, is outstanding until its payment is registered.",
        empty="With Payment Method Behaviour Channel none is needed: sales keep Amazon's word.",
        actions={},
        unused=_payments_unused,
    ),
    "currencies": Table(
        title="Currencies",
        noun="currency,currencies",
        id_words="Sales Channel Currency Code",
        columns=(Column("code", "Currency Code", width=10),),
        rows=queries.currencies,
        save=_save_currencies,
        remove=currencies.remove_currency,
        lead="The currencies of Amazon's orders, and the code of your books for each. Nothing is converted.",
        empty="The marketplace's own comes with Allow Multi-Currency, others with their first order.",
        actions={
            "retrieve": Action("Retrieve Currencies", currencies.retrieve_currencies, "currency,currencies"),
        },
        unused=_currencies_unused,
    ),
}
