"""What became of the prints of one field call, for its card. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.dispatch.models import FieldCall, PrintJob


@dataclass(frozen=True)
class PrintRow:
    id: int
    printer: str
    kind: str
    state: str
    sentence: str


def prints_of(call: FieldCall) -> tuple[PrintRow, ...]:
    """The newest prints of its labels, twenty at most."""
    rows = PrintJob.objects.filter(label__parcel__field_call=call).select_related("printer").defer("label")
    return tuple(
        PrintRow(row.pk, row.printer.name, row.printer.kind, row.state, row.sentence)
        for row in rows.order_by("-id")[:20]
    )
