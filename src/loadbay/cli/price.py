"""`loadbay price`: retail prices per customer category (Product Info > Financial > Retail prices)."""

from __future__ import annotations

from datetime import datetime

import click

from loadbay.catalogue import services
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup


@click.group(cls=ShopGroup)
def price() -> None:
    """Retail prices: set, end."""


@price.command("set")
@click.argument("sku")
@click.option("--category", required=True, help="Customer category; Amazon makes it an Amazon product.")
@click.option("--amount", required=True, help="Tax included, such as 12.99.")
@click.option("--currency", required=True, help="Three letters, such as GBP.")
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day; today when left out."
)
def set_(sku: str, category: str, amount: str, currency: str, valid_from: datetime | None) -> Answer:
    """Set the price of a product for a customer category from a day on (days are counted in UTC)."""
    done = services.set_price(
        sku=sku,
        category=category,
        amount=amount,
        currency=currency,
        valid_from=valid_from.date() if valid_from else None,
    )
    return Answer(done, f"{done.sku} costs {done.price} for {done.category} from {done.valid_from} on.")


@price.command("end")
@click.argument("sku")
@click.option("--category", required=True)
@click.option("--currency", required=True)
@click.option("--last-day", required=True, type=click.DateTime(["%Y-%m-%d"]))
def end(sku: str, category: str, currency: str, last_day: datetime) -> Answer:
    """Say on which day the price of a product for a category is valid for the last time."""
    day = last_day.date()
    services.end_price(sku=sku, category=category, currency=currency, last_day=day)
    return Answer({"sku": sku, "category": category, "last_day": day}, f"The price of {sku} ends on {day}.")
