"""What the forms of the trouble page do: the same as the control API, answered by one sentence.

Trouble and holds are of this run: they are forgotten when the simulator ends.
"""

import msgspec
from werkzeug.wrappers import Request

from amazon_simulator.central import controls
from amazon_simulator.central.actions import action, number
from amazon_simulator.central.trouble_words import KINDS, MOMENTS, named, which
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import FaultKind, Wanted
from amazon_simulator.world.refusal import invalid

HERE = "/central/trouble"


@action(HERE)
def make_trouble(desk: Desk, request: Request) -> str:
    kind = request.form.get("kind", "")
    if kind not in tuple(FaultKind):
        raise invalid(f"'{kind}' is not a kind of trouble.")
    wanted = Wanted(
        operation=request.form.get("operation", ""),
        kind=FaultKind(kind),
        times=number(request, "times"),
        every=number(request, "every"),
        seconds=number(request, "seconds"),
    )
    controls.add_fault(desk, wanted)
    return f"{named(wanted.operation)}: {which(wanted.every)} {KINDS[wanted.kind]}, {wanted.times} time(s)."


@action(HERE)
def end_trouble(desk: Desk, request: Request) -> str:
    desk.faults.clear()
    return "Nothing goes wrong any more."


@action(HERE)
def hold_call(desk: Desk, request: Request) -> str:
    moment = request.form.get("moment", "")
    if moment not in MOMENTS:
        raise invalid(f"'{moment}' is no moment: a call stands still before or after it happened.")
    given = {"operation": request.form.get("operation", ""), "moment": moment}
    wanted = msgspec.convert({**given, "nth": number(request, "nth")}, type=controls.NewHold)
    if wanted.operation not in controls.OPERATION_NAMES:
        raise invalid(f"'{wanted.operation}' is no call that can stand still.")
    controls.add_hold(desk, wanted)
    return f"{named(wanted.operation)}: call {wanted.nth} from now stands still {MOMENTS[moment]}."


@action(HERE)
def let_go_on(desk: Desk, request: Request, hold_id: str) -> str:
    controls.release_hold(desk, hold_id)
    return "The call goes on."


@action(HERE)
def let_all_go_on(desk: Desk, request: Request) -> str:
    desk.holds.clear()
    return "Every call goes on."


TROUBLE_ACTIONS = {
    "/central/faults": make_trouble,
    "/central/faults/clear": end_trouble,
    "/central/holds": hold_call,
    "/central/holds/<hold_id>/release": let_go_on,
    "/central/holds/clear": let_all_go_on,
}
