"""Keeping a gap proof: its questions, the numbers Amazon named page by page, and where each of them is here.

Numbers, times and counts are kept, nothing of a buyer. Asking is the reader's part (`orders.proving`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now as present

from loadbay.channels.models import Connection, SalesChannel
from loadbay.channels.queries import channel as channel_card
from loadbay.channels.queries import channels_by_place, first_time_zone
from loadbay.core.bulk import update_many
from loadbay.core.errors import NotFound, Refusal
from loadbay.orders import gap_rules
from loadbay.orders.gap_rules import Judged, Known, Standing
from loadbay.orders.models import GapNumber, GapProof, Shipment, SpoiledEntry
from loadbay.orders.services.working import start_work

AT_ONCE = 1000


class NothingMissing(Refusal):
    """The gap proof names no missing number that could be imported."""

    code = "nothing_missing"


@dataclass(frozen=True)
class Numbered:
    """One number as Amazon names it, with the place it belongs to (marketplace and location id)."""

    number: str
    order_id: str
    status: str
    created_at: datetime | None
    place: tuple[str, str] | None = None


@dataclass(frozen=True)
class Question:
    """One of Amazon's lists, in one status, of one connection."""

    connection_id: int
    connection: str
    source: str
    status: str

    @property
    def words(self) -> str:
        return f"{self.status} {self.source} of {self.connection}"


@transaction.atomic
def start_proof(
    first: date, last: date, *, channel: str = "", import_missing: bool = False, now: datetime
) -> int:
    """Begin a gap proof of these days, of one sales channel or of all. Its number comes back."""
    card = channel_card(channel) if channel else None
    zone = card.zone if card else ZoneInfo(first_time_zone())
    since, until = gap_rules.period(first, last, zone=zone, now=now)
    connections = Connection.objects.filter(channels__isnull=False).distinct()
    if card is not None:
        connections = connections.filter(pk=card.connection_id)
    if not connections.exists():
        raise NotFound("There is no sales channel yet; Amazon cannot be asked for anything.")
    title = f"Gap proof from {first} to {last}" + (f" of {card.code}" if card else "")
    work_id = start_work("gap_proof", title, wanted={"import": import_missing})
    proof = GapProof.objects.create(
        work_id=work_id, channel_id=card.id if card else None, since=since, until=until
    )
    return int(proof.pk)


@transaction.atomic
def start_import(proof_id: int) -> int:
    """Import what a proof found missing; the number of the work comes back."""
    missing = GapNumber.objects.filter(proof_id=proof_id, standing=Standing.MISSING.value).count()
    if not missing:
        raise NothingMissing(f"Gap proof {proof_id} names nothing that is missing. Make a new one.")
    title = f"Import {missing} missing of gap proof {proof_id}"
    return start_work("import_missing", title, wanted={"proof": proof_id}, total=missing)


def keep_numbers(proof: GapProof, question: Question, numbers: Sequence[Numbered]) -> int:
    """Keep the numbers of a page that belong to the period and the channel; how many they are.

    The same number named again, in a later status, is the same number.
    """
    places = channels_by_place(question.connection_id)
    codes = dict(SalesChannel.objects.filter(pk__in=places.values()).values_list("pk", "code"))
    rows = {}
    for entry in numbers:
        home = places.get(entry.place) if entry.place else None
        is_ours = proof.channel_id is None or entry.place is None or home == proof.channel_id
        if is_ours and _is_inside(entry.created_at, proof):
            rows[entry.number] = GapNumber(
                proof=proof,
                connection_id=question.connection_id,
                source=question.source,
                number=entry.number[:100],
                order_id=entry.order_id[:30],
                status=entry.status[:40],
                created_at=entry.created_at,
                channel=codes.get(home, ""),
            )
    GapNumber.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["proof", "connection", "number"],
        update_fields=["status"],
    )
    return len(rows)


def _is_inside(created_at: datetime | None, proof: GapProof) -> bool:
    """What cannot be read has no moment: it is kept, so that it cannot be a gap."""
    return created_at is None or proof.since <= created_at < proof.until


@transaction.atomic
def judge_proof(proof_id: int, *, only: Sequence[int] = ()) -> None:
    """Say of each number where it is here, and count; set-based, a thousand at a time."""
    rows = GapNumber.objects.filter(proof_id=proof_id).order_by("id")
    if only:
        rows = rows.filter(pk__in=list(only))
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        _judge(chunk)
        last = chunk[-1].pk
    counted = GapNumber.objects.filter(proof_id=proof_id).values_list("standing").annotate(n=Count("pk"))
    GapProof.objects.filter(pk=proof_id).update(counts=dict(counted), judged_at=present())


def _judge(chunk: Sequence[GapNumber]) -> None:
    known = _known(chunk)
    starts = dict(SalesChannel.objects.values_list("code", "order_start_at"))
    verdicts: dict[int, Judged] = {}
    for row in chunk:
        mine = known.get((row.connection_id, row.number), Known())
        verdicts[row.pk] = gap_rules.judge(
            mine, status=row.status, created_at=row.created_at, starts_at=starts.get(row.channel)
        )
    update_many(GapNumber, "standing", {pk: verdict.standing.value for pk, verdict in verdicts.items()})
    update_many(GapNumber, "detail", {pk: verdict.detail for pk, verdict in verdicts.items()})
    update_many(GapNumber, "sale", {pk: verdict.sale for pk, verdict in verdicts.items()})


def _known(chunk: Sequence[GapNumber]) -> dict[tuple[int, str], Known]:
    numbers = [row.number for row in chunk]
    connections = {row.connection_id for row in chunk}
    aside = SpoiledEntry.objects.filter(
        connection_id__in=connections, identity__in=numbers, is_settled=False
    ).values_list("connection_id", "identity", "reason")
    found = {(pk, name): Known(set_aside=reason) for pk, name, reason in aside}
    columns = ("building", "sale__number", "held_because", "ignored_because", "implied_status")
    rows = Shipment.objects.filter(connection_id__in=connections, shipment_id__in=numbers)
    for pk, name, building, sale, *words in rows.values_list("connection_id", "shipment_id", *columns):
        found[pk, name] = Known(building, sale or "", *words)
    return found
