"""The page where a seller lets a program in: it stands at Amazon's path and ends at the program's address.

As in Amazon's "Website Authorization Workflow", with the client id as `application_id`; `version` is ignored.
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.actions import OWN_SITES
from amazon_simulator.central.frame import card, facts, page, select
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import grants
from amazon_simulator.world.order_commands import GrantAccess
from amazon_simulator.world.refusal import Refused, invalid
from amazon_simulator.world.state import Application

PLACE = "/apps/authorize/consent"
_FORM = """{}
<form class="row" method="post" action="{}">{}
<input type="hidden" name="application_id" value="{}"><input type="hidden" name="state" value="{}">
<input type="hidden" name="redirect_uri" value="{}"><button>Confirm</button></form>"""


def consent(desk: Desk, request: Request) -> Response:
    try:
        asked = _asked(desk, request.args)
    except Refused as refusal:
        return _refused(desk, request, refusal)
    application, goes_to = asked
    state = desk.world.state
    sellers = [(each.id, f"{each.name} ({each.id})") for each in state.sellers.values()]
    about = facts((("Program", application.client_id), ("May see and do", ", ".join(application.roles))))
    form = Markup(_FORM).format(
        Markup("<p>Confirm only what you asked for. Your browser goes on to <b>{}</b>.</p>").format(goes_to)
        + about,
        PLACE,
        select("seller", "Seller", sellers),
        application.client_id,
        request.args["state"],
        request.args.get("redirect_uri", ""),
    )
    parts = urlsplit(goes_to)
    content = card("Let this program in?", form)
    return page(
        desk, request, title="Authorise", content=content, leads_to=f"{parts.scheme}://{parts.netloc}"
    )


def confirm(desk: Desk, request: Request) -> Response:
    if request.headers.get("Sec-Fetch-Site", "") not in OWN_SITES:
        return Response("This form came from another site.", status=403)
    form = request.form
    try:
        application, _ = _asked(desk, form)
        command = GrantAccess(
            client_id=application.client_id,
            seller_id=form.get("seller", ""),
            redirect_uri=form.get("redirect_uri", ""),
        )
        given = desk.world.do(command)
    except Refused as refusal:
        return _refused(desk, request, refusal)
    return redirect(grants.address(given, state=form["state"]), code=303)


def link_for(application: Application) -> str:
    """Where a seller of this simulator begins, for people who try it without a program of their own."""
    return f"{PLACE}?{urlencode({'application_id': application.client_id, 'state': 'trying'})}"


def _asked(desk: Desk, given: Mapping[str, str]) -> tuple[Application, str]:
    client_id = given.get("application_id", "")
    with desk.world.look() as memory:
        application, goes_to = grants.asked(memory, client_id, given.get("redirect_uri", ""))
    if not given.get("state"):
        raise invalid("The state is missing: the program makes one and compares it when the browser is back.")
    return application, goes_to


def _refused(desk: Desk, request: Request, refusal: Refused) -> Response:
    said = Markup('<p class="said bad" role="status">{}</p>').format(refusal.text)
    answer = page(desk, request, title="Authorise", content=card("This cannot be authorised", said))
    answer.status_code = 400
    return answer
