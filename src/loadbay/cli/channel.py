"""`loadbay channel`: sales channels with their rooms, locations and pickup times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from loadbay.channels import queries, services, setting_rules
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=ShopGroup)
def channel() -> None:
    """Sales channels: add, list, show, set, matrix."""


@channel.command("add")
@click.argument("code")
@click.option("--connection", required=True, help="Name of the connection.")
@click.option("--marketplace", required=True, help="Country code, such as GB.")
@click.option("--programme", required=True, help="smartconnect, mfn or fba.")
@click.option("--stock-room", "rooms", multiple=True, help="ROOM=LOCATION (mfn: ROOM), several times.")
@click.option("--description", default="")
@click.option("--time-zone", default="Europe/London", show_default=True)
@click.option("--pickup", "pickups", multiple=True, help="Time of day of the lorry, such as 16:00.")
@click.option("--orders-from", type=click.DateTime(), help="UTC moment of the first order to import.")
def add(
    code: str,
    connection: str,
    marketplace: str,
    programme: str,
    rooms: tuple[str, ...],
    description: str,
    time_zone: str,
    pickups: tuple[str, ...],
    orders_from: datetime | None,
) -> Answer:
    """Add a sales channel; its placeholder customer, agent and order status matrix come with it."""
    services.add_channel(
        services.NewChannel(
            code=code,
            connection=connection,
            marketplace=marketplace.upper(),
            programme=programme.lower(),
            rooms=_rooms(rooms, programme=programme.lower()),
            description=description,
            time_zone=time_zone,
            pickups=pickups or services.DEFAULT_PICKUPS,
            order_start_at=orders_from.replace(tzinfo=UTC) if orders_from else None,
        )
    )
    card = queries.channel(code)
    return Answer(card, f"Sales channel {card.code} is there; its orders are asked for from now on.")


@channel.command("list")
def list_() -> Answer:
    """Every sales channel."""
    cards = queries.channels()
    rows = [
        [c.code, c.programme, c.marketplace, c.connection, "watching" if c.is_watching else "live"]
        for c in cards
    ]
    empty = "No sales channel yet. Add one: loadbay channel add CODE …"
    heads = ["code", "programme", "marketplace", "connection", "mode"]
    return Answer(cards, table(heads, rows) if rows else empty)


@channel.command("show")
@click.argument("code")
def show(code: str) -> Answer:
    """One sales channel with all its settings."""
    card = queries.channel(code)
    return Answer(card, f"{card.code}: {card.description}\n{_settings(card)}")


@channel.command("matrix")
@click.argument("code")
def matrix(code: str) -> Answer:
    """The order status matrix of a channel."""
    rows = queries.matrix_rows(code)
    heads = ["channel status", "BC order status", "balanced", "existing orders", "implied order status"]
    cells = [["any" if value in (None, "") else value for value in row.values()] for row in rows]
    return Answer(rows, table(heads, cells))


def _settings(card: queries.ChannelCard) -> str:
    """Every setting in words, one a line."""
    lines = [("Programme", f"{card.programme} in {card.marketplace}, connection {card.connection}")]
    lines += [(name, queries.setting_words(card, setting)) for setting, name in setting_rules.WORDS.items()]
    return "\n".join(f"  {name:<30} {words}" for name, words in lines)


def _rooms(pairs: tuple[str, ...], *, programme: str) -> dict[str, str]:
    rooms = {}
    for pair in pairs:
        room, _, location = pair.partition("=")
        if not room or (not location and programme == "smartconnect"):
            raise WrongInput(f"{pair!r} is no stock room with its location. Write it like MAIN=LBAY.")
        if room.strip() in rooms:
            raise WrongInput(f"Stock room {room.strip()} is named twice. Give each once, with one location.")
        rooms[room.strip()] = location.strip()
    return rooms


@channel.command("set")
@click.argument("code")
@click.option("--watch/--no-watch", "is_watching", default=None, help="Read Amazon, change nothing there.")
@click.option("--confirm-by-itself/--confirm-by-person", "confirms_by_itself", default=None)
@click.option("--finish-with-last-scan/--finish-by-packer", "finishes_with_last_scan", default=None)
@click.option("--reservation-ends", help="label or shipped: when Amazon stops deducting a sold unit.")
@click.option("--buyer-days", "buyer_details_days", type=int, help="How long buyer details are awaited.")
@click.option("--onsite-wait-hours", type=int, help="FBA: wait for an On Site FBA shipment after SHIPPED.")
@click.option("--send-mode", help="at-once or on-schedule; zero and lowered figures always go at once.")
@click.option("--weekdays", "collection_weekdays", help="When the lorry comes, Monday is 1: 1-6 or 1,3,5.")
@click.option("--holiday", "holidays", multiple=True, type=DAY, help="One more day without a lorry.")
@click.option("--no-holiday", "workdays", multiple=True, type=DAY, help="The lorry comes on that day again.")
@click.option(
    "--pickup", "pickups", multiple=True, help="LOCATION=HH:MM (mfn: HH:MM); replaces those of the location."
)
@click.option(
    "--stock-room", "rooms", multiple=True, help="ROOM=LOCATION (mfn: ROOM): feeds the channel from now on."
)
@click.option("--no-stock-room", "no_rooms", multiple=True, help="A room that feeds it no longer.")
@click.option("--time-zone", help="Such as Europe/London.")
@click.option("--document-template", "external_document_template", help="External document number.")
@click.option("--description")
@click.option("--orders-from", "order_start_at", type=click.DateTime(), help="UTC moment of the first order.")
@click.option("--placeholder-customer", help="Code of a customer.")
@click.option("--shipping-agent", help="Code of a shipping agent.")
@click.option("--sale-prefix", help="What the numbers of its sales begin with, such as UK-.")
@click.option("--erp", help="The books its sales are handed over to: ledger.")
@click.option("--multi-currency/--no-multi-currency", "allows_multi_currency", default=None)
@click.option("--payment-methods", "payment_behaviour", help="channel or mapped.")
@click.option("--price-category", help="Customer category whose prices Amazon is told.")
@click.option("--dimension-1", help="Accounting dimension; an empty one ends it.")
@click.option("--dimension-2", help="Accounting dimension; an empty one ends it.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and what is refused; change nothing.")
def set_(code: str, *, dry_run: bool, **given: Any) -> Answer:
    """Change settings of a sales channel; what is not named stays."""
    wanted = _wanted(queries.channel(code), given)
    act = services.try_change if dry_run else services.change_channel
    changed = act(code, wanted, now=SystemClock().now())
    card = queries.channel(code)
    data = {"channel": card.code, "is_dry_run": dry_run, "changed": changed, "settings": card}
    return Answer(data, _changes(card.code, changed, dry_run=dry_run))


def _wanted(card: queries.ChannelCard, given: dict[str, Any]) -> services.WantedSettings:
    """What the options say, with lists made whole from what is."""
    added, ended = given.pop("holidays"), given.pop("workdays")
    rooms, no_rooms, pickups = given.pop("rooms"), given.pop("no_rooms"), given.pop("pickups")
    if given["order_start_at"] is not None:
        given["order_start_at"] = given["order_start_at"].replace(tzinfo=UTC)
    if added or ended:
        days = {*card.holidays, *(day.date() for day in added)} - {day.date() for day in ended}
        given["holidays"] = tuple(sorted(days))
    if rooms or no_rooms:
        present = {room.room: room.location for room in card.rooms}
        gone = {code.strip().upper() for code in no_rooms}
        for code in sorted(gone - present.keys()):
            raise WrongInput(
                f"Stock room {code} does not feed {card.code}. Those that do: {', '.join(present)}."
            )
        fresh = {code.upper(): location for code, location in _rooms(rooms, programme=card.programme).items()}
        given["rooms"] = {code: at for code, at in (present | fresh).items() if code not in gone}
    return services.WantedSettings(
        **given, pickups=_pickups(pickups, programme=card.programme) if pickups else None
    )


def _pickups(pairs: tuple[str, ...], *, programme: str) -> dict[str, tuple[str, ...]]:
    """`LBAY=16:00` several times; `LBAY=` alone leaves the location without times. Of MFN just `16:00`."""
    times: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        location, equals, at = (part.strip() for part in pair.rpartition("="))
        if not equals and programme != "smartconnect":
            location, equals = "", "="
        elif not equals or not location:
            raise WrongInput(f"{pair!r} is no location with its pickup time. Write it like LBAY=16:00.")
        times[location] = (*times.get(location, ()), *([at] if at else []))
    return times


def _changes(code: str, changed: tuple[setting_rules.Difference, ...], *, dry_run: bool) -> str:
    if not changed:
        return f"{code} is as you want it already; nothing was changed."
    head = f"{code} would change; nothing was changed:" if dry_run else f"{code} was changed:"
    return "\n".join([head, *(f"  {one.name}: {one.before} → {one.after}" for one in changed)])
