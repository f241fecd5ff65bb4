"""Writes the reference pages of the manual from the code: `make docs`.

Rule: commands, settings, refusals and events are told once, where they are made; a test says when a page
here is out of date. The rest of docs/ is written by people.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import click
import django
from django.apps import apps

MANUAL = Path(__file__).parent / "manual"
_STARTING = {"loadbay.cli.__main__", "loadbay.project.server"}
_NOTICE = "<!-- Written by `make docs` from the code. Change it there. -->\n"


def pages() -> dict[str, str]:
    """File name → text, in the manual's folder."""
    load_everything()
    written = {
        "commands.md": _commands(),
        "settings.md": _settings(),
        "refusals.md": _refusals(),
        "events.md": _events(),
    }
    return {name: f"{_NOTICE}\n{text.rstrip()}\n" for name, text in written.items()}


def load_everything() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadbay.project.settings")
    # Nothing is opened with it; without one, loading the settings would make a home folder.
    os.environ.setdefault("LOADBAY_SECRET_KEY", "only to load the code that is described")
    if not apps.ready:
        django.setup()
    package = import_module("loadbay")
    for module in walk_packages(package.__path__, "loadbay."):
        if module.name not in _STARTING and ".migrations" not in module.name:
            import_module(module.name)


def _commands() -> str:
    main = import_module("loadbay.cli.main")
    context = click.Context(main.run, info_name="loadbay")
    lines = [
        "# Commands",
        "",
        "Every command has `--help`. With `--json` the answer is one JSON value on standard output: keys in",
        'snake_case, money as `{"amount": "12.99", "currency": "GBP"}`, moments in ISO 8601 and UTC.',
        'A refusal is `{"refused": {"code", "sentence"}}`, trouble `{"trouble": {"kind", "sentence"}}`.',
        "",
        "| exit code | meaning |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | refused: Loadbay says no, with a code (see [refusals](refusals.md)) and a sentence |",
        "| 2 | wrong use: an option or argument is missing or wrong |",
        "| 3 | trouble outside: Amazon, the ERP, a printer, the database or this machine |",
        "| 70 | a fault in Loadbay itself; please report what it printed |",
    ]
    for name in main.run.list_commands(context):
        command = main.run.get_command(context, name)
        lines += _command(command, click.Context(command, parent=context, info_name=name))
    return "\n".join(lines)


def _command(command: click.Command, context: click.Context) -> list[str]:
    if isinstance(command, click.Group):
        lines = ["", f"## {context.command_path}", "", _first_words(command)]
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            lines += _command(child, click.Context(child, parent=context, info_name=name))
        return lines
    level = "##" if context.parent and context.parent.parent is None else "###"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = ["", f"{level} {context.command_path}", "", _first_words(command), "", f"    {usage}", ""]
    for part in command.get_params(context):
        told = part.get_help_record(context)
        if told and told[0] != "--help":
            lines.append(f"- `{told[0]}` {' '.join(told[1].split())}".rstrip())
    return lines


def _first_words(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _settings() -> str:
    config = import_module("loadbay.hosting.config").Config
    lines = [
        "# Settings of an installation",
        "",
        "Environment variables, or lines of the file `loadbay.env` in the home folder; the environment comes",
        "first. Nothing needs to be set. Connections, channels and printers are in the database, not here.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in config.model_fields.items():
        default = (
            "see below" if field.is_required() else "" if field.default is None else f"`{field.default}`"
        )
        lines.append(f"| `LOADBAY_{name.upper()}` | {default} | {field.description} |")
    lines += [
        "",
        "Without `LOADBAY_HOME` the home is `~/.local/share/loadbay` (or under `XDG_DATA_HOME`), for root",
        "`/var/lib/loadbay`. The demo uses the folder of the same name with `-demo` behind it; `make demo`",
        "uses `.demo` in the checkout.",
    ]
    return "\n".join(lines)


def _refusals() -> str:
    root = import_module("loadbay.core.errors").Refusal
    lines = [
        "# Refusals",
        "",
        "What Loadbay itself says no to. The code is stable; the sentence names the thing and the cure.",
        "",
        "| code | meaning | where |",
        "|---|---|---|",
    ]
    for code, refusal in sorted(refusals(root)):
        area = refusal.__module__.removeprefix("loadbay.").split(".")[0]
        lines.append(f"| `{code}` | {' '.join((refusal.__doc__ or '').split())} | {area} |")
    return "\n".join(lines)


def refusals(root: type) -> list[tuple[str, type]]:
    """(code, class) of every refusal that names a code of its own."""
    found = [(kind.code, kind) for kind in root.__subclasses__() if "code" in vars(kind)]
    for kind in root.__subclasses__():
        found += refusals(kind)
    return sorted(set(found), key=lambda pair: (pair[0], pair[1].__qualname__))


def _events() -> str:
    registry = import_module("loadbay.core.events").REGISTRY
    lines = [
        "# Events",
        "",
        "What can happen in the shop. Each is written in the transaction of its change; what follows from it",
        "stands in one table, `src/loadbay/jobs/reactions.py`.",
        "",
        "| event | meaning | fields |",
        "|---|---|---|",
    ]
    for name, kind in sorted(registry.items()):
        fields = ", ".join(f"`{field}`" for field in kind.__dataclass_fields__)
        # Python gives a dataclass without a docstring its signature instead.
        told = "" if (kind.__doc__ or "").startswith(f"{kind.__name__}(") else kind.__doc__ or ""
        lines.append(f"| `{name}` | {' '.join(told.split())} | {fields} |")
    return "\n".join(lines)


if __name__ == "__main__":
    MANUAL.mkdir(exist_ok=True)
    for name, text in pages().items():
        (MANUAL / name).write_text(text)
        sys.stdout.write(f"wrote docs/manual/{name}\n")
