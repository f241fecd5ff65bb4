"""The world's own no: what was refused, why, and of which kind.

The HTTP side turns a kind into a status code and Amazon's error body; see `http.answers`.
"""

from enum import StrEnum


class Kind(StrEnum):
    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    NOT_NOW = "not_now"


class Refused(Exception):
    """A command that changed nothing, with the sentence a caller should read."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


def invalid(text: str) -> Refused:
    return Refused(Kind.INVALID, text)


def unknown(what: str, name: str) -> Refused:
    return Refused(Kind.UNKNOWN, f"The {what} '{name}' is not known.")


def repeated(text: str) -> Refused:
    return Refused(Kind.REPEATED, text)


def not_now(text: str) -> Refused:
    return Refused(Kind.NOT_NOW, text)
