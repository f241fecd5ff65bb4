"""Tables that must name everything of a kind: each event its reactions, each printer kind its words."""

from docs.generate import load_everything

from loadbay.cli.printer import add
from loadbay.core.events import REGISTRY
from loadbay.dispatch.models import Printer
from loadbay.jobs.checkup.devices import _FAULTS
from loadbay.jobs.reactions import REACTIONS
from loadbay.web.office.printers import KINDS


def test_every_event_has_its_line_in_the_table_of_reactions():
    load_everything()
    assert {kind.__name__ for kind in REGISTRY.values()} == {kind.__name__ for kind in REACTIONS}


def test_every_kind_of_printer_can_be_chosen_and_looked_at():
    choices = next(part.type.choices for part in add.params if part.name == "kind")
    assert set(Printer.Kind.values) == set(KINDS) == set(choices) == set(_FAULTS)
