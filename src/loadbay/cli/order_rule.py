"""`loadbay order-rule`: rules of the shop's own that hold, ignore or flag orders of a channel."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.orders import rule_queries
from loadbay.orders.order_rules import Action, Condition, condition
from loadbay.orders.services import rule_changes
from loadbay.orders.services.rule_changes import Trial, WantedRule

_ACTIONS = click.Choice([action.value for action in Action])
_WHEN = click.option(
    "--when",
    "conditions",
    nargs=3,
    multiple=True,
    required=True,
    metavar="FIELD COMPARISON VALUE",
    help="Such as: --when total at-least 500. Several are joined by and.",
)


@click.group(cls=ShopGroup)
def order_rule() -> None:
    """Order rules: list, try, add, change, show, release, remove."""


@order_rule.command("list")
@click.option("--channel", default="", help="Only this sales channel.")
def list_(channel: str) -> Answer:
    """The built-in rules and those of the shop, in the order they are asked."""
    own, fixed = rule_queries.rules(channel), rule_queries.built_in()
    rows = [["every", row.name, "hold", row.words, row.held] for row in fixed]
    rows += [[row.channel, row.name, row.action, row.words, row.held] for row in own]
    heads = ["channel", "rule", "action", "when", "holds"]
    return Answer({"built_in": fixed, "rules": own}, table(heads, rows))


@order_rule.command("try")
@click.argument("channel")
@_WHEN
@click.option("--action", type=_ACTIONS, default="hold", show_default=True)
def try_(channel: str, conditions: tuple[tuple[str, str, str], ...], action: str) -> Answer:
    """Which past orders a rule would have held, ignored or flagged. Changes nothing."""
    wanted = WantedRule(channel, "", Action(action), _conditions(conditions))
    trial = rule_changes.try_rule(wanted)
    return Answer(trial, _trial_words(trial))


@order_rule.command("add")
@click.argument("channel")
@click.argument("name")
@_WHEN
@click.option("--action", type=_ACTIONS, required=True)
@click.option("--reason", default="", help="Shown with every order it stops or flags.")
def add(
    channel: str, name: str, conditions: tuple[tuple[str, str, str], ...], action: str, reason: str
) -> Answer:
    """Ask a rule of every order that becomes a sale from now on."""
    wanted = WantedRule(channel, name, Action(action), _conditions(conditions), reason)
    card = rule_queries.rule(rule_changes.add_rule(wanted))
    return Answer(card.row, f"{card.row.channel} asks {card.row.name}: {card.row.words} → {action}.")


@order_rule.command("change")
@click.argument("channel")
@click.argument("name")
@click.option(
    "--when",
    "conditions",
    nargs=3,
    multiple=True,
    metavar="FIELD COMPARISON VALUE",
    help="All its conditions from now on; without it they stay.",
)
@click.option("--action", type=_ACTIONS, default=None)
@click.option("--reason", default=None, help="Shown with every order it stops or flags.")
@click.option("--rename", default=None, help="Its name from now on.")
def change(
    channel: str,
    name: str,
    conditions: tuple[tuple[str, str, str], ...],
    action: str | None,
    reason: str | None,
    rename: str | None,
) -> Answer:
    """Ask a rule otherwise from now on. What it holds is looked at anew."""
    number = rule_queries.rule_named(channel, name)
    code, now = rule_queries.rule_as_wanted(number)
    wanted = WantedRule(
        code,
        now.name if rename is None else rename,
        now.action if action is None else Action(action),
        _conditions(conditions) or now.conditions,
        now.reason if reason is None else reason,
    )
    rule_changes.change_rule(number, wanted)
    card = rule_queries.rule(number)
    return Answer(card.row, f"{card.row.channel} asks {card.row.name}: {card.row.words} → {card.row.action}.")


@order_rule.command("show")
@click.argument("channel")
@click.argument("name")
def show(channel: str, name: str) -> Answer:
    """A rule with the orders it holds, and those it ignored or flagged."""
    card = rule_queries.rule(rule_queries.rule_named(channel, name))
    rows = [[entry.order_id, entry.shipment_id, entry.status, entry.at] for entry in card.held]
    heads = ["Amazon order", "shipment", "Amazon's status", "held"]
    holds = table(heads, rows) if rows else "It holds nothing."
    return Answer(card, f"{card.row.name}: {card.row.words} → {card.row.action}\n{holds}")


@order_rule.command("release")
@click.argument("channel")
@click.argument("name")
@click.argument("shipments", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Everything the rule holds.")
def release(channel: str, name: str, shipments: tuple[str, ...], every: bool) -> Answer:  # noqa: FBT001  a flag
    """Let orders go on that a rule holds; it does not hold them again."""
    if bool(shipments) == every:
        raise click.UsageError("Give the shipments, or --all for everything the rule holds.")
    count = rule_changes.release_held(rule_queries.rule_named(channel, name), shipments)
    return Answer({"released": count}, f"{count} released; a worker or `loadbay sync` builds their sales.")


@order_rule.command("remove")
@click.argument("channel")
@click.argument("name")
def remove(channel: str, name: str) -> Answer:
    """Ask a rule no more. What it holds goes on; what it ignored stays ignored."""
    count = rule_changes.remove_rule(rule_queries.rule_named(channel, name))
    return Answer({"removed": name, "released": count}, f"{name} is removed; {count} held orders go on.")


def _conditions(given: tuple[tuple[str, str, str], ...]) -> tuple[Condition, ...]:
    return tuple(condition(*entry, part=str(place)) for place, entry in enumerate(given, start=1))


def _trial_words(trial: Trial) -> str:
    looked = f"{'all' if trial.is_all else 'the newest'} {trial.looked_at} orders"
    lines = [f"Of {looked} it would {trial.action.value} {trial.fitting}: {trial.words}."]
    rows = [[hit.order_id, hit.shipment_id, hit.status, hit.sale] for hit in trial.hits]
    return "\n".join(
        [*lines, *([table(["Amazon order", "shipment", "status", "sale"], rows)] if rows else [])]
    )
