"""People: whoever is added can sign in, and somebody is always left who can let others in."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.test import RequestFactory

from loadbay.people.models import User
from loadbay.people.services import LastAdministrator, NameTaken, add_person, let_go
from tests.services import racing
from tests.services.racing import at_once

own_database = racing.own_database
PASSWORD = "a lorry of wool rugs"


@pytest.mark.django_db
def test_a_name_with_a_ligature_can_sign_in_as_the_form_reads_it():
    add_person("\N{LATIN SMALL LIGATURE FI}ona", role="packer", password=PASSWORD)
    typed = UsernameField().to_python("\N{LATIN SMALL LIGATURE FI}ona")
    found = authenticate(RequestFactory().post("/"), username=typed, password=PASSWORD)
    assert found is not None
    assert found.get_username() == "fiona"
    with pytest.raises(NameTaken):
        add_person("fiona", role="packer", password=PASSWORD)


@pytest.mark.usefixtures("own_database")
def test_two_administrators_cannot_let_one_another_go_at_once():
    for name in ("mary", "john"):
        add_person(name, role="administrator", password=PASSWORD)
    answers = at_once(lambda: let_go("mary"), lambda: let_go("john"))
    assert [type(answer) for answer in answers].count(LastAdministrator) == 1
    assert User.objects.filter(is_active=True).count() == 1
