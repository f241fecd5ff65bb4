"""Every command, setting, refusal and event is documented, and the pages say what the code says."""

from collections import Counter

import click
import pytest
from docs.generate import MANUAL, pages, refusals

from loadbay.cli.main import TABLE, run
from loadbay.core.errors import Refusal
from loadbay.core.events import REGISTRY


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "refusals.md", "events.md"])
def test_the_reference_pages_are_up_to_date(written, name):
    page = MANUAL / name
    assert page.exists(), "run `make docs`"
    assert page.read_text() == written[name], "run `make docs`"


def test_no_two_refusals_share_a_code(written):
    counted = Counter(code for code, _ in refusals(Refusal))
    assert [code for code, times in counted.items() if times > 1] == []


def test_every_refusal_says_what_it_means(written):
    assert [kind.__qualname__ for _, kind in refusals(Refusal) if not kind.__doc__] == []


def test_every_event_is_named_after_its_area(written):
    areas = {name: kind.__module__.removeprefix("loadbay.").split(".")[0] for name, kind in REGISTRY.items()}
    assert [name for name, area in areas.items() if not name.startswith(f"{area}.")] == []


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(run, info_name="loadbay")
    found = []
    for name in run.list_commands(context):
        command = run.get_command(context, name)
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {child}", part) for child, part in command.commands.items()]
    return found


def test_every_command_takes_json_and_says_what_it_does(written):
    lacking = []
    for name, command in commands():
        flags = {flag for part in command.params for flag in part.opts}
        if not command.help or (not isinstance(command, click.Group) and "--json" not in flags):
            lacking.append(name)
    assert lacking == []


def test_the_help_page_of_the_program_needs_no_command_loaded():
    assert {name for name, _ in commands()} >= set(TABLE)
    assert [name for name, (_, _, line) in TABLE.items() if not line.endswith(".") or len(line) > 80] == []
