"""Tokens API: a restricted data token for named paths, sealed like an access token.

None of the operations answered here needs one; a client that asks gets a token that works as its own does.
"""

from typing import Literal

from msgspec import Struct, field

from amazon_simulator.http.access import TOKEN_SECONDS, reissue
from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call

MOST_RESOURCES = 50


class Resource(Struct, frozen=True):
    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    dataElements: list[str] = field(default_factory=list)


class Wish(Struct, frozen=True):
    restrictedResources: list[Resource]
    targetApplication: str = ""


def create(call: Call) -> Answer:
    resources = call.body(Wish).restrictedResources
    if not 1 <= len(resources) <= MOST_RESOURCES:
        raise bad_request(f"restrictedResources takes from 1 to {MOST_RESOURCES} entries.")
    for resource in resources:
        if not resource.path.startswith("/"):
            raise bad_request(f"The path '{resource.path}' is not one of this API.")
    return ok({"restrictedDataToken": reissue(call), "expiresIn": TOKEN_SECONDS})
