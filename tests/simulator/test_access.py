"""Who may call: Login with Amazon, expiry, roles, regions, the allow-list, and the words of each no."""

import re
from pathlib import Path

import pytest

from amazon_simulator.http.operations import OPERATIONS
from tests.simulator.shop import ORDERS, SECRETS, SHIPMENTS, Shop

LIST = f"{SHIPMENTS}?status=ACCEPTED"


def denied(shop: Shop, path: str = LIST) -> tuple[int, str]:
    answer = shop.call("GET", path)
    error = answer.json["errors"][0]
    assert error["message"] == "Access to requested resource is denied."
    return answer.status_code, error["details"]


def test_a_token_lasts_an_hour(shop: Shop) -> None:
    answer = shop.client.post("/auth/o2/token", data=SECRETS).json
    assert answer["access_token"].startswith("Atza|")
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    shop.clock.advance(seconds=3599)
    assert shop.call("GET", LIST).status_code == 200
    shop.clock.advance(seconds=1)
    assert denied(shop) == (403, "The access token you provided has expired.")


LWA = {
    "a wrong secret": ({"client_secret": "x"}, 401, "invalid_client"),
    "an unknown client": ({"client_id": "x"}, 401, "invalid_client"),
    "a wrong refresh token": ({"refresh_token": "x"}, 400, "invalid_grant"),
    "no client": ({"client_id": ""}, 400, "invalid_request"),
    "no grant type": ({"grant_type": ""}, 400, "unsupported_grant_type"),
    "a scope that was not given": (
        {"grant_type": "client_credentials", "scope": "x"},
        400,
        "invalid_scope",
    ),
}


@pytest.mark.parametrize(("change", "status", "error"), LWA.values(), ids=LWA.keys())
def test_login_with_amazon_says_what_is_wrong(shop: Shop, change: dict, status: int, error: str) -> None:
    answer = shop.client.post("/auth/o2/token", data=SECRETS | change)
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.json["error_description"]


ROTATION = "sellingpartnerapi::client_credential:rotation"
ROTATE = "/applications/2023-11-30/clientSecret"


def grantless(shop: Shop, scope: str) -> Shop:
    wish = {**SECRETS, "grant_type": "client_credentials", "scope": scope}
    token = shop.client.post("/auth/o2/token", data=wish).json["access_token"]
    shop.headers = {"x-amz-access-token": token}
    return shop


def test_a_grantless_token_belongs_to_no_seller(shop: Shop) -> None:
    status, details = denied(grantless(shop, "sellingpartnerapi::notifications"))
    assert (status, details.startswith("A grantless token")) == (403, True)


def test_a_grantless_operation_needs_a_token_of_its_own_scope(shop: Shop) -> None:
    assert shop.call("POST", ROTATE).status_code == 403
    assert grantless(shop, "sellingpartnerapi::notifications").call("POST", ROTATE).status_code == 403
    assert grantless(shop, ROTATION).call("POST", ROTATE).status_code == 204


def test_a_rotated_secret_is_good_at_once_and_the_old_one_for_a_week_more(shop: Shop) -> None:
    assert grantless(shop, ROTATION).call("POST", ROTATE).status_code == 204
    new = shop.inspect("applications")[0]["client_secret"]
    for secret in (new, "demo-secret"):
        answer = shop.client.post("/auth/o2/token", data=SECRETS | {"client_secret": secret})
        assert answer.status_code == 200
    shop.clock.advance(seconds=7 * 86_400)
    late = shop.client.post("/auth/o2/token", data=SECRETS)
    assert (late.status_code, late.json["error"]) == (401, "invalid_client")
    fresh = shop.client.post("/auth/o2/token", data=SECRETS | {"client_secret": new})
    assert fresh.status_code == 200


def test_a_scope_that_the_program_does_not_have_is_refused(shop: Shop) -> None:
    shop.control("POST", "applications", {"client_id": "plain", "client_secret": "p"})
    wish = {"grant_type": "client_credentials", "scope": ROTATION, "client_id": "plain", "client_secret": "p"}
    answer = shop.client.post("/auth/o2/token", data=wish)
    assert (answer.status_code, answer.json["error"]) == (400, "unauthorized_client")


def test_a_revoked_authorisation_stops_tokens_old_and_new(shop: Shop) -> None:
    shop.control("PATCH", "applications/demo-client", {"revoke": ["Atzr|demo"]})
    assert denied(shop) == (403, "The seller has revoked the authorization of this application.")
    answer = shop.client.post("/auth/o2/token", data=SECRETS)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_a_missing_role_closes_its_operations_only(shop: Shop) -> None:
    roles = ["Amazon Fulfillment", "Inventory and Order Tracking"]
    shop.control("PATCH", "applications/demo-client", {"roles": roles})
    status, details = denied(shop)
    assert status == 403
    assert "Direct-to-Consumer Shipping (Restricted)" in details
    found = shop.call("GET", f"{ORDERS}?createdAfter=2026-01-01T00:00:00Z")
    assert found.status_code == 200


def test_a_missing_or_malformed_token_is_401(shop: Shop) -> None:
    shop.headers = {}
    assert denied(shop) == (401, "The access token is missing.")
    shop.headers = {"x-amz-access-token": "Atza|forged.0000"}
    assert denied(shop) == (401, "The access token is malformed.")
    shop.headers = {"x-amz-access-token": "Atza|x.\xe4"}
    assert denied(shop) == (401, "The access token is malformed.")


def test_another_region_does_not_know_the_seller(shop: Shop) -> None:
    assert denied(shop, f"/na{LIST}")[0] == 403
    assert shop.call("GET", f"/eu{LIST}").status_code == 200
    shop.headers["Host"] = "sellingpartnerapi-fe.amazon.com"
    assert "region" in denied(shop)[1]


def test_amazons_own_host_names_say_region_and_stage(shop: Shop) -> None:
    path = "/sellers/v1/account"
    for host in ("sellingpartnerapi-eu.amazon.com", "sandbox.sellingpartnerapi-eu.amazon.com"):
        shop.headers["Host"] = host
        assert shop.call("GET", path).status_code == 200
    for prefix in ("/sandbox", "/sandbox/eu"):
        shop.headers.pop("Host", None)
        assert shop.call("GET", prefix + path).status_code == 200
    assert shop.call("GET", f"/sandbox/fe{path}").status_code == 403


def test_what_only_the_sandbox_has_is_not_in_production(shop: Shop) -> None:
    shop.linked("MUG")
    for prefix, status in (("/eu", 404), ("/sandbox/eu", 200), ("", 200)):
        answer = shop.call("POST", prefix + SHIPMENTS, json={"locationId": "LBAY"})
        assert answer.status_code == status


def test_each_operation_says_which_role_it_misses(shop: Shop) -> None:
    """The details name the operation and the role, so that a client can tell its operator."""
    shop.control("PATCH", "applications/demo-client", {"roles": []})
    seen = 0
    for operation in OPERATIONS:
        if not operation.role:
            continue
        path = re.sub(r"<[\w:]+>", "x", operation.path)
        answer = shop.call(operation.method, path)
        assert answer.status_code == 403, operation.name
        details = answer.json["errors"][0]["details"]
        assert (
            details == f"The application is missing the role '{operation.role}' that {operation.name} needs."
        )
        seen += 1
    assert seen == len(OPERATIONS) - 4  # token, documents, restricted tokens, the rotation of the secret


def test_external_fulfillment_needs_the_allow_list(shop: Shop) -> None:
    shop.control("PATCH", "sellers/A2DEMOSELLER", {"may_use_external_fulfillment": False})
    assert "allow-list" in denied(shop)[1]
    assert shop.call("GET", "/sellers/v1/account").status_code == 200


def test_a_suspended_seller_can_do_nothing(shop: Shop) -> None:
    shop.control("PATCH", "sellers/A2DEMOSELLER", {"is_suspended": True})
    assert denied(shop, "/sellers/v1/account") == (403, "The selling account is suspended.")


def test_every_answer_has_a_request_id_of_its_own(shop: Shop) -> None:
    ids = {shop.call("GET", LIST).headers["x-amzn-RequestId"] for _ in range(3)}
    assert len(ids) == 3


def request_ids(shop: Shop) -> list[str]:
    answers = (shop.call("GET", path) for path in (LIST, "/nothing/here", LIST))
    return [answer.headers["x-amzn-RequestId"] for answer in answers]


def test_the_same_calls_have_the_same_request_ids_by_the_seed() -> None:
    first = request_ids(Shop(seed=3).signed_in())
    assert request_ids(Shop(seed=3).signed_in()) == first
    assert not set(first) & set(request_ids(Shop(seed=4).signed_in()))


def test_no_request_id_comes_again_after_a_restart(tmp_path: Path) -> None:
    seen: list[str] = []
    for _ in range(3):
        shop = Shop(state=tmp_path / "world").signed_in()
        seen += request_ids(shop)
        assert shop.store is not None
        shop.store.close()
    assert len(set(seen)) == 9


def test_a_path_that_does_not_exist_is_404_and_a_wrong_method_405(shop: Shop) -> None:
    assert shop.call("GET", "/orders/2031-01-01/orders").status_code == 404
    assert shop.call("DELETE", SHIPMENTS).status_code == 405


def test_a_body_that_is_not_json_is_refused(shop: Shop) -> None:
    shop.linked("MUG")
    path = f"{SHIPMENTS}/{shop.sold('MUG')}/packages"
    assert shop.call("POST", path, data="{", content_type="application/json").status_code == 400
    assert shop.call("POST", path, data="<a/>", content_type="text/xml").status_code == 415
