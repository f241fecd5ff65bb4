"""The definitions of a sales channel as one frozen value, and what a line of them may say. Pure.

Read by `definition_queries`, kept by the services of each table, obeyed by `orders.definition_rules`. To add
a table: its value here, its query there, and a `Table` whose unmapped values make a row and a task.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from loadbay.core.errors import WrongInput
from loadbay.core.money import is_currency

WITHOUT_METHODS = frozenset({"smartconnect", "fba", "easy_ship"})
"""Programmes in which Amazon chooses who carries a parcel: a method that nobody mapped holds nothing."""


class Table(StrEnum):
    """The tables of definitions in which a value of an order may be unknown."""

    SHIPPING_METHOD = "shipping_method"
    CURRENCY = "currency"
    MULTI_CURRENCY = "multi_currency"
    PAYMENT_METHOD = "payment_method"
    ITEM = "item"
    CUSTOMER = "customer"


EXACT = frozenset({Table.ITEM, Table.CUSTOMER})
"""Tables whose values have no spelling variants."""


class DefinitionNotUsable(WrongInput):
    """A line of a channel's definitions cannot be kept like this; the sentence names it and the cure."""

    code = "definition_not_usable"

    def __init__(self, line: str, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        """The external id of the line."""
        self.column = column
        """The column that is wrong, as the tables call it: `agent`, `service`, `charge_number` …"""


@lru_cache(maxsize=1024)  # an import asks the same few words once for every order
def key_of(external_id: str) -> str:
    """What spelling variants have in common: `ROYAL_MAIL` and `Royal Mail` are one carrier."""
    folded = unicodedata.normalize("NFKC", external_id).casefold()
    plain = "".join(letter for letter in folded if letter.isalnum())
    return (plain or folded.strip())[:60]


@dataclass(frozen=True)
class Unmapped:
    """A value of an order that no definition knows, as the order spells it."""

    table: Table
    value: str
    shown: str = field(default="", compare=False)
    """What people are told instead of the value, where it is a key."""

    @property
    def key(self) -> str:
        """What an order that is held for it keeps, so that mapping it finds the order again."""
        return wanted_key(self.table, self.value)


def wanted_key(table: Table, value: str) -> str:
    return f"{table.value}:{value if table in EXACT else key_of(value)}"


@dataclass(frozen=True)
class AgentService:
    """Who carries it: an agent of our books and, perhaps, one of its services."""

    agent_id: int
    agent: str
    agent_name: str
    service_id: int | None = None
    service: str = ""
    service_name: str = ""


@dataclass(frozen=True)
class Charge:
    """Where a shipping charge is posted: its type (account, item, resource, charge) and number."""

    type: str = ""
    number: str = ""


@dataclass(frozen=True)
class TaxLine:
    """How sales show tax; `account` is the G/L account of the one line. Checked by `tax_rules`."""

    shown: str = "lines"
    account: str = ""
    leaves_out_collected: bool = False


@dataclass(frozen=True)
class Method:
    """A shipping method. Without an agent nobody has mapped it yet; without a charge it is left out."""

    external_id: str
    carried: AgentService | None = None
    charge: Charge | None = field(default_factory=Charge)
    is_default_for_outgoing: bool = False


@dataclass(frozen=True)
class Carrier:
    """A carrier of the channel, and the code of the agent it is in our books; "" while nobody said."""

    external_id: str
    agent: str = ""
    agent_name: str = ""
    is_default_for_outgoing: bool = False


@dataclass(frozen=True)
class Definitions:
    """Everything a channel's definitions say. Methods and payment methods are found by `key_of`."""

    programme: str = "smartconnect"
    currency: str = ""
    """The marketplace's own."""
    allows_multi_currency: bool = False
    maps_payment_methods: bool = False
    methods: Mapping[str, Method] = field(default_factory=dict)
    carriers: tuple[Carrier, ...] = ()
    currencies: Mapping[str, str] = field(default_factory=dict)
    payment_methods: Mapping[str, str] = field(default_factory=dict)
    charges: Mapping[str, Charge] = field(default_factory=dict)
    """Where charges besides shipping are posted, by their name in capitals."""
    tax: TaxLine = field(default_factory=TaxLine)

    @property
    def needs_a_method(self) -> bool:
        """Whether we choose who carries a parcel, so that its order waits for a method that is unknown."""
        return self.programme not in WITHOUT_METHODS


@dataclass(frozen=True)
class Outgoing:
    """What the channel is told of a parcel that an agent carries."""

    carrier_code: str
    carrier_name: str
    method: str


OTHER = "Other"


def outgoing(definitions: Definitions, *, agent: str, service: str, agent_name: str = "") -> Outgoing:
    """An agent and its service, translated back for the channel; one it does not know is `Other` by name.

    Of several lines with one agent the default for outgoing counts; saving sees to it that there is one.
    """
    carriers = [line for line in definitions.carriers if line.agent == agent]
    carrier = _chosen(carriers)
    methods = [
        line
        for line in definitions.methods.values()
        if line.carried is not None and (line.carried.agent, line.carried.service) == (agent, service)
    ]
    method = _chosen(methods)
    return Outgoing(
        carrier_code=carrier.external_id if carrier else OTHER,
        carrier_name=(carrier.agent_name if carrier else "") or agent_name or agent,
        method=method.external_id if method else service,
    )


_Line = TypeVar("_Line", Carrier, Method)


def _chosen(lines: list[_Line]) -> _Line | None:
    return next((line for line in lines if line.is_default_for_outgoing), lines[0] if lines else None)


# --- what a line may say ---

BEHAVIOURS: Mapping[str, str] = {"default": "Default", "skip": "Skip"}
CHARGE_TYPES: Mapping[str, str] = {
    "account": "G/L Account",
    "item": "Item",
    "resource": "Resource",
    "charge": "Charge (Item)",
}
LONGEST_ID, LONGEST_DESCRIPTION, LONGEST_NUMBER, LONGEST_CODE = 60, 100, 20, 10


@dataclass(frozen=True)
class MethodLine:
    """A line of the shipping methods as it is to be kept; codes as a person types them."""

    external_id: str
    description: str = ""
    agent: str = ""
    service: str = ""
    behaviour: str = "default"
    charge_type: str = ""
    charge_number: str = ""
    is_default_for_outgoing: bool = False


@dataclass(frozen=True)
class CarrierLine:
    """A line of the shipping carriers as it is to be kept."""

    external_id: str
    description: str = ""
    agent: str = ""
    is_default_for_outgoing: bool = False


def check_external_id(external_id: str, *, what: str) -> str:
    text = " ".join(external_id.split())
    if not text or len(text) > LONGEST_ID or not text.isprintable() or not key_of(text):
        raise DefinitionNotUsable(
            external_id, "external_id", f"A {what} needs an external id of 1 to {LONGEST_ID} characters."
        )
    return text


def tidied_method(line: MethodLine) -> MethodLine:
    """As it is kept: codes in capitals; behaviour and charge type also in the words of the screen."""
    return replace(
        line,
        external_id=check_external_id(line.external_id, what="shipping method"),
        description=line.description.strip()[:LONGEST_DESCRIPTION],
        agent=line.agent.strip().upper(),
        service=line.service.strip().upper(),
        behaviour=_code_of(line.behaviour, BEHAVIOURS) or "default",
        charge_type=_code_of(line.charge_type, CHARGE_TYPES),
        charge_number=line.charge_number.strip(),
    )


def _code_of(text: str, words: Mapping[str, str]) -> str:
    named = {shown.casefold(): code for code, shown in words.items()}
    plain = text.strip()
    return named.get(plain.casefold(), plain.lower())


def tidied_carrier(line: CarrierLine) -> CarrierLine:
    return replace(
        line,
        external_id=check_external_id(line.external_id, what="shipping carrier"),
        description=line.description.strip()[:LONGEST_DESCRIPTION],
        agent=line.agent.strip().upper(),
    )


def check_method(line: MethodLine, *, services: Mapping[str, Iterable[str]]) -> None:
    """A line that a person mapped. `services`: the codes of each agent's services."""
    for fault in method_faults(line, services=services):
        raise fault


def method_faults(
    line: MethodLine, *, services: Mapping[str, Iterable[str]]
) -> Iterator[DefinitionNotUsable]:
    """Everything that is wrong with the line: who carries it, then its charge."""
    for check in (lambda: _check_carried(line, services), lambda: _check_charge(line)):
        try:
            check()
        except DefinitionNotUsable as fault:
            yield fault


def _check_carried(line: MethodLine, services: Mapping[str, Iterable[str]]) -> None:
    name = line.external_id
    if not line.agent:
        raise DefinitionNotUsable(
            name,
            "agent",
            f"Shipping method {name} has no Shipping Agent Code. Choose the agent who carries it.",
        )
    _check_agent("Shipping method", name, line.agent, known=services)
    if line.service and line.service not in set(services[line.agent]):
        known = ", ".join(sorted(services[line.agent])) or "none yet"
        raise DefinitionNotUsable(
            name,
            "service",
            f"{line.service} of shipping method {name} is no service of agent {line.agent}. "
            f"Its services: {known}.",
        )


def _check_charge(line: MethodLine) -> None:
    name = line.external_id
    if line.behaviour not in BEHAVIOURS:
        raise DefinitionNotUsable(
            name,
            "behaviour",
            f"Shipping Order Behavior {line.behaviour[:20]!r} of {name} is not known. Use default or skip.",
        )
    if line.behaviour == "skip":
        if line.charge_type or line.charge_number:
            column = "charge_type" if line.charge_type else "charge_number"
            raise DefinitionNotUsable(
                name,
                column,
                f"Shipping method {name} skips its charge, so it has no charge type and no charge number. "
                "Empty both, or set Shipping Order Behavior to Default.",
            )
        return
    if line.charge_type not in CHARGE_TYPES:
        known = ", ".join(CHARGE_TYPES.values())
        raise DefinitionNotUsable(
            name,
            "charge_type",
            f"Shipping method {name} adds its charge, but no Shipping Order Charge Type says to what. "
            f"Choose one of {known}, or set Shipping Order Behavior to Skip.",
        )
    if not line.charge_number or len(line.charge_number) > LONGEST_NUMBER:
        raise DefinitionNotUsable(
            name,
            "charge_number",
            f"Shipping method {name} adds its charge, so it needs a Shipping Order Charge No. of 1 to "
            f"{LONGEST_NUMBER} characters: the number of the {CHARGE_TYPES[line.charge_type]}.",
        )


def check_carrier(line: CarrierLine, *, agents: Iterable[str]) -> None:
    if not line.agent:
        raise DefinitionNotUsable(
            line.external_id,
            "agent",
            f"Shipping carrier {line.external_id} has no Shipping Agent Code. Choose the agent it is.",
        )
    _check_agent("Shipping carrier", line.external_id, line.agent, known=dict.fromkeys(agents, ()))


def _check_agent(what: str, name: str, agent: str, *, known: Mapping[str, object]) -> None:
    if agent not in known:
        raise DefinitionNotUsable(
            name,
            "agent",
            f"{agent} of {what.lower()} {name} is no shipping agent. Add it under Shipping agents, or choose "
            f"one of: {', '.join(sorted(known)[:20]) or 'none yet'}.",
        )


def check_outgoing_methods(lines: Iterable[MethodLine]) -> None:
    """Each agent with its service leads back to one method."""
    _check_one_way_back(
        "shipping methods",
        [
            (line.external_id, (line.agent, line.service), line.is_default_for_outgoing)
            for line in lines
            if line.agent
        ],
    )


def check_outgoing_carriers(lines: Iterable[CarrierLine]) -> None:
    """Each agent leads back to one carrier."""
    _check_one_way_back(
        "shipping carriers",
        [(line.external_id, (line.agent, ""), line.is_default_for_outgoing) for line in lines if line.agent],
    )


def _check_one_way_back(what: str, lines: Iterable[tuple[str, tuple[str, str], bool]]) -> None:
    by_agent: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for name, carried, is_default in lines:
        by_agent.setdefault(carried, []).append((name, is_default))
    for (agent, service), mine in by_agent.items():
        defaults = [name for name, is_default in mine if is_default]
        if len(mine) > 1 and len(defaults) != 1:
            names = ", ".join(name for name, _ in mine)
            said = "none of them is" if not defaults else f"{' and '.join(defaults)} are"
            raise DefinitionNotUsable(
                mine[-1][0],
                "is_default_for_outgoing",
                f"The {what} {names} all have agent {agent}{f' with {service}' if service else ''}, and "
                f"{said} default for outgoing. "
                "Tick one of them: it is what the channel is told when that agent carries a parcel.",
            )


def agent_code(name: str, *, taken: Iterable[str]) -> str:
    """The code of a new agent for a carrier: capitals, at most ten characters, and nobody else's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    whole = " ".join("".join(sign if sign in _SIGNS else " " for sign in plain).split()).lstrip(" ._&-")
    short = whole if len(whole) <= LONGEST_CODE else "".join(sign for sign in whole if sign.isalnum())
    code = short[:LONGEST_CODE].strip() or "AGENT"
    others = set(taken)
    number = 1
    while code in others:
        number += 1
        code = f"{(short or 'AGENT')[: LONGEST_CODE - len(str(number))].rstrip()}{number}"
    return code


_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._&-")


def check_currency(external_id: str, code: str) -> tuple[str, str]:
    """(the channel's currency code, ours) as they are kept; ours may be empty while nobody has mapped it."""
    theirs, ours = external_id.strip().upper(), code.strip().upper()
    if not is_currency(theirs):
        raise DefinitionNotUsable(
            theirs,
            "external_id",
            f"Sales Channel Currency Code {external_id[:20]!r} is not known. Give an ISO code of three "
            "letters, such as EUR.",
        )
    if ours and (len(ours) > LONGEST_CODE or not ours.isascii() or not ours.isalnum()):
        raise DefinitionNotUsable(
            theirs,
            "code",
            f"Currency Code {code[:20]!r} of {theirs} cannot be kept. Use up to {LONGEST_CODE} letters and "
            "digits.",
        )
    if len(ours) == len(theirs) and ours != theirs:
        why = "is another currency, and Loadbay converts no amounts" if is_currency(ours) else "is not known"
        raise DefinitionNotUsable(
            theirs,
            "code",
            f"Currency Code {ours} of {theirs} {why}. Give {theirs}, or the code your books use for it.",
        )
    return theirs, ours


COLLECTED_BY: Mapping[str, str] = {"amazon": "Amazon", "shop": "The shop"}
"""Who takes the buyer's money."""


def check_collected_by(external_id: str, collected_by: str) -> str:
    found = collected_by.strip().lower()
    if found not in COLLECTED_BY:
        raise DefinitionNotUsable(
            external_id,
            "collected_by",
            f"Payment method {external_id} is collected by {', '.join(COLLECTED_BY)}, not by "
            f"{collected_by[:20]!r}. Say who takes the buyer's money.",
        )
    return found


def check_payment_code(external_id: str, code: str) -> str:
    ours = code.strip().upper()
    if not ours or len(ours) > LONGEST_NUMBER or not ours.isprintable():
        raise DefinitionNotUsable(
            external_id,
            "code",
            f"Payment method {external_id} needs a Payment Method Code of 1 to {LONGEST_NUMBER} characters.",
        )
    return ours
