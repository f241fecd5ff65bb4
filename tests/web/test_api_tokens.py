"""Administration > API tokens: made, shown once, looked at, revoked."""

from __future__ import annotations

import re

import pytest

from loadbay.core.clock import SystemClock
from loadbay.people import token_queries as queries
from loadbay.people import tokens

pytestmark = pytest.mark.django_db
PAGE = "/office/api-tokens/"


def test_the_secret_stands_on_one_page_once(sign_in):
    client = sign_in("administrator")
    assert "No API token yet" in client.get(PAGE).content.decode()
    answer = client.post(f"{PAGE}new/", {"name": "web-shop", "days": "90", "scopes": ["stock:read"]})
    secret = re.search(r"lb_[a-z0-9]{10}_[\w-]{43}", answer.content.decode()).group()
    assert "no-store" in answer["Cache-Control"]
    assert tokens.recognise(secret, source="here", now=SystemClock().now()).token.name == "web-shop"
    for page in (PAGE, "/office/api-token/web-shop/"):
        shown = client.get(page).content.decode()
        assert "web-shop" in shown
        assert secret not in shown


def test_a_refused_token_says_what_is_wrong_beside_its_field(sign_in):
    client = sign_in("administrator")
    answer = client.post(f"{PAGE}new/", {"name": "..", "days": "", "scopes": ["stock:read"]})
    assert (answer.status_code, "name" in answer.context["form"].errors) == (422, True)
    answer = client.post(f"{PAGE}new/", {"name": "fine"})
    assert (answer.status_code, "scopes" in answer.context["form"].errors) == (422, True)
    assert queries.tokens() == ()


def test_a_revoked_token_is_shown_as_such(sign_in):
    tokens.add_token("erp", scopes=["sales:read"], days=None, now=SystemClock().now())
    client = sign_in("administrator")
    answer = client.post("/office/api-token/erp/revoke/", follow=True)
    assert "The API token erp works no longer." in answer.content.decode()
    assert queries.token("erp").revoked_by == "administrator.one"
    assert "Revoked" in client.get("/office/api-token/erp/").content.decode()
    assert "No API token fits" in client.get(f"{PAGE}?search=zzz").content.decode()
