"""What building needs to know of the channels of a batch, read once; and what their matrices say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loadbay.channels.action_queries import actions_of
from loadbay.channels.action_rules import Action, ActionKind
from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_queries import definitions
from loadbay.channels.definition_rules import Definitions
from loadbay.channels.mapping_queries import behaviours_of
from loadbay.channels.models import ChannelRoom, SalesChannel
from loadbay.channels.rules import NO_ORDER, Implied, Line, Situation, look_up
from loadbay.channels.services import matrices_of
from loadbay.orders import rules
from loadbay.orders.models import Shipment
from loadbay.orders.services.sale_rows import ShipmentToBuild


@dataclass(frozen=True)
class Ground:
    """What building needs to know of a channel, read once per batch."""

    channel: SalesChannel
    matrix: tuple[Line, ...]
    rooms: Mapping[str, tuple[int, ...]]
    definitions: Definitions
    actions: tuple[Action, ...]
    behaviours: Mapping[str, BehaviourLine]
    """What is done with new customers and guests."""

    def does(self, kind: ActionKind, implied: Implied) -> bool:
        """Whether such an action hangs on entering that status."""
        return any(action.kind is kind and action.implied is implied for action in self.actions)

    @property
    def is_at_amazon(self) -> bool:
        """Whether Amazon keeps the goods and ships them: sales are for the books only (FBA)."""
        return self.channel.programme == SalesChannel.Programme.FBA

    @property
    def is_ours_to_ship(self) -> bool:
        """Whether no promise to ship is asked for, because buying it was one (MFN)."""
        return self.channel.programme == SalesChannel.Programme.MFN


def grounds_of(rows: Sequence[Shipment] | Sequence[ShipmentToBuild]) -> dict[int, Ground]:
    """Channel → what building needs to know of it."""
    wanted = {row.channel_id for row in rows}
    channels = list(SalesChannel.objects.filter(pk__in=wanted))
    matrices = matrices_of(wanted)
    defined, actions = definitions(wanted), actions_of(wanted)
    behaviours = behaviours_of(channels)
    grounds = {}
    for channel in channels:
        rooms: dict[str, list[int]] = {}
        for entry in ChannelRoom.objects.filter(channel=channel).order_by("position", "id"):
            rooms.setdefault(entry.location, []).append(entry.room_id)
        fixed = {location: tuple(ids) for location, ids in rooms.items()}
        grounds[channel.pk] = Ground(
            channel,
            matrices[channel.pk],
            fixed,
            defined[channel.pk],
            actions.get(channel.pk, ()),
            behaviours[channel.pk],
        )
    return grounds


def hits_of(
    rows: Sequence[ShipmentToBuild], grounds: Mapping[int, Ground]
) -> dict[tuple[int, str, bool], Line | None]:
    """The matrix line of each combination in the batch."""
    return {
        (channel, status, balanced): _hit(grounds[channel], Situation(status, NO_ORDER, balanced=balanced))
        for channel, status, balanced in {(row.channel_id, row.status, row.is_balanced) for row in rows}
    }


def _hit(ground: Ground, situation: Situation) -> Line | None:
    """The line that fits; the action `build` on its status makes an order ready, unless it must not be."""
    line, status = look_up(ground.matrix, situation), situation.channel_status
    is_early = status in rules.NOT_RELEASED or (ground.is_at_amazon and status not in rules.LEFT)
    if line is None or is_early or status in rules.GIVEN_UP:
        return line
    if not ground.does(ActionKind.BUILD, line.implied):
        return line
    return replace(line, implied=Implied.READY)
