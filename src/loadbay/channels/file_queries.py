"""Every definition of a channel as the rows of a file: what is mapped, never what waits to be.

Secrets of webhooks are read here for copying within one installation, and leave in no file.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from loadbay.channels import definition_queries, mapping_queries, matrix_queries
from loadbay.channels.action_rules import ActionKind
from loadbay.channels.file_rules import AllDefinitions, in_order, write_file
from loadbay.channels.file_tables import TABLE_OF, Key, Row
from loadbay.channels.matrix_queries import as_rows
from loadbay.channels.models import ImpliedAction
from loadbay.channels.queries import ChannelCard, channel, channel_id, channels
from loadbay.channels.services.unmapped import keep_definitions


@transaction.atomic
def definitions_file(code: str) -> str:
    """The definitions of a channel as one file. Raises `NotFound`."""
    keep_definitions(channel(code).connection_id)
    return write_file(all_definitions(code))


def all_definitions(code: str) -> AllDefinitions:
    """Every definition of a channel, for who keeps them from changing meanwhile. Raises `NotFound`."""
    card = channel(code)
    tables = {
        "settings": (_settings(card),),
        "shipping_methods": _mapped("shipping_methods", definition_queries.shipping_methods(card.code)),
        "shipping_carriers": _mapped("shipping_carriers", definition_queries.shipping_carriers(card.code)),
        "payment_methods": _mapped("payment_methods", definition_queries.payment_methods(card.code)),
        "currencies": _mapped("currencies", definition_queries.currencies(card.code)),
        "order_status_matrix": tuple(as_rows(matrix_queries.matrix(card.code).lines)),
        "status_actions": tuple(_actions(card.id)),
        "customers": _as_they_are("customers", mapping_queries.behaviours(card.code)),
        "items": _mapped("items", mapping_queries.items(card.code)),
        "tax": _as_they_are("tax", (mapping_queries.tax(card.code),)),
        "locations": tuple({"stock_room": room.room, "location": room.location} for room in card.rooms),
    }
    ordered = {name: in_order(TABLE_OF[name], rows) for name, rows in tables.items()}
    return AllDefinitions(card.programme, card.code, ordered)


def with_secrets(found: AllDefinitions) -> AllDefinitions:
    """With the whole address and the secret of each webhook, for a copy within this installation."""
    rows = ImpliedAction.objects.filter(channel_id=channel_id(found.channel), kind=ActionKind.WEBHOOK.value)
    table = TABLE_OF["status_actions"]
    secrets: dict[Key, tuple[str, str]] = {}
    for row in rows.order_by("-id"):
        secrets[table.key_of(_action(row))] = (row.url, row.secret)
    return replace(found, secrets=secrets)


def same_programme(code: str) -> tuple[ChannelCard, ...]:
    """The other channels of the same programme, from which definitions may be copied. Raises `NotFound`."""
    mine = channel(code)
    return tuple(card for card in channels() if card.programme == mine.programme and card.id != mine.id)


def action_ids(channel_id: int) -> dict[Key, list[int]]:
    """The actions of a channel by the key that they have in a file."""
    table, found = TABLE_OF["status_actions"], dict[Key, list[int]]()
    for row in ImpliedAction.objects.filter(channel_id=channel_id).defer("secret"):
        found.setdefault(table.key_of(_action(row)), []).append(row.pk)
    return found


def _settings(card: ChannelCard) -> Row:
    return {
        "allows_multi_currency": card.allows_multi_currency,
        "payment_behaviour": card.payment_behaviour,
        "shipping_agent": card.shipping_agent_code,
        "placeholder_customer": card.placeholder_customer_code,
        "external_document_template": card.external_document_template,
    }


def _mapped(table: str, rows: tuple[object, ...]) -> tuple[Row, ...]:
    return _as_they_are(table, tuple(row for row in rows if row.is_mapped))  # type: ignore[attr-defined]


def _as_they_are(table: str, lines: tuple[object, ...]) -> tuple[Row, ...]:
    names = TABLE_OF[table].names
    return tuple({name: getattr(line, name) for name in names} for line in lines)


def _actions(channel_id: int) -> list[Row]:
    """Two webhooks whose addresses differ in their queries alone are one row."""
    table = TABLE_OF["status_actions"]
    rows = ImpliedAction.objects.filter(channel_id=channel_id).defer("secret").order_by("id")
    return list({table.key_of(row): row for row in map(_action, rows)}.values())


def _action(row: ImpliedAction) -> Row:
    return TABLE_OF["status_actions"].tidied(
        {"implied_status": row.implied_status, "kind": row.kind, "text": row.text, "url": row.url}
    )
