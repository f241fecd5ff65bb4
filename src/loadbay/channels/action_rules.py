"""Actions on entering an implied order status: which kinds there are, and which may hang on which status.

Pure. `orders.services.entering` carries them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from loadbay.channels.rules import Implied
from loadbay.core.errors import Refusal

LONGEST_TEXT, LONGEST_URL = 200, 300
SHORTEST_SECRET, LONGEST_SECRET = 16, 200


class ActionKind(Enum):
    """What is done when an order enters the status."""

    BUILD = "build"
    HOLD = "hold"
    RELEASE = "release"
    NOTIFY = "notify"
    WEBHOOK = "webhook"
    TASK = "task"


WORDS: Mapping[ActionKind, str] = {
    ActionKind.BUILD: "build the sale",
    ActionKind.HOLD: "hold it until a person lets it go",
    ActionKind.RELEASE: "let it go, should it be held",
    ActionKind.NOTIFY: "tell a person (an alert)",
    ActionKind.WEBHOOK: "tell a web address (webhook)",
    ActionKind.TASK: "make a task for each order",
}

_MAY_HANG_ON: Mapping[ActionKind, frozenset[Implied]] = {
    ActionKind.BUILD: frozenset({Implied.WAITING, Implied.ERROR}),
    ActionKind.HOLD: frozenset({Implied.WAITING, Implied.READY, Implied.IN_PROGRESS, Implied.ERROR}),
}
"""Kinds that not every status may have. Ready builds by itself; what is over cannot be held."""


class ActionNotUsable(Refusal):
    """An action cannot hang on a status like that; `field` says what is wrong with it."""

    code = "action_not_usable"

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Action:
    """An action that hangs on an implied status of a channel, without its secret."""

    id: int
    channel_id: int
    implied: Implied
    kind: ActionKind
    text: str
    url: str

    @property
    def deed(self) -> str:
        more = self.text or (shown_url(self.url) if self.url else "")
        return WORDS[self.kind] + (f": {more}" if more else "")

    @property
    def words(self) -> str:
        return f"On entering {self.implied.value}: {self.deed}"


def read_status(text: str) -> Implied:
    """Raises `ActionNotUsable`."""
    for one in Implied:
        if one.value.casefold() == text.strip().casefold():
            return one
    known = ", ".join(one.value for one in Implied)
    raise ActionNotUsable(
        f"Implied Order Status {text[:40]!r} is not known. Choose {known}.", field="implied_status"
    )


def read_kind(text: str) -> ActionKind:
    """Raises `ActionNotUsable`."""
    for one in ActionKind:
        if one.value == text.strip().casefold():
            return one
    known = ", ".join(one.value for one in ActionKind)
    raise ActionNotUsable(f"Action {text[:40]!r} is not known. Choose {known}.", field="kind")


def check_action(implied: Implied, kind: ActionKind, *, text: str, url: str, secret: str) -> None:
    """Raises `ActionNotUsable`."""
    allowed = _MAY_HANG_ON.get(kind)
    if allowed is not None and implied not in allowed:
        names = ", ".join(one.value for one in Implied if one in allowed)
        raise ActionNotUsable(
            f"{kind.value} cannot hang on {implied.value}. It may hang on {names}.", field="kind"
        )
    needs_text = kind in {ActionKind.NOTIFY, ActionKind.TASK}
    if needs_text and not text or len(text) > LONGEST_TEXT:
        raise ActionNotUsable(
            f"{kind.value} needs words that say what to do, {LONGEST_TEXT} characters at most.",
            field="text",
        )
    if kind is ActionKind.WEBHOOK:
        _check_url(url)
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isascii():
            raise ActionNotUsable(
                f"A webhook needs a secret of {SHORTEST_SECRET} to {LONGEST_SECRET} plain characters, by "
                "which the receiver knows that Loadbay sent it.",
                field="secret",
            )


def check_together(actions: Iterable[tuple[Implied, ActionKind]]) -> None:
    """Raises `ActionNotUsable` when one status would hold and let go."""
    kinds: dict[Implied, set[ActionKind]] = {}
    for implied, kind in actions:
        kinds.setdefault(implied, set()).add(kind)
    for implied, mine in kinds.items():
        if {ActionKind.HOLD, ActionKind.RELEASE} <= mine:
            raise ActionNotUsable(
                f"{implied.value} would hold an order and let it go at once. Remove one of the two.",
                field="kind",
            )


def shown_url(url: str) -> str:
    """An address without its query, which may be a secret."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        is_usable = False
    if not is_usable or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise ActionNotUsable(
            f"{url[:60]!r} is no web address that can be told. Write it like https://erp.example/orders.",
            field="url",
        )
