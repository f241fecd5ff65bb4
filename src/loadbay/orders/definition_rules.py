"""What a staged order becomes by the definitions of its channel, or which of its values nobody mapped. Pure.

`services.building` asks for each order of a batch; the definitions were read once. Another table of
definitions adds a part to `Becomes` and a step to `becomes`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from loadbay.channels.definition_rules import (
    AgentService,
    Charge,
    Definitions,
    Table,
    TaxLine,
    Unmapped,
    key_of,
)


@dataclass(frozen=True)
class Staged:
    """What the definitions are asked about an order: its values in the channel's words."""

    ship_method: str
    currency: str
    payment_methods: str = ""
    """As the channel names them; several are separated by commas."""
    unknown_skus: tuple[str, ...] = ()
    """SKUs that neither a mapping nor listing, product or barcode knows."""
    order_id: str = ""
    unpicked_buyer: str = ""
    """The identity of a buyer whose customer a person has to pick first."""


@dataclass(frozen=True)
class Becomes:
    """What the sale of an order is given. Without `carried` the channel's own agent carries it."""

    carried: AgentService | None = None
    charge: Charge | None = Charge()
    """Where its shipping charges are posted; None leaves them out of the sale."""
    currency_code: str = ""
    """The currency code of our books, where it is another word than the ISO code."""
    payment_code: str = ""
    charges: Mapping[str, Charge] = field(default_factory=dict)
    """Where gift wrap and other charges are posted."""
    tax: TaxLine = TaxLine()


@dataclass(frozen=True)
class Ruled:
    """What the definitions say of an order: what it becomes, or what has to be mapped before."""

    becomes: Becomes
    unmapped: tuple[Unmapped, ...] = ()


def ruled(order: Staged, definitions: Definitions) -> Ruled:
    """Everything at once, so that a person sees every value that an order waits for."""
    carried, charge, methods = _method(order.ship_method, definitions)
    currency_code, currencies = _currency(order.currency, definitions)
    payment_code, payments = payment_code_of(order.payment_methods, definitions)
    becomes = Becomes(
        carried, charge, currency_code, payment_code, charges=definitions.charges, tax=definitions.tax
    )
    items = (Unmapped(Table.ITEM, sku) for sku in order.unknown_skus)
    return Ruled(becomes, (*items, *methods, *currencies, *payments, *_buyer(order)))


def _buyer(order: Staged) -> Sequence[Unmapped]:
    if not order.unpicked_buyer:
        return ()
    return (Unmapped(Table.CUSTOMER, order.unpicked_buyer, shown=order.order_id),)


def _method(
    ship_method: str, definitions: Definitions
) -> tuple[AgentService | None, Charge | None, Sequence[Unmapped]]:
    """A method that is mapped counts in every programme; an unknown one holds where we choose the carrier."""
    line = definitions.methods.get(key_of(ship_method)) if ship_method.strip() else None
    if line is not None and line.carried is not None:
        return line.carried, line.charge, ()
    if ship_method.strip() and definitions.needs_a_method:
        return None, Charge(), (Unmapped(Table.SHIPPING_METHOD, ship_method),)
    return None, Charge(), ()


def _currency(currency: str, definitions: Definitions) -> tuple[str, Sequence[Unmapped]]:
    if not currency:
        return "", ()
    if not definitions.allows_multi_currency:
        is_own = currency == definitions.currency
        return "", () if is_own else (Unmapped(Table.MULTI_CURRENCY, currency),)
    code = definitions.currencies.get(currency)
    if code is None:
        return "", (Unmapped(Table.CURRENCY, currency),)
    return "" if code == currency else code, ()


def payment_code_of(payment_methods: str, definitions: Definitions) -> tuple[str, Sequence[Unmapped]]:
    """Our payment method for what the channel names: the first of several counts, each has to be known."""
    named = _named(payment_methods)
    if not definitions.maps_payment_methods or not named:
        return "", ()
    unknown = [
        Unmapped(Table.PAYMENT_METHOD, name)
        for name in named
        if key_of(name) not in definitions.payment_methods
    ]
    if unknown:
        return "", unknown
    return definitions.payment_methods[key_of(named[0])], ()


def is_collected(payment_methods: str, *, shop_collects: Collection[str]) -> bool:
    """Whether Amazon has the buyer's money. As with our own code for it, the first of several counts."""
    named = _named(payment_methods)
    return not named or key_of(named[0]) not in shop_collects


def _named(payment_methods: str) -> list[str]:
    return [name.strip() for name in payment_methods.split(",") if name.strip()]
