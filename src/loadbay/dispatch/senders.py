"""Asking Amazon for labels and telling it shipped: step by step, each exactly once, for one field call.

The next step is always derived from what Amazon showed last and what is stored here, so that a crash at
any moment is healed by the next look. No transaction is open during a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from loadbay.core.clock import Clock
from loadbay.core.errors import Conflict, Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import PackageId, ShipmentId
from loadbay.core.locks import alone
from loadbay.dispatch import packages
from loadbay.dispatch.models import FieldCall, Label, Parcel
from loadbay.dispatch.ports import LabelDesk, LabelPrinter, MadeLabel
from loadbay.dispatch.rules import AFTER_ASK, WITH_PACKAGES, Ask, Labels, next_ask
from loadbay.dispatch.services import completing, labels, printers
from loadbay.dispatch.services.labels import ToLabel
from loadbay.orders.readers import look
from loadbay.orders.rules import LEFT
from loadbay.orders.senders import conversation_lock
from loadbay.orders.services import answering

MOST_STEPS = 12
"""A label needs six steps; twice that means Amazon and we talk past each other."""


@dataclass(frozen=True)
class LabelDeps:
    """What labelling needs from outside: the marketplace, a fresh look at cancellations, the time."""

    desk: LabelDesk
    know_cancellations: Callable[[], None]
    clock: Clock


def make_labels(field_call_id: int, deps: LabelDeps) -> datetime | None:
    """Take a packed field call to its stored labels. Returns when to try again, or None when settled."""
    call = labels.to_label(field_call_id)
    if call is None:
        return None
    with alone(conversation_lock(call.shipment_pk)):
        try:
            return _until_labelled(field_call_id, deps)
        except (Conflict, Unclear) as trouble:
            return _look_and_put_off(call, deps, trouble.sentence)
        except Retryable as trouble:
            return labels.put_off(
                call.pk, now=deps.clock.now(), problem=trouble.sentence, after=trouble.after
            )
        except Rejected as trouble:
            labels.cannot_label(call.pk, problem=trouble.sentence)
            return None
        except Misconfigured as trouble:
            labels.put_off(call.pk, now=deps.clock.now(), problem=trouble.sentence)
            raise


def _until_labelled(field_call_id: int, deps: LabelDeps) -> datetime | None:
    call, name = _with_changes_told(field_call_id, deps), ""
    for _ in range(MOST_STEPS):
        if call is None or _is_settled(call, deps):
            return None
        name, call = call.shipment_id, labels.to_label(field_call_id)
    raise Retryable(f"Amazon does not go on with {name} after {MOST_STEPS} steps.")


def _is_settled(call: ToLabel, deps: LabelDeps) -> bool:
    """Do what comes next; whether nothing comes after it."""
    if call.asked:
        _look(call, deps)
        return False
    ask = _next(call)
    if ask is Ask.NOTHING:
        labels.labelled(call.pk, now=deps.clock.now())
        return True
    if ask in {Ask.STOP_CANCELLED, Ask.STOP_GONE}:
        _stop(call, ask)
        return True
    if ask is Ask.LOOK:
        _look(call, deps)
        raise Retryable(f"Amazon shows {call.shipment_id} as {call.status}, which is new to Loadbay.")
    failed = _ask(ask, call, deps)
    if failed:
        raise Rejected(failed, reason="label_failed")
    return False


def _with_changes_told(field_call_id: int, deps: LabelDeps) -> ToLabel | None:
    """What was packed otherwise since Amazon was told: each such package anew, then see where that leads.

    Only before the first step: while labels are being asked for nothing changes. The call as it is then.
    """
    call = labels.to_label(field_call_id)
    if call is None or call.status not in WITH_PACKAGES:
        return call
    if call.asked:
        _look(call, deps)
    changed = packages.changed_packages(call.pk)
    for package in changed:
        answering.note_asking(call.shipment_pk, Ask.UPDATE.value, now=deps.clock.now())
        with _clear_unless_unclear(call.shipment_pk):
            deps.desk.update_package(ShipmentId(call.shipment_id), package)
        labels.package_updated(call.pk, package)
    if changed:
        _look(call, deps)
    return labels.to_label(field_call_id) if changed or call.asked else call


def _next(call: ToLabel) -> Ask:
    if call.wanted == "remake" and call.status == "SHIPLABEL_GENERATED":
        return Ask.REMAKE
    return next_ask(call.status, _labels(call.pk))


def _labels(field_call_id: int) -> Labels:
    """A parcel has at most one valid label (`label_one_valid_per_parcel`)."""
    valid = Q(labels__is_void=False)
    counts = Parcel.objects.filter(field_call_id=field_call_id).aggregate(
        parcels=Count("pk", distinct=True),
        links=Count("labels", filter=valid & Q(labels__content__isnull=True)),
        files=Count("labels", filter=valid & Q(labels__content__isnull=False)),
    )
    return Labels(**counts)


def _ask(ask: Ask, call: ToLabel, deps: LabelDeps) -> str:
    """Ask Amazon one thing and store its answer; returns why labels failed, or an empty text."""
    if ask is Ask.FETCH:
        _fetch(call, deps)
        return ""
    if ask in {Ask.MAKE, Ask.REMAKE}:
        deps.know_cancellations()
        if labels.to_label(call.pk) is None:
            return ""
    answering.note_asking(call.shipment_pk, ask.value, now=deps.clock.now())
    with _clear_unless_unclear(call.shipment_pk):
        return _call(ask, call, deps)


@contextmanager
def _clear_unless_unclear(shipment_pk: int) -> Iterator[None]:
    """A write that was answered with a plain no is not unclear; after the others a look comes first."""
    try:
        yield
    except (Conflict, Unclear):
        raise
    except Trouble:
        answering.note_answered(shipment_pk)
        raise


def _call(ask: Ask, call: ToLabel, deps: LabelDeps) -> str:
    """Ask it, store the answer, then what follows from it; returns why labels failed."""
    shipment_id = ShipmentId(call.shipment_id)
    match ask:
        case Ask.CONFIRM:
            deps.desk.confirm(shipment_id)
            answering.confirmed(call.shipment_pk)
        case Ask.CREATE_PACKAGES:
            made = packages.packages_to_make(call.pk)
            deps.desk.create_packages(shipment_id, made)
            labels.packages_made(call, made)
        case Ask.OPTIONS:
            for package_id in packages.package_ids(call.pk):
                deps.desk.shipping_options(shipment_id, package_id=package_id)
            answering.accepted(call.shipment_pk, status=AFTER_ASK[ask])
        case Ask.MAKE:
            return _store(call, deps.desk.make_labels(shipment_id, packages.without_label(call.pk)))
        case Ask.REMAKE:
            wanted = packages.without_label(call.pk) or packages.package_ids(call.pk)
            return _store(call, deps.desk.remake_labels(shipment_id, wanted))
        case _:
            raise ValueError(f"{ask} is nothing to ask")
    return ""


def _store(call: ToLabel, made: Sequence[MadeLabel]) -> str:
    failed = labels.store_made(call.pk, made)
    if call.wanted == "remake" and not failed:
        FieldCall.objects.filter(pk=call.pk, label_wanted="remake").update(label_wanted="make")
    if failed:
        answering.note_answered(call.shipment_pk)
    else:
        answering.accepted(call.shipment_pk, status=AFTER_ASK[Ask.MAKE])
    reasons = (f"{one.package_id}: {(one.error_text or one.error_code).rstrip(' .;')}" for one in failed)
    return "".join(f"{reason}. " for reason in reasons).rstrip()


def _fetch(call: ToLabel, deps: LabelDeps) -> None:
    """Fetch every label file whose link is here; an expired link means a new label."""
    wanted = Label.objects.filter(parcel__field_call_id=call.pk, is_void=False, content__isnull=True)
    for label in wanted.order_by("id"):
        try:
            file = deps.desk.fetch_label(label.link)
        except Rejected:
            labels.void_links(call.pk)
            return
        except Unclear as trouble:
            raise Retryable(trouble.sentence) from trouble
        labels.store_file(label.pk, file, now=deps.clock.now())


def _stop(call: ToLabel, ask: Ask) -> None:
    if ask is Ask.STOP_GONE:
        labels.cannot_label(call.pk, problem=f"Amazon shows {call.shipment_id} as {call.status} already.")


def _look(call: ToLabel, deps: LabelDeps) -> None:
    look(call.connection_id, see=lambda: deps.desk.look(ShipmentId(call.shipment_id)))
    answering.note_answered(call.shipment_pk)


def _look_and_put_off(call: ToLabel, deps: LabelDeps, reason: str) -> datetime | None:
    """After an unclear answer or a conflict: look, and try again shortly with what was seen."""
    try:
        _look(call, deps)
    except (Retryable, Unclear, Rejected):
        pass  # still unclear: `asked` stays, and the next try looks first
    if labels.to_label(call.pk) is None:
        return None
    return labels.put_off(call.pk, now=deps.clock.now(), problem=reason)


def tell_shipped(field_call_id: int, deps: LabelDeps) -> datetime | None:
    """Tell Amazon of every parcel of a completed field call that it left. When to try again, or None."""
    call = completing.call_to_tell(field_call_id)
    if call is None:
        return None
    with alone(conversation_lock(call.sale.shipment_id)):
        try:
            _tell_each(call, deps)
        except (Conflict, Unclear, Retryable, Rejected) as trouble:
            return _look_after_telling(call, deps, trouble)
    return None


def _tell_each(call: FieldCall, deps: LabelDeps) -> None:
    for parcel_id in completing.parcels_to_tell(call.pk):
        shipment = completing.shipment_of(call)
        if shipment.asked:
            _see_what_left(call, deps)
            shipment = completing.shipment_of(call)
        if shipment.status == "CANCELLED" or parcel_id not in completing.parcels_to_tell(call.pk):
            continue
        if shipment.status not in LEFT:
            package_id = PackageId(Parcel.objects.values_list("package_id", flat=True).get(pk=parcel_id))
            answering.note_asking(shipment.pk, f"shipped:{package_id}"[:30], now=deps.clock.now())
            with _clear_unless_unclear(shipment.pk):
                deps.desk.tell_shipped(ShipmentId(shipment.shipment_id), package_id)
        completing.told_shipped(parcel_id, now=deps.clock.now())


def _see_what_left(call: FieldCall, deps: LabelDeps) -> None:
    """Look at the packages: those that Amazon counts as shipped are told, whoever told it."""
    shipment = call.sale.shipment
    seen = deps.desk.look(ShipmentId(shipment.shipment_id))
    look(shipment.connection_id, see=lambda: seen)
    gone = {package.package_id for package in seen.packages if package.status in LEFT}
    everything = seen.status in LEFT
    for parcel in Parcel.objects.filter(pk__in=completing.parcels_to_tell(call.pk)).order_by("id"):
        if everything or parcel.package_id in gone:
            completing.told_shipped(parcel.pk, now=deps.clock.now())
    answering.note_answered(shipment.pk)


def _look_after_telling(call: FieldCall, deps: LabelDeps, trouble: Exception) -> datetime | None:
    after = getattr(trouble, "after", None)
    if not isinstance(trouble, Retryable):
        try:
            _see_what_left(call, deps)
        except (Retryable, Unclear, Rejected):
            pass  # still unclear: `asked` stays, and the next try looks first
    if not completing.is_still_to_tell(call.pk):
        return None
    return completing.tell_later(call.pk, now=deps.clock.now(), reason=str(trouble), after=after)


def print_labels(job_id: int, *, printer_for: Callable[[Any], LabelPrinter], clock: Clock) -> datetime | None:
    """Send one stored label to its printer, unchanged. Returns when to try again, or None."""
    taken = printers.start_print(job_id, now=clock.now())
    if taken is None:
        return None
    label, printer, title = taken
    try:
        printer_for(printer).print(
            bytes(label.content), format=packages.paper_format(label.format), title=title
        )
    except Retryable as trouble:
        return printers.print_later(job_id, now=clock.now(), reason=trouble.sentence)
    except Unclear as trouble:
        printers.print_ended(job_id, state="unclear", reason=trouble.sentence)
        return None
    except (Rejected, Misconfigured) as trouble:
        printers.print_ended(job_id, state="failed", reason=trouble.sentence)
        return None
    printers.printed(job_id, now=clock.now())
    return None
