"""How a channel's sales show tax: on each line or as one, with or without what was collected. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from loadbay.channels.definition_rules import LONGEST_NUMBER, DefinitionNotUsable, TaxLine

LINES, ONE_LINE = "lines", "one_line"
SHOWN: Mapping[str, str] = {LINES: "On each line", ONE_LINE: "As one line"}


def check_tax(line: TaxLine) -> TaxLine:
    """The definition as it is kept. Raises `DefinitionNotUsable`."""
    account = line.account.strip()
    if line.shown not in SHOWN:
        raise DefinitionNotUsable(
            "tax", "shown", f"Tax {line.shown[:20]!r} is not known. Use {' or '.join(SHOWN)}."
        )
    if line.shown == LINES and account:
        raise DefinitionNotUsable(
            "tax",
            "account",
            f"Tax on each line needs no account, but {account[:20]} is given. Empty it, or show one line.",
        )
    if line.shown == ONE_LINE and (not account or len(account) > LONGEST_NUMBER or not account.isprintable()):
        raise DefinitionNotUsable(
            "tax",
            "account",
            f"Tax as one line needs the G/L Account it is posted to, 1 to {LONGEST_NUMBER} characters.",
        )
    return TaxLine(line.shown, account, line.leaves_out_collected)
