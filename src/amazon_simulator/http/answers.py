"""Answers as they leave: JSON bodies, Amazon's error envelope, and the refusals that carry one.

A handler returns an `Answer` or raises `ApiError`; the world's `Refused` becomes an `ApiError` here.
"""

from typing import Any

import msgspec

from amazon_simulator.world.refusal import Kind, Refused

JSON = "application/json"


class Answer:
    """A status, a body and its type, with the few headers that a layer may add."""

    __slots__ = ("body", "content_type", "headers", "status")

    def __init__(self, status: int, body: bytes, *, content_type: str = JSON) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers: list[tuple[str, str]] = []


class ApiError(Exception):
    """A refusal in Amazon's words."""

    def __init__(self, status: int, code: str, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def answer(self) -> Answer:
        error = {"code": self.code, "message": self.message, "details": self.details}
        return ok({"errors": [error]}, status=self.status)


def ok(content: Any, *, status: int = 200) -> Answer:
    return Answer(status, msgspec.json.encode(content))


def nothing(status: int = 204) -> Answer:
    return Answer(status, b"")


def bad_request(message: str, *, code: str = "InvalidInput", details: str = "") -> ApiError:
    return ApiError(400, code, message, details=details)


_KINDS = {
    Kind.INVALID: (400, "InvalidInput"),
    Kind.FORBIDDEN: (403, "Forbidden"),
    Kind.UNKNOWN: (404, "NotFound"),
    Kind.REPEATED: (409, "DuplicateRequest"),
    Kind.NOT_NOW: (422, "UnprocessableEntity"),
}
_DETAILS = {
    Kind.INVALID: "SC_00002",
    Kind.FORBIDDEN: "SC_00005",
    Kind.UNKNOWN: "SC_00003",
    Kind.REPEATED: "SC_00004",
    Kind.NOT_NOW: "",
}


def refused(refusal: Refused, *, is_external_fulfillment: bool = True) -> ApiError:
    """External Fulfillment knows 409 and 422 and codes of its own; the older interfaces only 400."""
    status, code = _KINDS[refusal.kind]
    if is_external_fulfillment:
        return ApiError(status, code, refusal.text, details=_DETAILS[refusal.kind])
    if status in (409, 422):
        status, code = _KINDS[Kind.INVALID]
    return ApiError(status, code, refusal.text)


def forbidden(details: str) -> ApiError:
    return ApiError(403, "Unauthorized", "Access to requested resource is denied.", details=details)
