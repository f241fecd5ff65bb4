"""`column__among`: many values as one array, whatever signs stand in them."""

from __future__ import annotations

import pytest

from loadbay.core.bulk import these
from loadbay.core.models import NumberSeries

pytestmark = pytest.mark.django_db

AWKWARD = ("plain", 'a "quoted" one', "back\\slash", "{brace}", "a,comma", "NULL", "", "ümläut", "it's", "%s")


def test_texts_with_every_sign_are_found_among_many():
    NumberSeries.objects.bulk_create(NumberSeries(code=code, prefix="X-") for code in (*AWKWARD, "other"))
    found = NumberSeries.objects.filter(code__among=these(AWKWARD)).values_list("code", flat=True)
    assert sorted(found) == sorted(AWKWARD)


def test_nothing_is_found_among_none():
    NumberSeries.objects.create(code="", prefix="X-")
    assert not NumberSeries.objects.filter(code__among=these([])).exists()
