"""The program `loadbay`: a table of commands, each loaded only when it is called.

Rule: one module per command or family of commands, named in TABLE with the line its help page shows.
How commands answer is in `command.py` and `output.py`.
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import click

from loadbay import __version__

# name → (module, needs Django, one line of help). The object in the module has the command's name.
TABLE: dict[str, tuple[str, bool, str]] = {
    "demo": ("demo", False, "Start everything with a small shop and a pretend Amazon."),
    "simulator": ("simulator", False, "Start the pretend Amazon alone."),
    "up": ("up", False, "Run Loadbay: web and worker in one go."),
    "web": ("web", False, "Run one web process."),
    "batch-complete": ("batch_complete", True, "Scan a consignment and complete all of it."),
    "channel": ("channel", True, "Sales channels."),
    "command-sheet": ("command_sheet", True, "The bench's commands as barcodes (PDF)."),
    "connection": ("connection", True, "Seller accounts: add, test, give new secrets."),
    "currency": ("currency", True, "Currencies of a sales channel."),
    "definitions": (
        "definitions",
        True,
        "All definitions of a channel as one file: export, diff, apply, copy.",
    ),
    "dock-sheet": ("dock_sheet", True, "The hand-over sheet of a consignment (PDF)."),
    "doctor": ("doctor", True, "Is everything in order? Names each problem and its cure."),
    "box": ("box", True, "Boxes of the house: add, list, house, remove."),
    "field-call": ("field_call", True, "Field calls: list, show, complete."),
    "gap-proof": ("gap_proof", True, "Ask Amazon again for everything of some days; find what is missing."),
    "label": ("label", True, "Labels: save, print, reprint, regenerate."),
    "ledger": ("ledger", True, "The built-in ledger: documents, entries, accounts, credit, export."),
    "listing": ("listing", True, "Listings: check, add, submit, change, take off, show."),
    "mapping": ("mapping", True, "Items, customers and tax of a sales channel."),
    "order-rule": ("order_rule", True, "Order rules: list, try, add, release, remove."),
    "matrix": ("matrix", True, "Order status matrix: show, add, remove, check, try, test, reset."),
    "pack": ("pack", True, "The packing bench from the terminal."),
    "payment-method": ("payment_method", True, "Payment methods of a sales channel."),
    "pick-list": ("pick_list", True, "What is to be fetched for the lorry (PDF)."),
    "price": ("price", True, "Retail prices per customer category."),
    "printer": ("printer", True, "Printers: add, list, test."),
    "product": ("product", True, "Products: import, show, list."),
    "sale": ("sale", True, "Sales: list, show."),
    "shipping-agent": ("shipping_agent", True, "Shipping agents and their services."),
    "shipping-carrier": ("shipping_carrier", True, "Shipping carriers of a sales channel."),
    "shipping-method": ("shipping_method", True, "Shipping methods of a sales channel."),
    "shipping-template": ("shipping_template", True, "Shipping templates that Amazon offers on a channel."),
    "setup": ("setup", True, "Make the first administrator and say what comes next."),
    "status-action": ("status_action", True, "What is done when an order enters an implied status."),
    "stock": ("stock", True, "Stock: goods in, dispose, transfer, show, cap."),
    "stock-room": ("stock_room", True, "Stock rooms: add, list."),
    "sync": ("sync", True, "Do all due work in this process."),
    "task": ("task", True, "What needs a person: list, close."),
    "token": ("token", True, "API tokens: add, list, show, revoke."),
    "work": ("work", True, "Long work on orders: list, show, watch, cancel."),
    "worker": ("worker", True, "Run one worker process."),
}


# As sysexits.h has it: not a refusal (1), so that a supervisor starts the process anew.
FAULT_OF_OURS = 70


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that `loadbay --help` answers at once."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except Exception:  # noqa: BLE001  the edge of the process: the trace is shown, the code is ours
            traceback.print_exc()
            sys.exit(FAULT_OF_OURS)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in TABLE:
            return None
        module, needs_django, _ = TABLE[cmd_name]
        if needs_django:
            import_module("loadbay.cli.boot").set_up_django()
        found = getattr(import_module(f"loadbay.cli.{module}"), cmd_name.replace("-", "_"))
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, TABLE[name][2]) for name in self.list_commands(ctx)])


@click.group(
    cls=Commands,
    epilog="Exit codes: 0 done, 1 refused, 2 wrong use, 3 trouble outside, 70 a fault in Loadbay. "
    "Most commands take --json for programs.",
)
@click.version_option(__version__, prog_name="loadbay")
def run() -> None:
    """Loadbay, a self-hosted Amazon desk for retailers who ship from their own stock rooms."""
