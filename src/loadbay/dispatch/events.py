"""What happens between pick list and lorry."""

from loadbay.core.events import event


@event("dispatch.field_calls_opened")
class FieldCallsOpened:
    """Field calls stand for new sales; they can be picked."""

    field_call_ids: list[int]


@event("dispatch.labels_wanted")
class LabelsWanted:
    """Packing finished, or a new label was asked for: Amazon is to make labels now."""

    field_call_id: int


@event("dispatch.labels_stored")
class LabelsStored:
    """Every parcel of a field call has its label's bytes; they can be printed."""

    field_call_id: int
    print_job_ids: list[int]


@event("dispatch.print_wanted")
class PrintWanted:
    """A stored label is to be printed (again)."""

    print_job_ids: list[int]


@event("dispatch.field_calls_completed")
class FieldCallsCompleted:
    """A person saw them leave on the lorry; Amazon is to be told shipped."""

    connection_id: int
    field_call_ids: list[int]


@event("dispatch.field_calls_cancelled")
class FieldCallsCancelled:
    """Field calls were stopped because Amazon cancelled."""

    field_call_ids: list[int]
