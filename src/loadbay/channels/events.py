"""What happens to connections and channels, as others may want to follow it."""

from loadbay.core.events import event


@event("channels.connection_stopped")
class ConnectionStopped:
    """A key or a right is wrong; nothing goes to that account until a person mends it."""

    connection_id: int
    sentence: str


@event("channels.connection_resumed")
class ConnectionResumed:
    """The connection works again; what waited goes on."""

    connection_id: int


@event("channels.channel_added")
class ChannelAdded:
    """A sales channel is there; its shipments are asked for from its start moment on."""

    channel_id: int
    connection_id: int


@event("channels.channel_changed")
class ChannelChanged:
    """Settings of a sales channel changed (`changed` names them); what depends on them must follow.

    `left` are locations that no stock room feeds any more, `left_rooms` the codes of rooms that feed their
    location no more.
    """

    channel_id: int
    connection_id: int
    changed: list[str]
    left: list[str]
    left_rooms: list[str]


@event("channels.definitions_changed")
class DefinitionsChanged:
    """Values of orders are mapped now (`mapped`: their keys); orders that waited for them go on."""

    channel_id: int
    connection_id: int
    mapped: list[str]


@event("channels.matrix_changed")
class MatrixChanged:
    """The order status matrix of a channel has other lines; its orders are looked at again.

    Each line is its Channel Status, BC Order Status, Balanced, Existing Orders and Implied Order Status.
    """

    channel_id: int
    connection_id: int
    before: list[list[object]]
    after: list[list[object]]
