"""Page tokens: opaque to the client, and true while things change underneath.

A token is the place in the order of changes after which to go on, bound to the arguments it was made for.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from amazon_simulator.http.answers import bad_request

DAY = 86_400.0


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended; `is_rested` says that an empty page was served there already."""

    beyond: int
    arguments: str
    is_rested: bool = False
    ends: float = 0.0


def fingerprint(arguments: Sequence[str]) -> str:
    return hashlib.blake2s("\x00".join(arguments).encode(), digest_size=6).hexdigest()


def write(place: Place, *, now: datetime | None = None, seconds: float = DAY) -> str:
    """With a moment, the token lives only so long after it."""
    if now is not None:
        place = msgspec.structs.replace(place, ends=now.timestamp() + seconds)
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def read(token: str, *, arguments: Sequence[str], now: datetime | None = None) -> Place:
    """The place a token names; without a token, the beginning."""
    if not token:
        return Place(0, fingerprint(arguments))
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(token.encode("ascii", "replace")), type=Place)
    except (ValueError, msgspec.DecodeError):
        raise bad_request("The pagination token is not valid.") from None
    if place.arguments != fingerprint(arguments):
        raise bad_request("The pagination token belongs to a call with other arguments.")
    if now is not None and 0 < place.ends <= now.timestamp():
        raise bad_request("The pagination token has expired.")
    return place
