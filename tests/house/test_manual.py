"""What people wrote in docs/ stays true: links lead somewhere, tests and commands exist, tables are whole."""

import re
import shlex
from typing import get_args

import click
import pytest

from amazon_simulator.http.faults import FaultKind
from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.scenarios.load import shipped
from amazon_simulator.world.steps import AnyStep
from amazon_simulator.world.switches import Switches
from loadbay.cli.main import run
from loadbay.dispatch.bench_rules import COMMANDS, Outcome
from loadbay.jobs.alerting import LIMITS
from loadbay.jobs.schedule import AUTOMATIONS
from tests.house.pages import DOCS, headings, links, page, table
from tests.house.source import CHECKOUT, functions, sources

PAGES = sorted([*DOCS.rglob("*.md"), *CHECKOUT.glob("*.md")])
GENERATED = ("commands.md", "events.md", "refusals.md", "settings.md")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(path):
    broken = []
    for link in links(path.read_text()):
        file, _, heading = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (heading and heading not in headings(target.read_text())):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_readme():
    seen, to_read = set(), [CHECKOUT / "README.md"]
    while to_read:
        current = to_read.pop()
        current = current / "README.md" if current.is_dir() else current
        if current in seen or not current.is_file():
            continue
        seen.add(current)
        if current.suffix == ".md":
            targets = [link.partition("#")[0] for link in links(current.read_text())]
            to_read += [(current.parent / target).resolve() for target in targets if target]
    lost = [path.relative_to(DOCS) for path in DOCS.rglob("*.md") if path not in seen]
    assert [str(path) for path in lost if path.parts[0] != "adr"] == []


def test_every_test_the_guides_name_exists():
    known = {f"{source.name}::{function.name}" for source in sources() for function in functions(source)}
    named = re.findall(r"`(tests/[\w/]+\.py::\w+)`", page("guides.md"))
    assert named
    assert [name for name in named if name not in known] == []


def typed_commands() -> list[tuple[str, list[str]]]:
    """(page, words) of every `loadbay …` in an indented or fenced block of a page."""
    found = []
    for path in PAGES:
        if path.name in GENERATED:
            continue
        text = re.sub(r" \\\n\s*", " ", path.read_text())
        lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
        for line in lines:
            if re.match(r"(\.venv/bin/)?loadbay ", line):
                found.append((path.name, shlex.split(line.split("&")[0].split("#")[0])[1:]))
    return found


@pytest.mark.parametrize(
    ("name", "words"), typed_commands(), ids=lambda part: part if isinstance(part, str) else " ".join(part)
)
def test_every_command_in_the_manual_exists_as_it_is_typed(name, words):
    context = click.Context(run, info_name="loadbay")
    command, rest = run, list(words)
    while isinstance(command, click.Group):
        command = command.get_command(context, rest.pop(0))
        assert command is not None, words
    known = {flag for part in command.params for flag in (*part.opts, *part.secondary_opts)}
    assert [word for word in rest if word.startswith("--") and word not in known] == []


def test_the_packer_reads_every_answer_of_the_bench():
    codes = [row[3] for row in table("manual/packer.md", under="every answer")]
    assert sorted(codes) == sorted(outcome.value for outcome in Outcome)


def test_the_packer_reads_every_command_of_the_bench():
    told = set(re.findall(r"`(LB-[A-Z]+)`", page("manual/packer.md")))
    assert told == {getattr(command, "code", command) for command in COMMANDS}


def test_the_administrator_reads_what_runs_by_the_clock():
    rows = table("manual/administrator.md", under="automations")
    assert rows == [[automation.name, automation.words] for automation in AUTOMATIONS]


def test_the_administrator_reads_how_long_work_may_wait():
    rows = table("manual/administrator.md", under="limits")
    assert rows == [[limit.what, str(limit.minutes)] for limit in LIMITS]


def test_the_manual_of_the_simulator_names_every_fault():
    rows = table("manual/simulator.md", under="kinds of faults")
    told = {kind for row in rows for kind in re.findall(r"[a-z0-9_]+", row[0])}
    assert told == set(FaultKind)


def test_the_manual_of_the_simulator_names_every_operation_it_answers():
    rows = table("manual/simulator.md", under="operations")
    told = [name for row in rows for name in re.findall(r"[a-z]\w+[A-Z]\w+", row[1])]
    assert sorted(set(told) - {"getOrder"}) == sorted(
        operation.name for operation in OPERATIONS if not operation.is_open and operation.name != "getOrder"
    )


def test_the_manual_names_every_scenario_and_every_step_of_a_story():
    assert sorted(row[0] for row in table("manual/scenarios.md", under="shipped scenarios")) == shipped()
    told = {
        name for row in table("manual/scenarios.md", under="steps") for name in re.findall(r"[a-z-]+", row[0])
    }
    assert told == {each.__struct_config__.tag for each in get_args(AnyStep)}


def test_the_manual_of_the_simulator_names_every_switch_with_its_default_first():
    rows = {row[0]: row[1] for row in table("manual/simulator.md", under="switches")}
    assert list(rows) == list(Switches.__struct_fields__)
    defaults = Switches()
    for name, told in rows.items():
        first = told.split("`")[0].split(",")[0].strip()
        assert isinstance(getattr(defaults, name), int) or first == getattr(defaults, name)
