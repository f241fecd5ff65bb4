"""The test run's own database: migrated, isolated, and not the one an installation would use."""

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection


@pytest.mark.django_db
def test_a_test_sees_a_migrated_database_of_its_own():
    assert connection.settings_dict["NAME"].startswith("test_")
    assert "core" in ContentType.objects.values_list("app_label", flat=True)


def test_processes_under_test_get_a_migrated_database_by_address(own_database_url):
    with psycopg.connect(own_database_url) as server:
        found = server.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert found > (0,)
