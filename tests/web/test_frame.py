"""What holds for every page: guards, headers, theme, words instead of traces."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern

from loadbay.people.rules import RIGHTS, Right, may
from loadbay.web.menu import MENU, menu_for
from loadbay.web.urls import urlpatterns

OPEN_PAGES = {"sign-in", "theme"}
SIGNED_IN_PAGES = {"land", "sign-out"}


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_every_page_has_a_guard(pattern: URLPattern):
    guard = getattr(pattern.callback, "guard", None)
    if pattern.name in OPEN_PAGES:
        assert guard == "open"
    elif pattern.name in SIGNED_IN_PAGES:
        assert guard == "signed in"
    else:
        assert isinstance(guard, Right)


def test_the_menu_offers_exactly_the_pages_a_role_may_open():
    guards = {pattern.name: getattr(pattern.callback, "guard", None) for pattern in urlpatterns}
    for group in MENU:
        for entry in group.entries:
            assert guards[entry.url] == entry.right, entry.label
            assert set(entry.pages) <= set(guards), entry.label
    for role in RIGHTS:
        offered = {entry.url for group in menu_for(role, at="") for entry in group.entries}
        assert offered == {e.url for group in MENU for e in group.entries if may(role, e.right)}


@pytest.mark.django_db
def test_a_page_outside_the_role_says_whom_to_ask(sign_in):
    answer = sign_in("packer").get("/office/")
    assert answer.status_code == 403
    assert "This needs the role Shop manager or Administrator." in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_words(sign_in):
    answer = sign_in("manager").get("/office/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.django_db
def test_nothing_may_run_that_is_not_ours():
    policy = Client().get("/sign-in/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_a_forged_form_changes_nothing_and_is_told_so():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert "loadbay_theme" not in client.cookies


@pytest.mark.django_db
def test_the_theme_is_kept_and_leads_back_to_the_page():
    client = Client()
    answer = client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert 'data-theme="dark"' in client.get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_an_unknown_theme_is_the_device_s_own():
    client = Client()
    client.post("/theme/", {"theme": "<script>", "next": "https://elsewhere.example/"})
    assert 'data-theme="auto"' in client.get("/sign-in/").content.decode()


def test_the_start_page_says_that_nobody_does_the_work(sign_in):
    """Alerts come from a worker too, so that none runs must be seen without one."""
    client = sign_in("manager")
    assert b"No worker is running" in client.get("/office/").content
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert b"No worker is running" not in client.get("/office/").content
