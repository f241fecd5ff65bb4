"""A seller lets a program in: the page, the code, and its exchange at Login with Amazon."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.simulator.shop import GB, SELLER, SHIPMENTS, Shop

HERE = "https://desk.example/back"
OTHER = "http://127.0.0.1:8000/back?tenant=7"
WISH = {"grant_type": "authorization_code", "client_id": "public", "client_secret": "s"}
PAGE = "/apps/authorize/consent"


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """With a program that nobody let in yet, and a second seller."""
    roles = ["Direct-to-Consumer Shipping (Restricted)"]
    program = {"client_id": "public", "client_secret": "s", "roles": roles, "redirect_uris": [HERE, OTHER]}
    assert shop.control("POST", "applications", program)["redirect_uris"] == [HERE, OTHER]
    shop.control("POST", "sellers", {"id": "A2OTHER", "marketplaces": [GB]})
    return shop


def granted(shop: Shop, **wish: str) -> str:
    return shop.control("POST", "applications/public/consent", wish)["code"]


def exchange(shop: Shop, code: str, **change: str) -> TestResponse:
    return shop.client.post("/auth/o2/token", data={**WISH, "code": code, **change})


def no(answer: TestResponse) -> tuple[int, str, str]:
    return answer.status_code, answer.json["error"], answer.json["error_description"]


def test_a_code_becomes_a_refresh_token_that_opens_the_seller_who_said_yes(open_shop: Shop) -> None:
    given = open_shop.control("POST", "applications/public/consent", {"seller": "A2OTHER", "state": "a&b"})
    there = urlsplit(given["redirect"])
    assert there._replace(query="").geturl() == HERE
    assert parse_qs(there.query) == {
        "state": ["a&b"],
        "selling_partner_id": ["A2OTHER"],
        "spapi_oauth_code": [given["code"]],
    }
    answer = exchange(open_shop, given["code"])
    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 3600)
    assert answer.json["access_token"].startswith("Atza|")
    refresh = {**WISH, "grant_type": "refresh_token", "refresh_token": answer.json["refresh_token"]}
    again = open_shop.client.post("/auth/o2/token", data=refresh)
    assert again.json["refresh_token"] == answer.json["refresh_token"]
    for token in (answer.json["access_token"], again.json["access_token"]):
        open_shop.headers = {"x-amz-access-token": token}
        assert open_shop.call("GET", f"{SHIPMENTS}?status=ACCEPTED").status_code == 200
    program = next(row for row in open_shop.inspect("applications") if row["client_id"] == "public")
    assert program["refresh_tokens"] == {answer.json["refresh_token"]: "A2OTHER"}


def test_a_code_works_once(open_shop: Shop) -> None:
    code = granted(open_shop)
    assert exchange(open_shop, code).status_code == 200
    before = open_shop.inspect("applications")
    assert no(exchange(open_shop, code)) == (400, "invalid_grant", "The code was exchanged already.")
    assert open_shop.inspect("applications") == before


def test_a_code_lives_for_five_minutes(open_shop: Shop) -> None:
    first, second = granted(open_shop), granted(open_shop)
    open_shop.clock.advance(seconds=299)
    assert exchange(open_shop, first).status_code == 200
    open_shop.clock.advance(seconds=1)
    words = "The code has expired: it lives for 5 minutes."
    assert no(exchange(open_shop, second)) == (400, "invalid_grant", words)


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "x"}, 400, "invalid_grant"),
        ({"client_id": "demo-client", "client_secret": "demo-secret"}, 400, "invalid_grant"),
        ({"redirect_uri": OTHER}, 400, "invalid_grant"),
        ({"grant_type": "code"}, 400, "unsupported_grant_type"),
    ],
    ids=lambda part: " ".join(f"{k}={v}" for k, v in part.items()) if isinstance(part, dict) else str(part),
)
def test_a_wrong_exchange_is_refused_and_spends_nothing(
    open_shop: Shop, change: dict, status: int, error: str
) -> None:
    code = granted(open_shop)
    refused = exchange(open_shop, **{"code": code, **change})
    assert no(refused)[:2] == (status, error)
    assert refused.json["error_description"]
    assert exchange(open_shop, code).status_code == 200


def test_an_address_that_the_program_named_is_named_again(open_shop: Shop) -> None:
    code = granted(open_shop, redirect_uri=OTHER)
    words = "The redirect_uri is not the one that the code was sent to."
    for wrong in ("", HERE, OTHER + "&x=1"):
        assert no(exchange(open_shop, code, redirect_uri=wrong)) == (400, "invalid_grant", words)
    assert exchange(open_shop, code, redirect_uri=OTHER).status_code == 200
    assert exchange(open_shop, granted(open_shop), redirect_uri=HERE).status_code == 200


def test_a_seller_who_takes_it_back_is_out(open_shop: Shop) -> None:
    answer = exchange(open_shop, granted(open_shop)).json
    open_shop.control("PATCH", "applications/public", {"revoke": [answer["refresh_token"]]})
    open_shop.headers = {"x-amz-access-token": answer["access_token"]}
    refused = open_shop.call("GET", f"{SHIPMENTS}?status=ACCEPTED")
    assert refused.status_code == 403
    assert "revoked" in refused.json["errors"][0]["details"]


def test_what_cannot_be_granted_is_refused_by_name(open_shop: Shop) -> None:
    refused = open_shop.refused
    assert refused("POST", "applications/nobody/consent", {}) == (404, "unknown")
    assert refused("POST", "applications/public/consent", {"seller": "A2NOBODY"}) == (404, "unknown")
    wrong = {"redirect_uri": "https://elsewhere.example"}
    assert refused("POST", "applications/public/consent", wrong) == (400, "invalid")
    assert refused("POST", "applications/demo-client/consent", {}) == (409, "not_now")
    strange = ("https://[", "https://a\r\n.example/", "https://a;script-src *", "https://a b.example/")
    plain = ("http://desk.example/back", "desk.example", "https://desk.example/#part", "javascript:1")
    for uri in (*plain, *strange):
        assert refused("PATCH", "applications/demo-client", {"redirect_uris": [uri]}) == (400, "invalid")
    open_shop.control("PATCH", "applications/demo-client", {"redirect_uris": [HERE]})
    assert open_shop.control("POST", "applications/demo-client/consent", {})["redirect"].startswith(HERE)


def test_a_code_outlives_a_restart_and_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    def opened(name: str) -> Shop:
        shop = Shop(state=tmp_path / name)
        shop.control("PATCH", "applications/demo-client", {"redirect_uris": [HERE]})
        return shop

    def code_of(shop: Shop) -> str:
        return shop.control("POST", "applications/demo-client/consent", {})["code"]

    wish = {"client_id": "demo-client", "client_secret": "demo-secret"}
    first, second = opened("one"), opened("two")
    code = code_of(first)
    assert code == code_of(second)
    token = exchange(second, code, **wish).json["refresh_token"]
    first.store.close()
    restarted = Shop(state=tmp_path / "one")
    assert exchange(restarted, code, **wish).json["refresh_token"] == token
    restarted.store.close()
    once_more = Shop(state=tmp_path / "one")
    assert no(exchange(once_more, code, **wish))[1] == "invalid_grant"
    once_more.store.close()
    second.store.close()


def test_a_person_confirms_on_the_page_and_lands_at_the_program(open_shop: Shop) -> None:
    asked = {"application_id": "public", "state": "<x>", "redirect_uri": OTHER, "version": "beta"}
    page = open_shop.client.get(PAGE, query_string=asked)
    assert page.status_code == 200
    assert "form-action 'self' http://127.0.0.1:8000;" in page.headers["Content-Security-Policy"]
    assert "Direct-to-Consumer Shipping (Restricted)" in page.text
    assert "&lt;x&gt;" in page.text
    assert "<x>" not in page.text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {**fields, "state": "<x>", "seller": SELLER}
    done = open_shop.client.post(PAGE, data=form)
    assert done.status_code == 303
    there = parse_qs(urlsplit(done.location).query)
    assert (there["tenant"], there["state"], there["selling_partner_id"]) == (["7"], ["<x>"], [SELLER])
    code = there["spapi_oauth_code"][0]
    assert exchange(open_shop, code, redirect_uri=OTHER).status_code == 200


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"application_id": "nobody", "state": "s"}, "The application &#39;nobody&#39; is not known."),
        ({"application_id": "demo-client", "state": "s"}, "has no redirect URI"),
        ({"application_id": "public", "state": "s", "redirect_uri": "https://x.example"}, "registered."),
        ({"application_id": "public"}, "The state is missing"),
    ],
)
def test_the_page_says_why_a_program_cannot_be_let_in(open_shop: Shop, asked: dict, words: str) -> None:
    for answer in (
        open_shop.client.get(PAGE, query_string=asked),
        open_shop.client.post(PAGE, data={**asked, "seller": SELLER}),
    ):
        assert answer.status_code == 400
        assert words in answer.text
    program = next(row for row in open_shop.inspect("applications") if row["client_id"] == "public")
    assert program["consents"] == {}


def test_another_site_confirms_nothing(open_shop: Shop) -> None:
    form = {"application_id": "public", "state": "s", "seller": SELLER}
    answer = open_shop.client.post(PAGE, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_settings_page_lists_the_programs(open_shop: Shop) -> None:
    text = open_shop.client.get("/central/settings").text
    assert "/apps/authorize/consent?application_id=public&amp;state=trying" in text
    assert "no redirect URI" in text
