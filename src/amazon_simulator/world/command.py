"""What every command is; all of them are listed in `every_command`."""

from msgspec import Struct


class Command(Struct, frozen=True, kw_only=True, tag=True, tag_field="do"):
    """One thing asked of the world, as the journal keeps it."""
