"""Opening and closing tasks. One open task per (kind, matter): a repeated occurrence only counts.

Called inside the caller's transaction or alone; nothing else happens when a task opens.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models.functions import Now

from loadbay.core.actor import current_actor
from loadbay.core.bulk import these
from loadbay.core.errors import NotFound
from loadbay.inbox.models import Task

MOST_SUBJECTS = 100


class TaskUnknown(NotFound):
    """No open task has that number."""

    code = "task_unknown"


_OPEN = """
    INSERT INTO inbox_task (kind, matter, cause, is_alert, sentence, cure, link, subjects, times, closed_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, to_jsonb(%s::text[]), 1, '')
    ON CONFLICT (kind, matter) WHERE closed_at IS NULL DO UPDATE SET
        times = inbox_task.times + 1, last_at = now(), cause = EXCLUDED.cause,
        is_alert = inbox_task.is_alert OR EXCLUDED.is_alert, sentence = EXCLUDED.sentence,
        cure = EXCLUDED.cure, link = EXCLUDED.link,
        subjects = (SELECT coalesce(jsonb_agg(s ORDER BY at), '[]'::jsonb) FROM (
            SELECT s, max(at) AS at FROM jsonb_array_elements(inbox_task.subjects || EXCLUDED.subjects)
            WITH ORDINALITY AS e (s, at) GROUP BY s ORDER BY max(at) DESC LIMIT %s) AS every)
    RETURNING id
"""


def open_task(  # noqa: PLR0913  the fields of one form, all named at each call
    *,
    kind: str,
    matter: str,
    cause: str,
    sentence: str,
    cure: str = "",
    link: str = "",
    subjects: Sequence[str] = (),
    is_alert: bool = False,
) -> int:
    """Open a task, or count one that is open on the same matter. Its number comes back.

    Called once per occurrence: the words become those of the latest, the latest subjects are kept.
    """
    cause = Task.Cause(cause).value
    fields = [kind, matter[:200], cause, is_alert, sentence, cure, link[:300], list(subjects)[:MOST_SUBJECTS]]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [*fields, MOST_SUBJECTS])
        (task_id,) = cursor.fetchone()
    return int(task_id)


_RESTATE = """
    INSERT INTO inbox_task AS t
        (kind, matter, cause, is_alert, sentence, cure, link, subjects, times, closed_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, to_jsonb(%s::text[]), 1, '')
    ON CONFLICT (kind, matter) WHERE closed_at IS NULL DO UPDATE SET
        last_at = now(), cause = EXCLUDED.cause, is_alert = EXCLUDED.is_alert, link = EXCLUDED.link,
        sentence = EXCLUDED.sentence, cure = EXCLUDED.cure, subjects = EXCLUDED.subjects
    WHERE (t.sentence, t.cure, t.subjects) IS DISTINCT FROM
        (EXCLUDED.sentence, EXCLUDED.cure, EXCLUDED.subjects)
"""


def restate_task(  # noqa: PLR0913  the fields of one form, all named at each call
    *,
    kind: str,
    matter: str,
    cause: str,
    sentence: str,
    cure: str = "",
    link: str = "",
    subjects: Sequence[str] = (),
    is_alert: bool = False,
) -> None:
    """Have one open task on the matter that says just this: what it said and named before is replaced.

    For a matter that is one state and not several occurrences; saying the same again changes nothing.
    """
    cause = Task.Cause(cause).value
    fields = [kind, matter[:200], cause, is_alert, sentence, cure, link[:300], list(subjects)[:MOST_SUBJECTS]]
    with connection.cursor() as cursor:
        cursor.execute(_RESTATE, fields)


_OPEN_EACH = """
    INSERT INTO inbox_task AS t
        (kind, matter, cause, is_alert, sentence, cure, link, subjects, times, closed_by)
    SELECT %s, matter, %s, false, sentence, %s, '', jsonb_build_array(subject), 1, ''
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS e (matter, sentence, subject)
    ON CONFLICT (kind, matter) WHERE closed_at IS NULL DO UPDATE SET
        times = t.times + 1, last_at = now(), sentence = EXCLUDED.sentence, cure = EXCLUDED.cure
"""


def open_each(*, kind: str, cause: str, cure: str, tasks: Sequence[tuple[str, str, str]]) -> None:
    """Open a task for each (matter, sentence, subject), or count those that are open; one statement."""
    if not tasks:
        return
    wanted = {matter[:200]: (sentence, subject) for matter, sentence, subject in tasks}
    columns = [list(wanted), [one for one, _ in wanted.values()], [one for _, one in wanted.values()]]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_EACH, [kind, Task.Cause(cause).value, cure, *columns])


def close_task(kind: str, matter: str) -> bool:
    """The matter is settled by itself. Says whether a task was open on it."""
    return _close(Task.objects.filter(kind=kind, matter=matter[:200], closed_at=None)) > 0


def close_tasks(kind: str, *, matters: Sequence[str]) -> int:
    """Many matters of one kind are settled by themselves."""
    keys = [matter[:200] for matter in matters]
    return _close(Task.objects.filter(kind=kind, matter__among=these(keys), closed_at=None))


def close_kinds(kinds: Sequence[str], *, matter: str) -> int:
    """One matter is settled by itself, whatever kinds of tasks are open on it."""
    return _close(Task.objects.filter(kind__in=kinds, matter=matter[:200], closed_at=None)) if kinds else 0


@transaction.atomic
def close(task_id: int) -> None:
    """A person says that it is done."""
    if not _close(Task.objects.filter(pk=task_id, closed_at=None)):
        raise TaskUnknown(f"Task {task_id} is not open. Look at the list of open tasks.")


def _close(tasks: object) -> int:
    return tasks.update(closed_at=Now(), closed_by=current_actor())  # type: ignore[attr-defined]
