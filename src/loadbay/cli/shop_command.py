"""Commands that work on the shop's database: opened, brought up to date, and in a person's name.

Rule: the function calls one service or query and returns an `Answer`; modules with such commands are marked
in `main.TABLE`, because they may import services only once Django is set up.
"""

from __future__ import annotations

import getpass
from typing import Any

import click

from loadbay.cli.boot import open_database
from loadbay.cli.command import JsonCommand
from loadbay.core.actor import acting_as
from loadbay.hosting.config import Config


class ShopCommand(JsonCommand):
    """One command on the shop's database."""

    def work(self, ctx: click.Context) -> Any:
        with open_database(Config.load()), acting_as(f"terminal:{_person()}"):
            return super().work(ctx)


class ShopGroup(click.Group):
    """A family of them: `@family.command("name")` makes a ShopCommand."""

    command_class = ShopCommand


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
