"""Fills the demo's shop, as a process that ends: `python -m loadbay.cli.demo_shop begin|complete ADDRESS`.

Rule: started by `demo.py` only, which stays small this way. `begin` makes what the first page needs and
prints the sign-ins, `complete` the rest, at the pretend Amazon of that address. See `loadbay/demo/`.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from loadbay.cli.boot import set_up_django
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand
from loadbay.hosting.config import Config


@click.command(cls=ShopCommand)
@click.argument("part", type=click.Choice(["begin", "complete"]))
@click.argument("simulator")
def demo_shop(part: str, simulator: str) -> Answer:
    """Make one part of the demo's shop, or nothing where it is there."""
    shop = import_module("loadbay.demo.shop")
    if part == "complete":
        shop.complete(simulator=simulator)
        return Answer({"complete": True}, "")
    people = shop.begin(simulator=simulator, home=Config.load().home)
    return Answer({"sign_ins": people, "is_complete": shop.is_complete()}, "")


if __name__ == "__main__":
    set_up_django()
    demo_shop(["--json", *sys.argv[1:]])
