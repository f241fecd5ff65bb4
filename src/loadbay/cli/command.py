"""What all commands share: --json and the exit codes.

Rule: a command function returns an `Answer` (`output.py`); it neither prints nor catches. Commands on the
shop's database are in `shop_command.py`; those that are processes of the installation use this directly.
"""

from __future__ import annotations

from typing import Any

import click

from loadbay.cli import output
from loadbay.core.errors import Refusal, Trouble
from loadbay.hosting.problem import HostingProblem

DONE, REFUSED, WRONG_USE, TROUBLE_OUTSIDE = 0, 1, 2, 3
_JSON = "as_json"


class JsonCommand(click.Command):
    """A command with --json whose refusals and troubles become sentences and exit codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flag = click.Option(["--json", _JSON], is_flag=True, expose_value=False, help="Answer as JSON.")
        self.params.append(flag)
        flag.callback = _remember

    def invoke(self, ctx: click.Context) -> Any:
        as_json = wants_json(ctx)
        try:
            answer = self.work(ctx)
        except Refusal as refusal:
            output.show_refusal(refusal, as_json=as_json)
            ctx.exit(REFUSED)
        except Trouble as trouble:
            output.show_trouble(trouble, as_json=as_json)
            ctx.exit(TROUBLE_OUTSIDE)
        except HostingProblem as problem:
            output.show_outside(problem.sentence, kind="machine", as_json=as_json)
            ctx.exit(TROUBLE_OUTSIDE)
        if isinstance(answer, output.Answer):
            output.show(answer, as_json=as_json)
            if answer.exit_code:
                ctx.exit(answer.exit_code)

    def work(self, ctx: click.Context) -> Any:
        return super().invoke(ctx)


def wants_json(ctx: click.Context) -> bool:
    return bool(ctx.meta.get(_JSON))


def _remember(ctx: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001  click calls it
    ctx.meta[_JSON] = value
