"""`loadbay listing`: check an ASIN, list a product, follow it until it is linked, ask why the number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from loadbay import wiring
from loadbay.channels.queries import channel as channel_card
from loadbay.channels.queries import channel_row
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.actor import current_actor
from loadbay.core.clock import SystemClock
from loadbay.listings import queries, readers, services
from loadbay.listings.shown import listing_shown

_CHANNEL = click.option("--channel", default="", help="Of which channel, where the SKU has several listings.")


@click.group(cls=ShopGroup)
def listing() -> None:
    """Listings: check, add, update, submit, confirm-linked, change, delist, show, board."""


@listing.command("check")
@click.argument("asin")
@click.option("--channel", required=True)
@click.option("--condition", default="new", show_default=True)
def check(asin: str, channel: str, condition: str) -> Answer:
    """Check ASIN: what Amazon's catalogue holds, restrictions, and the templates to choose from."""
    found = _checked(channel, asin=asin, condition=condition)
    if found.item is None:
        return Answer(found, f"Amazon has no ASIN {asin} there. Copy it from Seller Central again.")
    item = found.item
    lines = [
        f"{item.asin}  {item.title}",
        f"  brand {item.brand or 'not said'}, origin {item.country_of_origin or 'not said'}",
        f"  restrictions: {'; '.join(item.restrictions) or 'none'}",
        f"  shipping templates: {', '.join(found.templates) or 'not said'}",
    ]
    return Answer(found, "\n".join(lines))


@listing.command("add")
@click.argument("sku")
@click.option("--channel", required=True)
@click.option("--asin", required=True)
@click.option("--type", "type_", required=True, help="onsite-fba")
@click.option("--origin", default="", help="Country of origin as Amazon holds it, such as GB.")
@click.option("--template", default="", help="One of your shipping templates.")
@click.option("--condition", default="new", show_default=True)
@click.option("--handling-days", type=int)
@click.option("--offset", type=int, default=0, show_default=True, help="Added to what is free.")
@click.option("--cap", type=int, help="The most that is ever shown.")
@click.option("--no-check", is_flag=True, help="Do not ask Amazon about the ASIN first.")
def add(
    sku: str,
    channel: str,
    asin: str,
    type_: str,
    origin: str,
    template: str,
    condition: str,
    handling_days: int | None,
    offset: int,
    cap: int | None,
    *,
    no_check: bool,
) -> Answer:
    """Add a product to a channel as a Draft, after checking its ASIN with Amazon."""
    wanted = services.WantedListing(
        sku=sku,
        channel=channel,
        asin=asin,
        type=type_,
        country_of_origin=origin,
        shipping_template=template,
        condition=condition,
        handling_days=handling_days,
        offset=offset,
        cap=cap,
        checked=None if no_check else _checked(channel, asin=asin, condition=condition),
    )
    services.add_listing(wanted)
    return _card(sku, channel, words=f"{sku} is on {channel} as a Draft. Send it: loadbay listing submit")


@listing.command("update")
@click.argument("sku")
@_CHANNEL
@click.option("--origin")
@click.option("--template")
@click.option("--offset", type=int)
@click.option("--cap", type=int)
@click.option("--no-cap", is_flag=True, help="Take the listing's cap away.")
def update(
    sku: str,
    channel: str,
    origin: str | None,
    template: str | None,
    offset: int | None,
    cap: int | None,
    *,
    no_cap: bool,
) -> Answer:
    """Change some fields of a listing."""
    channel = queries.channel_of(sku, channel)
    now = services.fields_of(sku, channel)
    given: dict[str, Any] = {
        "country_of_origin": origin,
        "shipping_template": template,
        "offset": offset,
        "cap": cap,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    services.update_listing(replace(now, **({"cap": None} if no_cap else {}) | changed))
    return _card(sku, channel, words=f"{sku} on {channel} is changed.")


@listing.command("submit")
@click.argument("sku")
@_CHANNEL
def submit(sku: str, channel: str) -> Answer:
    """Save: send the listing to Amazon, with its price and quantity 0."""
    channel = queries.channel_of(sku, channel)
    services.want_submission(sku, channel)
    return _card(sku, channel, words=f"{sku} goes to Amazon with the next work done (worker or sync).")


@listing.command("confirm-linked")
@click.argument("sku")
@_CHANNEL
def confirm_linked(sku: str, channel: str) -> Answer:
    """Say that the listing was changed to Onsite FBA in Seller Central; stock and prices flow then."""
    channel = queries.channel_of(sku, channel)
    services.confirm_linked(sku=sku, channel=channel, person=current_actor())
    return _card(sku, channel, words=f"{sku} is Linked. Its stock and price go to Amazon now.")


@listing.command("change")
@click.argument("sku")
@_CHANNEL
@click.option("--origin", help="Country of origin as Amazon holds it, such as GB.")
@click.option("--template", help="One of your shipping templates.")
@click.option("--handling-days", type=int, help="Until it is converted; afterwards Amazon's lorry ships it.")
@click.option("--no-check", is_flag=True, help="Do not ask Amazon about the ASIN first.")
def change(
    sku: str,
    channel: str,
    origin: str | None,
    template: str | None,
    handling_days: int | None,
    *,
    no_check: bool,
) -> Answer:
    """Correct a listing that is at Amazon: exactly what differs is told there."""
    given: dict[str, Any] = {
        "country_of_origin": origin,
        "shipping_template": template,
        "handling_days": handling_days,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        raise click.UsageError("Say what changes: --origin, --template or --handling-days.")
    channel = queries.channel_of(sku, channel)
    now = services.fields_of(sku, channel)
    checked = None if no_check else _checked(channel, asin=now.asin, condition=now.condition)
    services.update_listing(replace(now, checked=checked, **changed))
    return _card(sku, channel, words=_told_next(queries.listing_card(sku, channel)))


@listing.command("delist")
@click.argument("sku")
@_CHANNEL
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would happen.")
def delist(sku: str, channel: str, *, yes: bool) -> Answer:
    """Take the listing off Amazon. Listing it again starts from the beginning, with its conversion."""
    channel = queries.channel_of(sku, channel)
    services.may_be_delisted(sku, channel)
    if not yes:
        words = f"{sku} would be taken off Amazon on {channel}. Nothing was done; add --yes to do it."
        return _card(sku, channel, words=words)
    services.want_delisting(sku, channel)
    return _card(sku, channel, words=f"{sku} is taken off with the next work done (worker or sync).")


@listing.command("show")
@click.argument("sku")
@click.option("--channel", default="", help="All channels when left out.")
def show(sku: str, channel: str) -> Answer:
    """A listing: its state, what is missing, what Amazon was told and why that number."""
    if channel:
        return _card(sku, channel, words="")
    cards = queries.listings_of_product(sku)
    text = "\n".join(_lines(card) for card in cards)
    return Answer(cards, text or f"{sku} is not listed. Add it: loadbay listing add")


@listing.command("board")
@click.option("--channel", default="")
@click.option("--state", default="", help="draft, submitted, waiting (to be converted), linked, …")
def board(channel: str, state: str) -> Answer:
    """The conversion board: every listing with its state, age and next step."""
    rows = queries.board(channel=channel, state=state)
    cells = [[r.sku, r.channel, r.state, f"{r.age_seconds // 60} min", r.next_step] for r in rows]
    heads = ["SKU", "channel", "state", "for", "next step"]
    return Answer(rows, table(heads, cells) if rows else "No listing fits.")


def _told_next(card: queries.ListingCard) -> str:
    words = ", ".join(change.wish for change in card.changes)
    if not words:
        return f"{card.sku} on {card.channel} is changed; Amazon has nothing to be told of it now."
    return f"{card.sku} on {card.channel} is changed. With the next work done Amazon is told: {words}."


def _checked(channel: str, *, asin: str, condition: str) -> services.AsinCheck:
    desk = wiring.catalogue_desk(channel_row(channel_card(channel).id))
    return readers.check_asin(asin, condition=condition, desk=desk, clock=SystemClock())


def _card(sku: str, channel: str, *, words: str) -> Answer:
    shown = listing_shown(sku, channel)
    missing = [
        f"  {'to do' if point.is_checked else 'not checked (stops nothing)'}: {point.sentence} {point.cure}"
        for point in shown.readiness
        if not point.is_met
    ]
    head = [words] if words else []
    text = "\n".join([*head, _lines(shown.listing), *missing, *(_sum(number) for number in shown.stock)])
    return Answer(shown, text)


def _lines(card: queries.ListingCard) -> str:
    issues = [f"  Amazon: {issue['message']}" for issue in card.issues]
    head = f"{card.sku} on {card.channel}: {card.state.replace('_', ' ')}, ASIN {card.asin}. {card.next_step}"
    changes = [f"  to be told: {change.wish}" for change in card.changes]
    refused = [f"  Amazon refuses: {card.offer_refusal}"] if card.offer_refusal else []
    return "\n".join([head, *issues, *changes, *refused])


def _sum(why: queries.WhyThisNumber) -> str:
    rules = "".join(f", {step.rule.replace('_', ' ')} → {step.after}" for step in why.applied)
    told = "not told yet" if why.told is None else f"Amazon was told {why.told}"
    limit = f" (limited by {why.limited_by})" if why.limited_by else ""
    return (
        f"  {why.location}: {why.free} free{limit}{rules}, "
        f"shown {why.shown} + open {why.open} = {why.to_tell}; {told}"
        + (f"; Amazon says: {why.refusal}" if why.refusal else "")
    )
