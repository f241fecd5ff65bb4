"""All definitions of a sales channel as one file: exported, compared, applied whole, copied."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from loadbay.api.calls import Call, call, file_of
from loadbay.api.fields import Body, ChannelCode, DryRun, InPath
from loadbay.api.shapes import parts_of
from loadbay.channels.file_queries import definitions_file
from loadbay.channels.file_tables import TABLES
from loadbay.channels.services import applying
from loadbay.channels.services.applying import DefinitionsDiff
from loadbay.core.clock import SystemClock

router = Router(tags=["Definitions file"])
_File = parts_of(
    "DefinitionsFile",
    format=str,
    version=int,
    programme=str,
    channel=str,
    **{table.name: dict[str, Any] if table.is_one_row else list[dict[str, Any]] for table in TABLES},
)
_BODY = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
Seen = Annotated[
    str,
    Query(max_length=40, description="`fingerprint` of the differences you saw; anything else is refused."),
]


class CopyFrom(Body):
    """Where definitions are copied from."""

    channel: ChannelCode


@call(router, "get", "/{code}/definitions", declared=Call("channels:read", _File))
def export(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Everything under Related > Setup as one file; no secret is in it"""
    found: dict[str, Any] = json.loads(definitions_file(code))
    return found


@call(
    router,
    "post",
    "/{code}/definitions/diff",
    declared=Call("channels:read", DefinitionsDiff, only_asks=True, takes=_BODY),
)
def diff(request: HttpRequest, code: InPath) -> DefinitionsDiff:
    """What applying a file would add, change and remove, and everything that is wrong with it

    The body is the file itself. Nothing is changed.
    """
    return applying.diff_file(code, file_of(request))


@call(
    router,
    "post",
    "/{code}/definitions/apply",
    declared=Call("channels:write", DefinitionsDiff, takes=_BODY),
)
def apply(request: HttpRequest, code: InPath, seen: Seen = "") -> DefinitionsDiff:
    """Have just the definitions of a file: all of it, or nothing changes

    The body is the file itself. A table that it leaves out stays; so does what nobody has mapped yet.
    """
    return applying.apply_file(code, file_of(request), now=SystemClock().now(), seen=seen or None)


@call(router, "post", "/{code}/definitions/copy", declared=Call("channels:write", DefinitionsDiff))
def copy(
    request: HttpRequest, code: InPath, given: CopyFrom, dry_run: DryRun = False, seen: Seen = ""
) -> DefinitionsDiff:
    """Have just the definitions of another channel of the same programme, webhooks with their secrets"""
    if dry_run:
        return applying.diff_copy(code, given.channel)
    return applying.copy_definitions(code, given.channel, now=SystemClock().now(), seen=seen or None)
