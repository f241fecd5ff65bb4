"""Stock figures as an inventory batch, and its entries' answers as verdicts. Pure.

A 207 is no success: every entry is read by itself, and its status decides. One that cannot be read is tried
again and hides no other; the figures beside a status are only advice.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote, urlencode

from msgspec import UNSET, Raw

from loadbay.amazon.wire import inventory as wire
from loadbay.amazon.wire.loose import Unreadable, decode, said, text, whole
from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockToTell, StockVerdict

Key = tuple[LocationId, Sku]
# Amazon's words for a sequence number that is not above the last one (409 with DuplicateRequest, and kin).
_STALE_WORDS = ("sequence", "stale", "duplicaterequest", "duplicate_request")
_LARGEST_SEQUENCE = 2**63 - 1
_BUSY_WORDS = ("busy", "workflow", "running")


def updates(figures: Sequence[StockToTell], *, marketplace: wire.Marketplace) -> wire.Batch:
    return wire.Batch(
        [
            wire.Entry(
                uri=_uri("update", (figure.location, figure.sku)),
                body=wire.EntryBody(marketplace, figure.quantity, figure.sequence),
            )
            for figure in figures
        ]
    )


def fetches(keys: Sequence[Key], *, marketplace: wire.Marketplace) -> wire.Batch:
    body = wire.EntryBody(marketplace, UNSET, UNSET)
    return wire.Batch([wire.Entry(uri=_uri("fetch", key), body=body) for key in keys])


def verdicts(body: bytes, keys: Sequence[Key]) -> tuple[StockVerdict, ...]:
    """One verdict per key, in the keys' order. Raises `Unreadable` when entries and keys do not match."""
    answers = [_entry(raw) for raw in decode(body, wire.BatchAnswer).responses]
    if len(answers) != len(keys):
        raise Unreadable(f"{len(answers)} entries answered, {len(keys)} asked")
    named = {_key(answer): answer for answer in answers}
    if len(named) == len(answers) and set(named) == set(keys):
        answers = [named[key] for key in keys]
    elif any(_key(answer) not in {key, None} for key, answer in zip(keys, answers, strict=True)):
        raise Unreadable("the entries answer other keys than those asked")
    return tuple(_verdict(answer, key) for key, answer in zip(keys, answers, strict=True))


def _entry(raw: Raw) -> wire.Verdict | None:
    try:
        answer = decode(raw, wire.Verdict)
        whole(answer.status.status_code, name="statusCode")
    except Unreadable:
        return None
    return answer


def _verdict(answer: wire.Verdict | None, key: Key) -> StockVerdict:
    if answer is None:
        reason = "Amazon's answer for this SKU cannot be read."
        return StockVerdict(sku=key[1], location=key[0], accepted=False, is_retryable=True, reason=reason)
    status = whole(answer.status.status_code, name="statusCode")
    body = answer.body or wire.VerdictBody()
    accepted = 200 <= status < 300
    reason = "" if accepted else _reason(answer, body)
    return StockVerdict(
        sku=key[1],
        location=key[0],
        accepted=accepted,
        is_stale=not accepted and _speaks_of(_STALE_WORDS, reason),
        is_retryable=status == 429 or status >= 500 or (status == 409 and _speaks_of(_BUSY_WORDS, reason)),
        sellable=_count(body.sellable_quantity),
        reserved=_count(body.reserved_quantity),
        sequence=_sequence(body),
        reason=reason,
    )


def _reason(answer: wire.Verdict, body: wire.VerdictBody) -> str:
    actionable = (
        ": ".join(part for part in (text(e.error_type), text(e.error_sub_type)) if part)
        for e in body.actionable_errors or ()
    )
    plain = (": ".join(part for part in (text(e.code), said(e.message)) if part) for e in body.errors or ())
    words = "; ".join(part for part in (*actionable, *plain) if part)
    return words or said(answer.status.reason_phrase) or f"status {answer.status.status_code}"


def _speaks_of(words: tuple[str, ...], reason: str) -> bool:
    return any(word in reason.casefold() for word in words)


def _key(answer: wire.Verdict | None) -> Key | None:
    body = answer.body if answer else None
    if body is None or not text(body.location_id) or not text(body.sku_id):
        return None
    return LocationId(text(body.location_id)), Sku(text(body.sku_id))


def _count(value: Decimal | None) -> int | None:
    try:
        return whole(value, name="quantity")
    except Unreadable:
        return None


def _sequence(body: wire.VerdictBody) -> int | None:
    number = body.client_sequence_number
    if number is None or not number.is_finite() or not 0 <= number <= _LARGEST_SEQUENCE:
        return None
    return int(number)


def _uri(act: str, key: Key) -> str:
    return f"/inventory/{act}?" + urlencode({"locationId": key[0], "skuId": key[1]}, quote_via=quote)
