"""Amazon's error envelope in its three spellings, and Login with Amazon's own.

`{"errors": [...]}`, a bare list of the same, `{"error": ..., "error_description": ...}`. A body that is none
of them was not written by Amazon (a proxy, a gateway's web page), and then its status means little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True)
class Complaint:
    code: str
    message: str
    details: str = ""

    @property
    def words(self) -> str:
        return ": ".join(part for part in (self.message or self.code, self.details) if part)[:500]


class _Entry(msgspec.Struct):
    code: str | int | None = None
    message: str | None = None
    details: str | None = None


class _Envelope(msgspec.Struct):
    errors: list[_Entry]


class _SignIn(msgspec.Struct):
    error: str
    error_description: str = ""


_SHAPES = (_Envelope, list[_Entry])


def complaints(body: bytes) -> tuple[Complaint, ...]:
    """Amazon's complaints; empty when the body is not Amazon's error shape."""
    for shape in _SHAPES:
        try:
            found: Any = msgspec.json.decode(body, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        entries = found.errors if isinstance(found, _Envelope) else found
        return tuple(Complaint(str(e.code or ""), e.message or "", e.details or "") for e in entries)
    return ()


def sign_in_complaint(body: bytes) -> Complaint | None:
    """What Login with Amazon complains about, or None when the body is not its error shape."""
    try:
        found = msgspec.json.decode(body, type=_SignIn)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return Complaint(found.error, found.error_description)
