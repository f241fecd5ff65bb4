"""A conversation with the outside, cut to a size that can be kept and masked so that it may be read.

Pure. Its rule: what is not understood is not kept (a torn body may hold a buyer's name in its middle).
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from loadbay.core.masking import mask, mask_text

BODY_LIMIT = 20_000
TEXT_LIMIT = 2_000
_LIST_KEEPS, _PAGE_KEEPS = 3, 1
"""Entries of a list that are kept; of a whole page one, because each of its entries is stored elsewhere."""
_PAGE_FROM = 20
_MAX_DEPTH = 60
_PAGE_DEPTH = 3
"""How deep the list of a page may lie: `{"payload": {"orders": [`."""
_entries = msgspec.json.Decoder(list[msgspec.Raw]).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One request to an outside system and what came of it. Bodies are given whole and unmasked.

    `outcome` is "ok" or the kind of the trouble; `subjects` are search keys such as `order:123` or `sku:ABC`.
    """

    system: str
    operation: str
    method: str
    target: str
    outcome: str
    started_at: datetime
    milliseconds: int
    connection_id: int | None = None
    connection: str = ""
    status: int | None = None
    sentence: str = ""
    their_id: str = ""
    subjects: tuple[str, ...] = ()
    request: bytes = b""
    answer: bytes = b""


def kept(body: bytes) -> bytes:
    """What is kept of a body: masked, long lists cut, at most `BODY_LIMIT` bytes, compressed."""
    return zlib.compress(shown(body).encode(), 1) if body else b""


def opened(stored: bytes) -> str:
    """The text of a kept body."""
    return zlib.decompress(stored).decode() if stored else ""


def shown(body: bytes) -> str:
    """A body as it may be read by people: masked and cut."""
    try:
        value = _decoded(body.strip(), levels=_PAGE_DEPTH)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _text(body)
    for longest in (_LIST_KEEPS, 1):
        text = json.dumps(
            mask(_shortened(value, longest, depth=0)), ensure_ascii=False, separators=(",", ":")
        )
        if len(text) <= BODY_LIMIT:
            return text
    return text[:BODY_LIMIT] + f"… ({len(body)} bytes in all)"


def _decoded(body: bytes | msgspec.Raw, *, levels: int) -> Any:
    """The JSON, save that a page's list stays raw beyond the entries that are kept: it may be long."""
    kind = bytes(memoryview(body)[:1])
    if levels and kind == b"{":
        return {key: _decoded(entry, levels=levels - 1) for key, entry in _members(body).items()}
    if levels and kind == b"[":
        entries = _entries(body)
        kept = _keeps(entries, _LIST_KEEPS)
        return [*map(msgspec.json.decode, entries[:kept]), *entries[kept:]]
    return msgspec.json.decode(body)


def _shortened(value: Any, longest: int, *, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        return {key: _shortened(entry, longest, depth=depth + 1) for key, entry in value.items()}
    if isinstance(value, list):
        kept = _keeps(value, longest)
        shown = [_shortened(entry, longest, depth=depth + 1) for entry in value[:kept]]
        return shown if len(value) <= kept else [*shown, f"… and {len(value) - kept} more"]
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        return f"{value[:TEXT_LIMIT]}… ({len(value)} characters)"
    return value


def _keeps(entries: list[Any], longest: int) -> int:
    return min(longest, _PAGE_KEEPS) if len(entries) > _PAGE_FROM else longest


def _text(body: bytes) -> str:
    if body.lstrip()[:1] in {b"{", b"["}:
        return f"(unreadable JSON, {len(body)} bytes, not kept)"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({len(body)} bytes that are no text, not kept)"
    return mask_text(text[: 2 * TEXT_LIMIT])[:TEXT_LIMIT]
