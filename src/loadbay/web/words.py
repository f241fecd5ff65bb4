"""How states are shown: one table from a state's code to its words and its tone.

Rule: the words are those of `docs/glossary.md`; the tone gives the colour, never alone (the word is there).
A state nobody put in the table is shown as it is, in the quiet tone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    words: str
    tone: str


QUIET, INFO, OK, NOTE, STOP = "quiet", "info", "ok", "note", "stop"

STATES: dict[str, dict[str, Shown]] = {
    "field_call": {
        "to_pack": Shown("To pack", INFO),
        "packing": Shown("On the bench", NOTE),
        "packed": Shown("Packed, label awaited", NOTE),
        "labelled": Shown("Labelled", OK),
        "completed": Shown("Completed", QUIET),
        "cancelled": Shown("Cancelled", STOP),
    },
    "listing": {
        "draft": Shown("Draft", QUIET),
        "submitted": Shown("Submitted", INFO),
        "live_as_mfn": Shown("Live as MFN", INFO),
        "awaiting_conversion": Shown("Awaiting conversion", NOTE),
        "linked": Shown("Linked", OK),
        "rejected": Shown("Rejected", STOP),
        "suppressed": Shown("Suppressed", STOP),
        "delisted": Shown("Delisted", QUIET),
    },
    "sale": {
        "Open": Shown("Open", INFO),
        "Released": Shown("Released", INFO),
        "Posted": Shown("Posted", OK),
        "Credited": Shown("Credited", NOTE),
        "Cancelled": Shown("Cancelled", STOP),
    },
    "document": {
        "Open": Shown("Open", INFO),
        "Released": Shown("Released", INFO),
        "Posted": Shown("Posted", OK),
        "Credited": Shown("Credited", NOTE),
        "Cancelled": Shown("Cancelled", STOP),
    },
    "posting": {
        "invoice": Shown("Invoice", QUIET),
        "payment": Shown("Payment", QUIET),
        "credit": Shown("Credit", QUIET),
        "refund": Shown("Refund", QUIET),
        "reversal": Shown("Reversal", QUIET),
    },
    "account": {
        "asset": Shown("Asset", QUIET),
        "liability": Shown("Liability", QUIET),
        "income": Shown("Income", QUIET),
        "expense": Shown("Expense", QUIET),
    },
    "implied": {
        "Waiting": Shown("Waiting", NOTE),
        "Ready": Shown("Ready", INFO),
        "In Progress": Shown("In Progress", INFO),
        "Complete": Shown("Complete", OK),
        "Cancelled": Shown("Cancelled", STOP),
        "Ignored": Shown("Ignored", QUIET),
        "Error": Shown("Error", STOP),
    },
    "connection": {
        "working": Shown("Working", OK),
        "stopped": Shown("Stopped", STOP),
    },
    "print": {
        "waiting": Shown("Waiting", INFO),
        "sending": Shown("Printing", INFO),
        "printed": Shown("Printed", OK),
        "failed": Shown("Failed", STOP),
        "unclear": Shown("Not known whether it came out", NOTE),
    },
    "bench_label": {
        "awaited": Shown("Label on its way", INFO),
        "problem": Shown("No label yet", STOP),
        "declined": Shown("No label: scan its number", STOP),
        "stored": Shown("Label stored, no printer", NOTE),
        "tracking_wanted": Shown("Tracking number wanted", NOTE),
        "tracked": Shown("Packed, tracking number known", OK),
        "waiting": Shown("Waiting for the printer", INFO),
        "sending": Shown("Printing", INFO),
        "printed": Shown("Printed", OK),
        "failed": Shown("Not printed", STOP),
        "unclear": Shown("Did it print? Look", NOTE),
    },
    "exchange": {
        "ok": Shown("OK", OK),
        "retryable": Shown("Try again later", NOTE),
        "rejected": Shown("Declined", STOP),
        "misconfigured": Shown("Wrong key or rights", STOP),
        "unclear": Shown("Unclear", NOTE),
    },
    "standing": {
        "imported": Shown("Imported", OK),
        "waiting": Shown("Waiting", NOTE),
        "set_aside": Shown("Set aside", NOTE),
        "ignored": Shown("Ignored", QUIET),
        "before_start": Shown("Before the order start date", QUIET),
        "missing": Shown("Missing", STOP),
    },
    "building": {
        "staged": Shown("To build", INFO),
        "waiting": Shown("Waiting", NOTE),
        "built": Shown("Sale built", OK),
        "ignored": Shown("Ignored", QUIET),
    },
    "rule_action": {
        "hold": Shown("Hold", NOTE),
        "ignore": Shown("Ignore", QUIET),
        "flag": Shown("Flag", INFO),
    },
    "work": {
        "waiting": Shown("Waiting for its turn", INFO),
        "running": Shown("Running", INFO),
        "done": Shown("Done", OK),
        "cancelled": Shown("Cancelled", NOTE),
    },
    "buyer": {
        "hidden": Shown("Hidden until shipped", QUIET),
        "awaited": Shown("Awaited", NOTE),
        "found": Shown("Found", OK),
        "closed": Shown("Amazon shows no more", QUIET),
        "erased": Shown("Erased", QUIET),
    },
    "stock_rule": {
        "offset": Shown("the stock offset", QUIET),
        "fixed": Shown("the fixed quantity", QUIET),
        "percentage": Shown("the percentage", QUIET),
        "minimum": Shown("the minimum", QUIET),
        "listing_cap": Shown("the listing cap", QUIET),
        "global_cap": Shown("the global stock cap", QUIET),
    },
    "movement": {
        "goods_in": Shown("Goods In", QUIET),
        "disposal": Shown("Disposal", QUIET),
        "transfer": Shown("Transfer", QUIET),
        "sale": Shown("Sale", QUIET),
        "return": Shown("Return", QUIET),
        "count": Shown("Stock count", QUIET),
    },
    "difference": {
        "added": Shown("Added", OK),
        "changed": Shown("Changed", NOTE),
        "removed": Shown("Removed", STOP),
    },
    "item": {
        "in_stock": Shown("In stock", OK),
        "returned": Shown("Came back, in stock", INFO),
        "packed": Shown("Packed", NOTE),
        "gone": Shown("Gone", QUIET),
        "disposed": Shown("Disposed of", QUIET),
    },
    "cause": {
        "role": Shown("Role or rights", STOP),
        "mapping": Shown("Mapping", NOTE),
        "stock": Shown("Stock", NOTE),
        "throttle": Shown("Throttled", INFO),
        "outage": Shown("Outage", STOP),
        "decision": Shown("Decision", INFO),
        "bug": Shown("Fault in Loadbay", STOP),
    },
}


def shown(kind: str, state: str) -> Shown:
    return STATES.get(kind, {}).get(state) or Shown(state.replace("_", " ").capitalize(), QUIET)


PROGRAMMES = {
    "smartconnect": "Amazon SmartConnect",
    "mfn": "Merchant fulfilled (MFN)",
    "fba": "Fulfilled by Amazon (FBA)",
}
