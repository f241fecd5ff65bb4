"""Foreign keys follow the order in which the areas stand; the imports are checked by import-linter."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignObject, ManyToManyField

# From the bottom to the top; areas in one row may not point at one another.
ORDER = [
    {"core"},
    {"inbox", "journal", "people"},
    {"papers"},
    {"parties"},
    {"catalogue"},
    {"stock"},
    {"channels"},
    {"listings"},
    {"orders"},
    {"dispatch"},
    {"amazon", "ledger", "printing"},
    {"jobs"},
]
HEIGHT = {area: height for height, row in enumerate(ORDER) for area in row}


def pointing_up() -> list[str]:
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if (
                here not in HEIGHT
                or field.auto_created
                or not isinstance(field, ForeignObject | ManyToManyField)
            ):
                continue
            there = field.related_model._meta.app_label
            if there != here and HEIGHT.get(there, -1) >= HEIGHT[here]:
                wrong.append(f"{here}.{model.__name__}.{field.name} points at {there}")
    return wrong


def test_foreign_keys_point_down_the_order_of_the_areas():
    assert pointing_up() == []


def test_every_area_with_tables_has_a_place_in_the_order():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("loadbay.")}
    assert {label for label in ours if list(apps.get_app_config(label).get_models())} <= set(HEIGHT)


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("models and migrations differ: run `python -m loadbay.project.manage makemigrations`")
    assert apps.ready
