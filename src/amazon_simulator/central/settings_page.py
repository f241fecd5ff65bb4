"""The settings page of Seller Central: open questions about Amazon, label formats, the clock.

Every form here posts to `actions`.
"""

from collections.abc import Iterable
from enum import StrEnum

from markupsafe import Markup
from msgspec import structs
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.consent_page import link_for
from amazon_simulator.central.frame import card, join, link, page, select, table
from amazon_simulator.central.switch_words import WORDS
from amazon_simulator.http.desk import Desk
from amazon_simulator.world.state import Application, LabelFormat, Location
from amazon_simulator.world.switches import Switches


def settings(desk: Desk, request: Request) -> Response:
    state = desk.world.state
    content = join(
        (
            card("How Amazon behaves", _switches(state.switches)),
            join(card(f"Location {each.id}", _location(each)) for each in state.locations.values()),
            card("Programs", _programs(state.applications.values())),
            card("Clock", _clock()),
        )
    )
    return page(desk, request, title="Settings", content=content)


def _switches(switches: Switches) -> Markup:
    form = """<form method="post" action="/central/switches">
<div class="asked">{}</div><button>Save</button></form>"""
    fields = [_switch(name, value) for name, value in structs.asdict(switches).items()]
    return Markup(form).format(join(fields))


def _switch(name: str, value: object) -> Markup:
    if isinstance(value, StrEnum):
        choices = [(each.value, each.value.replace("_", " ")) for each in type(value)]
        return select(name, WORDS[name], choices, chosen=value)
    field = '<label>{}<br><input name="{}" type="number" min="0" value="{}" required></label>'
    return Markup(field).format(WORDS[name], name, value)


def _location(location: Location) -> Markup:
    formats = [(each.value, each.value) for each in LabelFormat]
    form = """<form class="row" method="post" action="/central/locations/{}">{}
<label>Pickup times<br><input name="pickups" value="{}" required></label><button>Save</button></form>"""
    chosen = select("label_format", "Labels as", formats, chosen=location.label_format)
    return Markup(form).format(location.id, chosen, ", ".join(location.pickups))


def _programs(applications: Iterable[Application]) -> Markup:
    rows = [
        (
            each.client_id,
            ", ".join(dict.fromkeys(each.refresh_tokens.values())) or "nobody",
            link(link_for(each), "Authorise") if each.redirect_uris else "no redirect URI",
        )
        for each in applications
    ]
    return table(("Program", "Let in by", "Let in"), rows, empty="None.")


def _clock() -> Markup:
    choices = [("600", "10 minutes"), ("3600", "1 hour"), ("86400", "1 day")]
    form = (
        '<form class="row" method="post" action="/central/clock">{}<button class="quiet">Move</button></form>'
    )
    return Markup(form).format(select("seconds", "Move the clock forward by", choices))
