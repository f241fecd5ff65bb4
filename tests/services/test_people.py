"""People: added with a role, let go, taken back; somebody can always let others in."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import RequestFactory

from loadbay.core.errors import NotFound, WrongInput
from loadbay.core.models import EventRow
from loadbay.people import queries, services
from loadbay.people.models import User
from loadbay.people.services import LastAdministrator, NameTaken
from loadbay.web.signin import SignInForm
from tests.services import racing
from tests.services.racing import at_once

own_database = racing.own_database
PASSWORD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def somebody(name: str, *, role: str = "packer") -> None:
    services.add_person(name, role=role, password=PASSWORD)


@pytest.mark.django_db
def test_the_first_administrator_is_made_once():
    assert services.first_administrator("ada", password=PASSWORD).role == "administrator"
    assert services.first_administrator("eve", password=PASSWORD) is None
    assert [person.username for person in queries.people()] == ["ada"]


@pytest.mark.django_db
def test_no_event_holds_a_password():
    somebody("kim")
    services.set_password("kim", password="another long pass phrase")
    events = str(list(EventRow.objects.values_list("name", "payload")))
    assert "people.person_added" in events
    assert "phrase" not in events


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "role", "password", "sentence"),
    [
        ("k", "packer", PASSWORD, "Take 2 to 60 letters"),
        ("kim and co", "packer", PASSWORD, "without spaces"),
        ("kim", "king", PASSWORD, "Choose one of: packer, manager, administrator."),
        ("kim", "packer", "short", "too short"),
        ("kim", "packer", "password123", "too common"),
    ],
)
def test_somebody_who_cannot_be_added_is_refused_in_words(name, role, password, sentence):
    with pytest.raises(WrongInput, match=sentence):
        services.add_person(name, role=role, password=password)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_sign_in_name_is_given_once():
    somebody("kim")
    with pytest.raises(NameTaken):
        somebody("kim", role="manager")
    assert queries.person("kim").role == "packer"


@pytest.mark.django_db
def test_a_name_with_a_ligature_can_sign_in_as_the_form_reads_it():
    somebody("\N{LATIN SMALL LIGATURE FI}ona")
    typed = SignInForm.base_fields["username"].to_python("\N{LATIN SMALL LIGATURE FI}ona")
    found = authenticate(RequestFactory().post("/"), username=typed, password=PASSWORD)
    assert found is not None
    assert found.get_username() == "fiona"
    with pytest.raises(NameTaken):
        somebody("fiona")


@pytest.mark.django_db
def test_who_was_let_go_can_be_taken_back_with_the_same_role():
    somebody("kim", role="manager")
    assert not services.let_go("kim").is_active
    assert services.take_back("kim").role == "manager"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [services.let_go, lambda name: services.set_role(name, role="packer")])
def test_the_last_administrator_neither_leaves_nor_loses_the_role(change):
    somebody("ada", role="administrator")
    somebody("kim")
    with pytest.raises(LastAdministrator):
        change("ada")
    assert (queries.person("ada").role, queries.person("ada").is_active) == ("administrator", True)


@pytest.mark.django_db
def test_nobody_is_changed_who_is_not_there():
    with pytest.raises(NotFound):
        services.set_role("nobody", role="packer")


@pytest.mark.usefixtures("own_database")
def test_without_the_lock_two_administrators_would_let_one_another_go():
    somebody("ada", role="administrator")
    somebody("eve", role="administrator")
    both_have_looked = Barrier(2)

    def let_go_without_lock(name: str) -> None:
        with transaction.atomic():
            others = User.objects.filter(role="administrator", is_active=True).exclude(username=name)
            is_there_another = others.exists()
            both_have_looked.wait(10)
            if is_there_another:
                User.objects.filter(username=name).update(is_active=False)

    at_once(lambda: let_go_without_lock("ada"), lambda: let_go_without_lock("eve"))
    assert not User.objects.filter(is_active=True).exists()


@pytest.mark.usefixtures("own_database")
def test_of_two_administrators_letting_one_another_go_at_once_one_stays():
    somebody("ada", role="administrator")
    somebody("eve", role="administrator")
    answers = at_once(lambda: services.let_go("ada"), lambda: services.let_go("eve"))
    assert sorted(type(answer).__name__ for answer in answers) == ["LastAdministrator", "Person"]
    assert User.objects.filter(is_active=True).count() == 1
