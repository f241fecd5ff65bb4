"""The two ways of saying no: a Refusal is ours and expected, a Trouble comes from outside.

Trouble has exactly four kinds and the kind decides the next step, so callers never read status codes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from loadbay.core.masking import mask_text


class Refusal(Exception):
    """Our own no. Each subclass has a stable `code`; the sentence names the thing and the cure."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refusal):
    """Something was asked for that is not here."""

    code = "not_found"


class WrongInput(Refusal):
    """A value given by a person or a program cannot be used; the sentence names the field."""

    code = "wrong_input"


class Trouble(Exception):
    """Something outside did not do what was asked. Never raised itself: one of the four kinds is.

    Its sentence is kept, shown and logged in many places, so what the outside said is masked here, once.
    `exchange` is the id of the recorded conversation behind it, when there is one.
    """

    kind: ClassVar[str] = "trouble"

    def __init__(self, sentence: str, *, exchange: int | None = None) -> None:
        self.sentence = mask_text(sentence)
        super().__init__(self.sentence)
        self.exchange = exchange


class Retryable(Trouble):
    """May work later; the queue tries again, with a limit. `after` is the outside's own advice."""

    kind = "retryable"

    def __init__(self, sentence: str, *, after: timedelta | None = None, exchange: int | None = None) -> None:
        super().__init__(sentence, exchange=exchange)
        self.after = after


class Rejected(Trouble):
    """They understood and declined: stop this item, show their words and ours.

    `reason` is their stable word for it (an error code or an HTTP status as text).
    """

    kind = "rejected"

    def __init__(self, sentence: str, *, reason: str = "", exchange: int | None = None) -> None:
        super().__init__(sentence, exchange=exchange)
        self.reason = reason


class Conflict(Rejected):
    """Declined because of the state the thing is in out there (409, 422): look, then decide."""


class Misconfigured(Trouble):
    """Our key or our rights are wrong: the connection stops, one alert to a person.

    `fault` names which one, for `connection test` (secret, refresh_token, region, role, marketplace,
    allow_list, clock, endpoint).
    """

    kind = "misconfigured"

    def __init__(self, sentence: str, *, fault: str = "", exchange: int | None = None) -> None:
        super().__init__(sentence, exchange=exchange)
        self.fault = fault


class Unclear(Trouble):
    """We do not know whether it happened: look before trying again."""

    kind = "unclear"
