"""External Fulfillment inventory: one batch call that sets and reads stock, each entry answered by itself.

The answer is always 207 once the batch itself is well formed; the judging is in `world.stock`.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world import stock
from amazon_simulator.world.commands import StockEntry, TellStock

MOST_ENTRIES = 10
UPDATE = "/inventory/update"
FETCH = "/inventory/fetch"
_REASONS = {
    stock.Verdict.DONE: (200, "Success"),
    stock.Verdict.WRONG: (400, "Invalid Input"),
    stock.Verdict.STALE: (409, "Conflict"),
}


class MarketplaceAttributes(Struct, frozen=True):
    channelName: str = ""
    marketplaceId: str = ""


class Parameters(Struct, frozen=True):
    clientSequenceNumber: int | None = None
    quantity: int | None = None
    marketplaceAttributes: MarketplaceAttributes = MarketplaceAttributes()


class Entry(Struct, frozen=True):
    uri: str
    method: str
    body: Parameters = Parameters()


class Batch(Struct, frozen=True):
    requests: list[Any]


def batch(call: Call) -> Answer:
    requests = call.body(Batch).requests
    if not requests:
        raise bad_request("requests must hold at least one entry.")
    if len(requests) > MOST_ENTRIES:
        raise bad_request(f"A batch holds at most {MOST_ENTRIES} requests.", code="BATCH_SIZE_EXCEED")
    entries = [_entry(number, raw) for number, raw in enumerate(requests, start=1)]
    world, seller_id = call.desk.world, call.caller.seller_id
    if any(entry.is_update for entry in entries):
        answers = world.do(TellStock(seller_id=seller_id, entries=entries))
    else:
        with world.look() as memory:
            answers = [stock.judge(memory.state, seller_id, entry) for entry in entries]
    return ok({"responses": [_shown(answer) for answer in answers]}, status=207)


def _entry(number: int, raw: Any) -> StockEntry:
    try:
        entry = msgspec.convert(raw, type=Entry)
    except msgspec.ValidationError as error:
        raise bad_request(f"requests[{number - 1}]: {error}.") from None
    if entry.method not in ("GET", "POST"):
        raise bad_request(f"requests[{number - 1}]: '{entry.method}' is not a method of this interface.")
    parts = urlsplit(entry.uri)
    asked = parse_qs(parts.query)
    if parts.path not in (UPDATE, FETCH) or not asked.get("locationId") or not asked.get("skuId"):
        raise bad_request(f"requests[{number - 1}]: the uri '{entry.uri}' is not one of this interface.")
    return StockEntry(
        location_id=asked["locationId"][0],
        sku=asked["skuId"][0],
        is_update=parts.path == UPDATE,
        quantity=entry.body.quantity,
        sequence=entry.body.clientSequenceNumber,
        marketplace_id=entry.body.marketplaceAttributes.marketplaceId,
        channel=entry.body.marketplaceAttributes.channelName,
    )


def _shown(answer: stock.Answer) -> dict[str, Any]:
    code, reason = _REASONS[answer.verdict]
    body: dict[str, Any] = {
        "locationId": answer.entry.location_id,
        "skuId": answer.entry.sku,
        "actionableErrors": [],
    }
    if answer.trouble:
        body["actionableErrors"] = [{"errorType": answer.trouble, "errorSubType": answer.text}]
    if answer.location is not None:
        body["sellableQuantity"] = answer.sellable
        body["reservedQuantity"] = answer.reserved
        body["marketplaceAttributes"] = {
            "marketplaceId": answer.location.marketplace_id,
            "channelName": answer.location.channel,
        }
    if answer.sequence is not None:
        body["clientSequenceNumber"] = answer.sequence
    return {"status": {"statusCode": code, "reasonPhrase": reason}, "body": body}
