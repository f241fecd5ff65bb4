"""What every command is; the commands themselves are in `commands` and `life_commands`."""

from msgspec import Struct


class Command(Struct, frozen=True, kw_only=True, tag=True, tag_field="do"):
    """One thing asked of the world, as the journal keeps it."""
