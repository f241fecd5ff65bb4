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

__all__ = [
    "DEFAULT_PICKUPS",
    "AlreadyThere",
    "NewChannel",
    "NewConnection",
    "WantedSettings",
    "add_channel",
    "add_connection",
    "change_channel",
    "change_secrets",
    "get_connection",
    "matrices_of",
    "resume_connection",
    "stop_connection",
    "try_change",
]
