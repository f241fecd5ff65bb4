"""The adapter's side of the journal: what was said in one request, and where it is handed in.

`said` grows as the conversation does; the log is a function, so that the adapter works without a database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.calls import Answer
from loadbay.core.clock import Clock
from loadbay.core.errors import Trouble
from loadbay.journal.rules import Conversation

Record = Callable[[Conversation], int | None]


@dataclass(frozen=True)
class Said:
    """One request as far as it got. `answer` bodies may be left out by `unkept` (label files)."""

    operation: str
    method: str
    target: str
    started_at: datetime
    request: bytes = b""
    subjects: tuple[str, ...] = ()
    answer: Answer | None = None

    def answered(self, answer: Answer) -> Said:
        return replace(self, answer=answer)

    def about(self, subjects: tuple[str, ...]) -> Said:
        return replace(self, subjects=(*self.subjects, *subjects))

    def unkept(self, description: str) -> Said:
        """The same with a description in place of the answer's body."""
        if self.answer is None:
            return self
        return replace(self, answer=replace(self.answer, body=description.encode()))


@dataclass(frozen=True)
class ExchangeLog:
    """Writes each conversation of one account through `record`."""

    account: AmazonAccount
    clock: Clock
    record: Record

    def succeeded(self, said: Said) -> int | None:
        return self.record(self._conversation(said, outcome="ok", sentence=""))

    def failed(self, said: Said, trouble: Trouble) -> Trouble:
        """The trouble, now bearing the exchange's number."""
        trouble.exchange = self.record(
            self._conversation(said, outcome=trouble.kind, sentence=trouble.sentence)
        )
        return trouble

    def _conversation(self, said: Said, *, outcome: str, sentence: str) -> Conversation:
        answer = said.answer
        return Conversation(
            system="amazon",
            connection_id=self.account.connection_id,
            connection=self.account.name,
            operation=said.operation,
            method=said.method,
            target=_without_secrets(said.target),
            outcome=outcome,
            sentence=sentence,
            started_at=said.started_at,
            milliseconds=max(0, round((self.clock.now() - said.started_at).total_seconds() * 1000)),
            status=answer.status if answer else None,
            their_id=answer.request_id if answer else "",
            subjects=said.subjects,
            request=said.request,
            answer=answer.body if answer else b"",
        )


def _without_secrets(target: str) -> str:
    """A path keeps its query; a presigned link or a token address loses it."""
    return target if target.startswith("/") else urlsplit(target)._replace(query="", fragment="").geturl()
