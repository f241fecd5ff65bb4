"""Adding and changing connections and sales channels. One transaction each, no network."""

from loadbay.channels.services.adding import DEFAULT_PICKUPS, NewChannel, add_channel, matrices_of
from loadbay.channels.services.changing import WantedSettings, change_channel, try_change
from loadbay.channels.services.connections import (
    AlreadyThere,
    NewConnection,
    add_connection,
    change_secrets,
    get_connection,
    resume_connection,
    stop_connection,
)
from loadbay.channels.services.matrix import (
    MatrixChangedMeanwhile,
    MatrixEdit,
    add_line,
    change_matrix,
    remove_line,
    reset_matrix,
)

__all__ = [
    "DEFAULT_PICKUPS",
    "AlreadyThere",
    "MatrixChangedMeanwhile",
    "MatrixEdit",
    "NewChannel",
    "NewConnection",
    "WantedSettings",
    "add_channel",
    "add_connection",
    "add_line",
    "change_channel",
    "change_matrix",
    "change_secrets",
    "get_connection",
    "matrices_of",
    "remove_line",
    "reset_matrix",
    "resume_connection",
    "stop_connection",
    "try_change",
]
