"""One result of a look: fine, to be watched, or a problem with its cure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Mark(Enum):
    FINE = "ok"
    WATCH = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """`check` is what was looked at, as programs know it; `sentence` and `cure` are for people."""

    check: str
    state: Mark
    sentence: str
    cure: str = ""


def fine(check: str, sentence: str) -> Finding:
    return Finding(check, Mark.FINE, sentence)


def watch(check: str, sentence: str, cure: str) -> Finding:
    return Finding(check, Mark.WATCH, sentence, cure)


def problem(check: str, sentence: str, cure: str) -> Finding:
    return Finding(check, Mark.PROBLEM, sentence, cure)


def age(since: datetime, *, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(0, int((now - since).total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s"
    return f"{seconds} seconds"
