"""The menu, in the words of the guides. One table; a person sees the entries their role may open.

Rule: an entry names a URL and a right; the right here and the guard of the view are the same, by test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from loadbay.people.rules import Right, may


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `under` is the middle step of a path such as Financial > Retail prices."""

    label: str
    url: str
    right: Right
    under: str = ""
    pages: tuple[str, ...] = ()
    is_here: bool = False


@dataclass(frozen=True)
class Group:
    label: str
    icon: str
    entries: tuple[Entry, ...]

    @property
    def is_here(self) -> bool:
        return any(entry.is_here for entry in self.entries)


MENU: tuple[Group, ...] = (
    Group("Today", "home", (Entry("Start", "start", Right.SEE_OFFICE),)),
    Group(
        "Product Info",
        "box",
        (
            Entry(
                "Products",
                "products",
                Right.SEE_OFFICE,
                pages=("product", "product-new", "product-change", "product-stock", "product-import"),
            ),
            Entry(
                "Retail prices",
                "retail-prices",
                Right.SEE_OFFICE,
                under="Financial",
                pages=("product-prices",),
            ),
            Entry(
                "Amazon",
                "listings",
                Right.SEE_OFFICE,
                under="Web › Web/Multi Channel settings",
                pages=("product-amazon", "listing-why"),
            ),
        ),
    ),
    Group(
        "Stock",
        "stock",
        (
            Entry("Goods In", "goods-in", Right.MOVE_STOCK),
            Entry("Disposal", "disposal", Right.MOVE_STOCK),
            Entry("Transfer", "transfer", Right.MOVE_STOCK),
            Entry("Enquiry", "stock-enquiry", Right.SEE_OFFICE),
            Entry("Stock rooms", "stock-rooms", Right.MOVE_STOCK),
            Entry("Global stock cap", "stock-cap", Right.CHANGE_LISTINGS),
        ),
    ),
    Group(
        "Sales",
        "sale",
        (
            Entry("Sales", "sales", Right.SEE_OFFICE, pages=("sale", "sale-credit")),
            Entry("Channel orders", "orders", Right.SEE_OFFICE, pages=("order", "orders-confirm", "work")),
            Entry(
                "Ledger",
                "ledger",
                Right.SEE_OFFICE,
                pages=(
                    *("ledger-document", "ledger-accounts", "ledger-account", "ledger-series"),
                    *("ledger-account-add", "ledger-account-change", "ledger-series-set", "ledger-export"),
                ),
            ),
            Entry("Set aside", "set-aside", Right.SEE_OFFICE),
            Entry("Order rules", "order-rules", Right.SEE_OFFICE, pages=("order-rule", "order-rule-new")),
            Entry("Gap proof", "gap-proofs", Right.SEE_OFFICE, pages=("gap-proof",)),
        ),
    ),
    Group(
        "Field Calls",
        "lorry",
        (
            Entry("Field Call Enquiry", "field-calls", Right.PACK, pages=("field-call",)),
            Entry("Pack Items Ready for Dispatch", "bench", Right.PACK, under="Goods Dispatch"),
            Entry("Batch Complete", "batch-complete", Right.COMPLETE),
            Entry("Boxes", "boxes", Right.CHANGE_BOXES),
        ),
    ),
    Group(
        "Sales Channels",
        "link",
        (
            Entry(
                "Sales Channels",
                "channels",
                Right.SEE_OFFICE,
                pages=(
                    "channel",
                    "channel-tab",
                    "channel-change",
                    "channel-matrix",
                    "channel-matrix-change",
                    "channel-action-add",
                    "channel-new",
                    "channel-definitions",
                    "channel-file",
                    "first-channel-step",
                    "channel-file-apply",
                ),
            ),
            Entry("Shipping agents", "agents", Right.CHANGE_CHANNELS, pages=("agent",)),
            Entry("Connections", "connections", Right.SEE_OFFICE, pages=("connection", "connection-new")),
        ),
    ),
    Group(
        "Operations",
        "inbox",
        (
            Entry("Tasks", "tasks", Right.SEE_OFFICE),
            Entry("Exchanges", "exchanges", Right.SEE_OFFICE, pages=("exchange",)),
        ),
    ),
    Group(
        "Administration",
        "gear",
        (
            Entry("People", "people", Right.CHANGE_PEOPLE, pages=("person", "person-new")),
            Entry("API tokens", "tokens", Right.CHANGE_TOKENS, pages=("token", "token-new")),
            Entry("Printers", "printers", Right.CHANGE_PRINTERS),
        ),
    ),
)


def menu_for(role: str, *, at: str) -> tuple[Group, ...]:
    """The groups a role may open, with the entry marked whose page this is."""
    groups = []
    for group in MENU:
        entries = tuple(
            replace(entry, is_here=at == entry.url or at in entry.pages)
            for entry in group.entries
            if may(role, entry.right)
        )
        if entries:
            groups.append(replace(group, entries=entries))
    return tuple(groups)
