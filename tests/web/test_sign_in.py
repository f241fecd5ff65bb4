"""Signing in, where people land, being locked out, and signing out."""

from __future__ import annotations

import pytest
from django.test import Client

from loadbay.people.services import add_person, let_go
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def submit(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


@pytest.mark.parametrize(
    ("role", "page"), [("packer", "/bench/"), ("manager", "/office/"), ("administrator", "/office/")]
)
def test_people_land_where_their_work_is(role, page):
    add_person("kim", role=role, password=PASSWORD)
    client = Client()
    answer = submit(client, "kim")
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert client.get(page).status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence():
    add_person("kim", role="packer", password=PASSWORD)
    sentence = "This sign-in name and password do not go together."
    for answer in (submit(Client(), "kim", "wrong"), submit(Client(), "nobody", "wrong")):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_somebody_who_was_let_go_cannot_sign_in():
    add_person("kim", role="packer", password=PASSWORD)
    let_go("kim")
    assert submit(Client(), "kim").status_code == 422


def test_signing_in_goes_on_to_the_page_that_was_asked_for():
    add_person("kim", role="manager", password=PASSWORD)
    client = Client()
    asked = client.get("/bench/")
    assert (asked.status_code, asked["Location"]) == (302, "/sign-in/?next=%2Fbench%2F")
    assert submit(client, "kim", next="/bench/")["Location"] == "/bench/"


def test_signing_in_never_goes_on_to_another_site():
    add_person("kim", role="manager", password=PASSWORD)
    assert submit(Client(), "kim", next="https://elsewhere.example/")["Location"] == "/office/"


def test_five_wrong_passwords_lock_the_name_in_words():
    add_person("kim", role="packer", password=PASSWORD)
    for _ in range(5):
        answer = submit(Client(), "kim", "wrong")
    assert answer.status_code == 429
    right_one = submit(Client(), "kim")
    assert right_one.status_code == 429
    assert "It is locked for 15 minutes" in right_one.content.decode()


def test_signing_out_takes_a_post():
    add_person("kim", role="packer", password=PASSWORD)
    client = Client()
    submit(client, "kim")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/bench/").status_code == 302


def test_a_fragment_asked_for_after_the_session_ended_sends_the_whole_page_to_sign_in():
    answer = Client().get("/bench/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/sign-in/")
