"""Tokens API: a restricted data token for named paths, sealed like an access token.

Only restricted operations are taken, and only data that the application's roles allow. Without such a token
the operations answer too, but without the personal data.
"""

from typing import Literal

from msgspec import Struct, field

from amazon_simulator.http import access
from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.order_view import SHIPPING_ROLE, TAX_ROLES

MOST_RESOURCES = 50
ORDERS = "/orders/v0/orders"
ONE = f"{ORDERS}/{{orderId}}"
ROLES: dict[str, frozenset[str]] = {
    "buyerInfo": TAX_ROLES | {SHIPPING_ROLE},
    "shippingAddress": frozenset((SHIPPING_ROLE,)),
    "buyerTaxInformation": TAX_ROLES,
}
# restricted path: what it may open, and whether the request must choose
RESTRICTED: dict[str, tuple[tuple[str, ...], bool]] = {
    ORDERS: (tuple(ROLES), True),
    ONE: (tuple(ROLES), True),
    f"{ONE}/orderItems": (("buyerInfo",), True),
    f"{ONE}/orderItems/buyerInfo": (("buyerInfo",), False),
    f"{ONE}/buyerInfo": (("buyerInfo",), False),
    f"{ONE}/address": (("shippingAddress",), False),
    f"{ONE}/regulatedInfo": (("buyerInfo",), False),
}


class Wanted(Struct, frozen=True):
    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    dataElements: list[str] = field(default_factory=list)


class Wish(Struct, frozen=True):
    restrictedResources: list[Wanted]
    targetApplication: str = ""


def create(call: Call) -> Answer:
    wish = call.body(Wish)
    if not 1 <= len(wish.restrictedResources) <= MOST_RESOURCES:
        raise bad_request(f"restrictedResources takes from 1 to {MOST_RESOURCES} entries.")
    target = wish.targetApplication
    if target and target not in call.desk.world.state.applications:
        raise bad_request(f"The targetApplication '{target}' is not known.")
    resources = [_resource(call, each) for each in wish.restrictedResources]
    token = access.restricted(call, resources)
    return ok({"restrictedDataToken": token, "expiresIn": access.TOKEN_SECONDS})


def _resource(call: Call, wanted: Wanted) -> access.Resource:
    known = _known(wanted)
    if known is None:
        raise bad_request("Application do not have access to some or all requested resource")
    possible, must_choose = known
    wrong = [each for each in wanted.dataElements if each not in possible]
    if wrong or (must_choose and not wanted.dataElements):
        raise bad_request(f"dataElements of {wanted.path} must be among: {', '.join(possible)}.")
    elements = wanted.dataElements if must_choose else list(possible)
    closed = [each for each in elements if not ROLES[each] & call.caller.roles]
    if closed:
        raise bad_request(
            f"Application does not have access to one or more requested data elements: [{', '.join(closed)}]"
        )
    return access.Resource(wanted.method, wanted.path, elements)


def _known(wanted: Wanted) -> tuple[tuple[str, ...], bool] | None:
    if wanted.method != "GET":
        return None
    for path, opens in RESTRICTED.items():
        general = access.Resource("GET", path, [])
        if general.covers("GET", wanted.path) and all(wanted.path.split("/")[1:]):
            return opens
    return None
