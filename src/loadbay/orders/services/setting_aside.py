"""What could not be taken in is set aside whole, with a task, so that it is neither lost nor in the way.

Once the same shipment could be stored after all, its entry is settled and its task closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from django.db import DataError, IntegrityError, transaction
from django.utils.timezone import now

from loadbay.core.bulk import these
from loadbay.core.masking import mask_text
from loadbay.inbox.services import close_tasks, open_task
from loadbay.orders.models import SpoiledEntry
from loadbay.orders.ports import SeenShipment, Spoiled

NAMELESS = "unread-"
"""How the name of an entry begins whose own id cannot be read."""


DOES_NOT_FIT = (DataError, IntegrityError, ValueError, ArithmeticError)
"""What a hostile shipment can raise on its way into the tables: too long, too great, not text, twice."""


def those_that_fit(
    entries: Sequence[SeenShipment], *, write: Callable[[Sequence[SeenShipment]], list[int]]
) -> tuple[list[int], list[Spoiled]]:
    """Write all of them at once; should one of them not fit the tables, each for itself."""
    try:
        with transaction.atomic():
            return write(entries), []
    except DOES_NOT_FIT:
        pass
    pks: list[int] = []
    broken = []
    for entry in entries:
        try:
            with transaction.atomic():
                pks += write([entry])
        except DOES_NOT_FIT as error:
            reason = f"it cannot be stored, {str(error).splitlines()[0]}"
            broken.append(Spoiled(identity=entry.shipment_id, reason=reason, raw=entry.raw))
    return pks, broken


def set_aside(connection_id: int, spoiled: Sequence[Spoiled]) -> None:
    """Inside the caller's transaction."""
    named = {name_of(entry): entry for entry in spoiled}
    known = SpoiledEntry.objects.filter(
        connection_id=connection_id, identity__among=these(named), is_settled=False
    )
    for row in known if named else ():  # windows overlap: what is seen once more did not happen once more
        if (row.reason, bytes(row.raw)) == (_reason(named[row.identity]), named[row.identity].raw):
            del named[row.identity]
    if not named:
        return
    SpoiledEntry.objects.bulk_create(
        [
            SpoiledEntry(
                connection_id=connection_id,
                identity=name,
                reason=_reason(entry),
                raw=entry.raw,
                at=now(),
                is_settled=False,
            )
            for name, entry in named.items()
        ],
        update_conflicts=True,
        unique_fields=["connection", "identity"],
        update_fields=["reason", "raw", "at", "is_settled"],
    )
    for name, entry in named.items():
        open_task(
            kind="shipment_set_aside",
            matter=_matter(connection_id, name),
            cause="mapping" if entry.reason.startswith("location") else "bug",
            sentence=f"Shipment {name} was set aside: {_reason(entry)}.",
            cure="Where a location is unknown, give it to a sales channel. Else work it off in Seller "
            "Central and report it: Loadbay could not read it. Once it is mended, press Import again.",
            link="/office/set-aside/",
            subjects=[f"shipment:{name}"],
        )


def settle(connection_id: int, shipment_ids: Sequence[str]) -> None:
    """These shipments came in after all."""
    rows = SpoiledEntry.objects.filter(
        connection_id=connection_id, identity__among=these(shipment_ids), is_settled=False
    )
    names = list(rows.values_list("identity", flat=True))
    if names:
        rows.update(is_settled=True, raw=b"")
        close_tasks("shipment_set_aside", matters=[_matter(connection_id, name) for name in names])


def name_of(entry: Spoiled) -> str:
    """What to call it: its own id as far as that can be read, else a fingerprint."""
    return _legible(entry.identity)[:100] or f"{NAMELESS}{sha256(entry.raw).hexdigest()[:16]}"


def _reason(entry: Spoiled) -> str:
    """Why it cannot be taken in; what it quotes of the entry may be a buyer's."""
    return mask_text(_legible(entry.reason))


def _matter(connection_id: int, name: str) -> str:
    return f"{connection_id}:{name}"


def _legible(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text).strip()
