"""Looking at Amazon on behalf of a person who is about to decide: cancellations before completing."""

from __future__ import annotations

from collections.abc import Sequence

from loadbay.dispatch.queries import connections_of_field_calls
from loadbay.jobs import rounds


def know_cancellations_of(numbers: Sequence[str]) -> None:
    """Know every cancellation of these field calls' connections, as of five seconds ago at most.

    May raise any trouble: an Amazon that is down must not keep the lorry waiting, so the caller goes on.
    """
    for connection_id in connections_of_field_calls(numbers):
        rounds.know_cancellations(connection_id)
