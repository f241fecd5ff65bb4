"""Fills the demo's shop, as a process that ends: `python -m loadbay.cli.demo_shop SIMULATOR-ADDRESS`.

Rule: started by `demo.py` only, which stays small this way; prints the sign-ins as JSON. What the shop holds
is decided in `loadbay/demo/`; making it again changes nothing that is there.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from loadbay.cli.boot import set_up_django
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand


@click.command(cls=ShopCommand)
@click.argument("simulator")
def demo_shop(simulator: str) -> Answer:
    """Make the demo's shop against the pretend Amazon at that address."""
    sign_ins: list[Any] = import_module("loadbay.demo.shop").make(simulator=simulator)
    return Answer({"sign_ins": sign_ins}, "")


if __name__ == "__main__":
    set_up_django()
    demo_shop(["--json", *sys.argv[1:]])
