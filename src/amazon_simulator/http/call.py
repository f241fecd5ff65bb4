"""One request on its way through the layers: what was asked, by whom, and the readers of its parts.

Readers refuse with 400 and the name of the parameter; handlers never look at the raw request.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from werkzeug.wrappers import Request

from amazon_simulator.http.answers import ApiError, bad_request
from amazon_simulator.http.endpoints import Endpoint

if TYPE_CHECKING:
    from amazon_simulator.http.desk import Desk
    from amazon_simulator.http.operations import Operation

Body = TypeVar("Body")
MOST_BODY_BYTES = 10 * 1024 * 1024
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whose program calls, for which seller, with which roles; a restricted token opens `elements`."""

    client_id: str = ""
    seller_id: str = ""
    roles: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()


class Call:
    """A request with its operation, the values of its path, and its caller once known."""

    __slots__ = ("caller", "desk", "endpoint", "operation", "path", "request", "request_id")

    def __init__(self, desk: "Desk", request: Request, operation: "Operation", path: dict[str, Any]) -> None:
        self.desk = desk
        self.request = request
        self.operation = operation
        self.path = path
        self.caller = Caller()
        self.endpoint = Endpoint("")
        self.request_id = ""

    def text(self, name: str, *, most: int = 0) -> str:
        """A query parameter, or an empty text where it is not given."""
        value = self.request.args.get(name, "")
        if most and len(value) > most:
            raise bad_request(f"The value of {name} is longer than {most} characters.")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise bad_request(f"The parameter {name} is required.")
        return value

    def choice(self, name: str, among: Sequence[str], *, default: str = "") -> str:
        value = self.text(name) or default
        if value and value not in among:
            raise bad_request(f"The value '{value}' is not valid for the parameter {name}.")
        return value

    def choices(self, name: str, among: Sequence[str], *, most: int = 0) -> list[str]:
        values = self.values(name, most=most)
        for value in values:
            if value not in among:
                raise bad_request(f"The value '{value}' is not valid for the parameter {name}.")
        return values

    def values(self, name: str, *, most: int = 0) -> list[str]:
        """A list parameter: separated by commas, repeated, or both."""
        found = [part for text in self.request.args.getlist(name) for part in text.split(",") if part]
        if most and len(found) > most:
            raise bad_request(f"The parameter {name} takes at most {most} values.")
        return found

    def number(self, name: str, *, least: int, most: int, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not _WHOLE_NUMBER.fullmatch(value) or not least <= int(value) <= most:
            raise bad_request(f"The value '{value}' of {name} must be from {least} to {most}.")
        return int(value)

    def is_true(self, name: str) -> bool | None:
        """A yes or no in any case, because Amazon's own SDK writes True; None where it is not given."""
        value = self.text(name).lower()
        if value not in ("", "true", "false"):
            raise bad_request(f"The value '{value}' is not valid for the parameter {name}.")
        return value == "true" if value else None

    def moment(self, name: str) -> datetime | None:
        value = self.text(name)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value.replace(" ", "+", 1))
        except ValueError:
            raise bad_request(f"The value '{value}' of {name} is not an ISO 8601 moment.") from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def body(self, kind: type[Body]) -> Body:
        """The JSON body in its documented shape; unknown fields are passed over."""
        length = self.request.content_length or 0
        if length > MOST_BODY_BYTES:
            raise ApiError(413, "RequestTooLarge", "The request is larger than the allowed size.")
        if self.request.mimetype not in ("application/json", ""):
            raise ApiError(415, "UnsupportedMediaType", "The body must be application/json.")
        try:
            return msgspec.json.decode(self.request.get_data(cache=False) or b"{}", type=kind)
        except msgspec.DecodeError as error:
            raise bad_request(f"The body is not what this operation takes: {error}.") from None

    def marketplaces(self, *, most: int = 20) -> list[str]:
        """marketplaceIds, each one of the seller's."""
        values = self.values("marketplaceIds", most=most)
        if not values:
            raise bad_request("The parameter marketplaceIds is required.")
        seller = self.desk.world.state.sellers[self.caller.seller_id]
        for value in values:
            if value not in seller.marketplaces:
                raise bad_request(f"The marketplace '{value}' is not one of this seller's.")
        return values
