"""Reading and answering JSON for the control API: plain bodies, plain refusals with one sentence.

A refusal is `{"error": {"code", "message"}}`; the codes are those of the world's refusals.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import msgspec
from werkzeug.wrappers import Request, Response

from amazon_simulator.world.refusal import Kind, Refused, invalid

Body = TypeVar("Body")
_STATUS = {
    Kind.INVALID: 400,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.REPEATED: 409,
    Kind.NOT_NOW: 409,
}


def answer(content: Any, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status=status, content_type="application/json")


def body(request: Request, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(request.get_data() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise invalid(f"The body is not what this control takes: {error}.") from None


def control(view: Callable[..., Any]) -> Callable[..., Response]:
    """A view that returns plain content or a response, and may refuse."""

    @wraps(view)
    def answered(*args: Any, **path: Any) -> Response:
        try:
            content = view(*args, **path)
        except Refused as refusal:
            error = {"code": refusal.kind, "message": refusal.text}
            return answer({"error": error}, status=_STATUS[refusal.kind])
        return content if isinstance(content, Response) else answer(content)

    return answered
