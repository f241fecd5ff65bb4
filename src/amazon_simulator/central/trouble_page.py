"""The trouble page of Seller Central: which calls go wrong, and which stand still, for people in training.

Every form here posts to `trouble_actions`; the words are in `trouble_words`.
"""

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.frame import button, card, chip, join, page, select, table
from amazon_simulator.central.trouble_words import CALLS, EVERY_CALL, KINDS, MOMENTS, named, which
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import LONGEST as SLOWEST
from amazon_simulator.http.faults import Fault
from amazon_simulator.http.holds import LONGEST, Hold
from amazon_simulator.http.operations import OPERATIONS

_REST = sorted(each.name for each in OPERATIONS if each.name not in CALLS)
_CHOICES = [(name, named(name)) for name in (*CALLS, *_REST)]


def trouble(desk: Desk, request: Request) -> Response:
    content = join(
        (
            card("Let calls go wrong", join((_fault_form(), _faults(desk.faults.waiting())))),
            card("Let a call stand still", join((_hold_form(), _holds(desk.holds.all())))),
        )
    )
    return page(desk, request, title="Trouble", content=content)


def _fault_form() -> Markup:
    form = """<form class="row" method="post" action="/central/faults">{}{}
<label>How many calls<br><input name="times" type="number" min="1" max="9999" value="1" required></label>
<label>One call in (1: each)<br>
<input name="every" type="number" min="1" max="9999" value="1" required></label>
<label>Seconds, if slow<br><input name="seconds" type="number" min="0" max="{:g}" value="10" required></label>
<button>Make trouble</button></form>"""
    calls = select("operation", "The call to", [*_CHOICES, (EVERY_CALL, named(EVERY_CALL))])
    kinds = select("kind", "goes wrong: it", [(kind.value, words) for kind, words in KINDS.items()])
    return Markup(form).format(calls, kinds, SLOWEST)


def _faults(faults: list[Fault]) -> Markup:
    rows = [
        (named(each.wanted.operation), _what(each), _which(each), _left(each), each.seen) for each in faults
    ]
    heads = ("Call to", "It", "Which", "#Still to come", "#Calls seen")
    shown = table(heads, rows, empty="Nothing goes wrong.")
    return join((shown, _all("/central/faults/clear", "End all trouble") if rows else Markup("")))


def _what(fault: Fault) -> str:
    slow = f": {fault.seconds:g} seconds" if fault.kind == "delay" else ""
    return KINDS[fault.kind] + slow


def _which(fault: Fault) -> str:
    every = which(fault.wanted.every)
    return every if fault.wanted.chance == 1 else f"{every}, by chance {fault.wanted.chance:g}"


def _left(fault: Fault) -> str:
    return "goes on" if fault.left is None else str(fault.left)


def _hold_form() -> Markup:
    form = """<form class="row" method="post" action="/central/holds">{}{}
<label>Which from now<br><input name="nth" type="number" min="1" max="9999" value="1" required></label>
<button>Let it stand still</button></form>
<p class="faint">It goes on when you let it, or by itself after {:g} seconds.</p>"""
    calls = select("operation", "The call to", _CHOICES)
    return Markup(form).format(calls, select("moment", "stands still", list(MOMENTS.items())), LONGEST)


def _holds(holds: list[Hold]) -> Markup:
    rows = [(named(each.operation), MOMENTS[each.moment], _state(each), _go_on(each)) for each in holds]
    shown = table(("Call to", "Stands still", "State", "Action"), rows, empty="No call stands still.")
    return join((shown, _all("/central/holds/clear", "Let all go on") if rows else Markup("")))


def _state(hold: Hold) -> Markup | str:
    if hold.released.is_set():
        return "went on"
    if hold.is_reached:
        return chip("STANDS_STILL")
    return f"comes after {hold.left - 1} others" if hold.left > 1 else "is the next"


def _go_on(hold: Hold) -> Markup | str:
    if hold.released.is_set():
        return ""
    return button(f"/central/holds/{hold.id}/release", "Let it go on", look="quiet")


def _all(path: str, words: str) -> Markup:
    return Markup('<div class="row">{}</div>').format(button(path, words, look="quiet"))
