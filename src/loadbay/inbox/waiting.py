"""Since when things wait: noticed by a regular look, forgotten once they wait no more.

Their own tables need not say since when; a thing that stopped waiting in between starts anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from loadbay.inbox.models import Task, Waiting

_NOTICE = """
    INSERT INTO inbox_waiting (what, subject, since) SELECT %s, s, %s FROM unnest(%s::text[]) AS u (s)
    ON CONFLICT (what, subject) DO NOTHING
"""


@transaction.atomic
def notice(what: str, subjects: Sequence[str], *, now: datetime) -> dict[str, datetime]:
    """These wait now, and nothing else of this kind; since when each of them was seen waiting."""
    Waiting.objects.filter(what=what).exclude(subject__in=list(subjects)).delete()
    if not subjects:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE, [what, now, list(dict.fromkeys(subjects))])
    return dict(Waiting.objects.filter(what=what).values_list("subject", "since"))


def kinds_noticed() -> set[str]:
    """Kinds of work of which anything was waiting at the last look."""
    return set(Waiting.objects.values_list("what", flat=True).distinct())


def closed_by_a_person(kind: str, *, matter: str) -> datetime | None:
    """When somebody last said that such a task is done; what closed by itself does not count."""
    rows = Task.objects.filter(kind=kind, matter=matter[:200], closed_at__isnull=False)
    rows = rows.exclude(closed_by__startswith="job:").order_by("-closed_at")
    return rows.values_list("closed_at", flat=True).first()
