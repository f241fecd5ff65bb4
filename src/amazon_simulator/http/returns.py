"""External Fulfillment returns: a list by its filters, and one by its id. Read only, as at Amazon.

The filters by last update go only with a location and a status; the deprecated pair means creation. All
bounds are left out of what they bound.
"""

from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import islice

from amazon_simulator.http import paging, return_shape, roughness
from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world.changelog import ChangeLog
from amazon_simulator.world.life_state import Return
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import unknown
from amazon_simulator.world.return_life import ReturnStatus

DEFAULT_RESULTS, MOST_RESULTS = 10, 100
_ARGUMENTS = (
    "returnLocationId",
    "rmaId",
    "status",
    "reverseTrackingId",
    "createdSince",
    "createdUntil",
    "lastUpdatedSince",
    "lastUpdatedUntil",
    "lastUpdatedAfter",
    "lastUpdatedBefore",
)


class Filter:
    """What a call asks for, read once and refused where its parameters do not go together."""

    def __init__(self, call: Call) -> None:
        self.location = call.text("returnLocationId")
        self.status = call.choice("status", tuple(ReturnStatus))
        self.rma_id = call.text("rmaId")
        self.reverse = call.text("reverseTrackingId")
        self.since = _either(call, "createdSince", "lastUpdatedAfter")
        self.until = _either(call, "createdUntil", "lastUpdatedBefore")
        self.updated_since = call.moment("lastUpdatedSince")
        self.updated_until = call.moment("lastUpdatedUntil")
        self.by_update = self.updated_since is not None or self.updated_until is not None
        if self.by_update and not (self.location and self.status):
            raise bad_request(
                "lastUpdatedSince and lastUpdatedUntil need returnLocationId and status beside them."
            )
        _check_order(self.since, self.until, "createdUntil")
        _check_order(self.updated_since, self.updated_until, "lastUpdatedUntil")

    def wants(self, back: Return) -> bool:
        return (
            self.location in ("", back.return_location_id)
            and self.status in ("", back.status)
            and self.rma_id in ("", back.rma_id)
            and self.reverse in ("", back.reverse.tracking_id)
            and _lies_in(back.created, self.since, self.until)
            and _lies_in(back.updated, self.updated_since, self.updated_until)
        )


def _either(call: Call, name: str, deprecated: str) -> datetime | None:
    if call.text(name) and call.text(deprecated):
        raise bad_request(f"{deprecated} is the deprecated name of {name}: give one of them.")
    return call.moment(name) or call.moment(deprecated)


def _check_order(since: datetime | None, until: datetime | None, name: str) -> None:
    if since is not None and until is not None and until < since:
        raise bad_request(f"The value of {name} lies before its beginning.")


def _lies_in(moment: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or moment > since) and (until is None or moment < until)


def search(call: Call) -> Answer:
    wanted = Filter(call)
    results = call.number("maxResults", least=1, most=MOST_RESULTS, default=DEFAULT_RESULTS)
    arguments = [call.text(name) for name in _ARGUMENTS]
    place = paging.read(call.text("nextToken"), arguments=arguments)
    with call.desk.world.look() as memory:
        if roughness.rests(memory.state, place):
            rested = paging.Place(place.beyond, place.arguments, is_rested=True)
            return ok({"returns": [], "nextToken": paging.write(rested)})
        found = list(islice(_walk(call, memory, wanted, beyond=place.beyond), results + 1))
        shown = [return_shape.show(memory.state, back) for _, back in found[:results]]
    answer = {"returns": shown}
    if len(found) > results:
        token = paging.write(paging.Place(found[results - 1][0], place.arguments))
        return ok(answer | {"nextToken": token})
    return ok(answer)


def _walk(call: Call, memory: Memory, wanted: Filter, *, beyond: int) -> Iterator[tuple[int, Return]]:
    """In the order of their last update where that is asked, else in that of their creation."""
    log, keys, since = _log(call, memory, wanted)
    for moment, stamp, return_id in log.walk(keys, since=since, beyond=beyond):
        if not wanted.by_update and wanted.until is not None and moment >= wanted.until:
            return
        back = memory.state.returns[return_id]
        if back.seller_id == call.caller.seller_id and wanted.wants(back):
            yield stamp, back


def _log(call: Call, memory: Memory, wanted: Filter) -> tuple[ChangeLog, list[Hashable], datetime | None]:
    if wanted.by_update:
        return memory.returns, [(wanted.location, wanted.status)], wanted.updated_since
    return memory.returns_created, [call.caller.seller_id], wanted.since


def get(call: Call) -> Answer:
    return_id = call.path["return_id"]
    with call.desk.world.look() as memory:
        back = memory.state.returns.get(return_id)
        if back is None or back.seller_id != call.caller.seller_id:
            raise unknown("return", return_id)
        return ok(return_shape.show(memory.state, back))
