"""Reading and answering JSON for the control API: plain bodies, plain refusals with one sentence.

A view's signature says what it takes: `wanted` is the body, `asked` the query, its return what it answers;
`openapi` reads it there. A refusal is `{"error": {"code", "message"}}`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

import msgspec
from werkzeug.wrappers import Request, Response

from amazon_simulator.http.desk import Desk
from amazon_simulator.world.refusal import Kind, Refused, invalid

Kept = TypeVar("Kept")
JSON = "application/json"
STATUS = {
    Kind.INVALID: 400,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.REPEATED: 409,
    Kind.NOT_NOW: 409,
}
A_QUERY = (Kind.INVALID,)
CHANGES = (Kind.INVALID, Kind.UNKNOWN, Kind.NOT_NOW)


def answer(content: Any, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status=status, content_type=JSON)


def body(request: Request, kind: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(request.get_data() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise invalid(f"The body is not what this control takes: {error}.") from None


def query(request: Request, kind: type[Kept]) -> Kept:
    try:
        return msgspec.convert(request.args.to_dict(), type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(f"The query is not what this control takes: {error}.") from None


@dataclass(frozen=True)
class Control:
    """A view with what it takes, answers and refuses; calling it answers a request.

    `words` are for the description; `file` is the media type where the answer is no JSON.
    """

    view: Callable[..., Any]
    words: str = ""
    status: int = field(default=200, kw_only=True)
    refuses: tuple[Kind, ...] = field(default=CHANGES, kw_only=True)
    file: str = field(default="", kw_only=True)

    def __call__(self, desk: Desk, request: Request, **path: Any) -> Response:
        try:
            content = self.view(desk, **self._given(request), **path)
        except Refused as refusal:
            error = {"code": refusal.kind, "message": refusal.text}
            return answer({"error": error}, status=STATUS[refusal.kind])
        return content if isinstance(content, Response) else answer(content, status=self.status)

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def wanted(self) -> Any:
        """The type of its body, or None."""
        return self._hints.get("wanted")

    @property
    def asked(self) -> Any:
        """The Struct of its query, or None."""
        return self._hints.get("asked")

    @property
    def gives(self) -> Any:
        return self._hints["return"]

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.view)

    def _given(self, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = {"request": request} if "request" in self._hints else {}
        if self.asked is not None:
            given["asked"] = query(request, self.asked)
        if self.wanted is not None:
            given["wanted"] = body(request, self.wanted)
        return given
