"""The description is true: whatever is sent by its schema, or against it, the answers are as it says."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from loadbay.api.application import api as application
from loadbay.project.wsgi import application as wsgi

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("LOADBAY_API_EXAMPLES", "4"))


def no_fault_of_ours(context: Any, answer: Any, case: Any) -> None:
    """503 says that Amazon does not answer; nothing that is sent may make us fail."""
    assert answer.status_code != 500, answer.text


HELD = [
    no_fault_of_ours,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def described() -> Any:
    schema = schemathesis.openapi.from_dict(application.get_openapi_schema())
    schema.app = wsgi
    return schema


SCHEMA = described()
AREAS: dict[str, list[Any]] = defaultdict(list)
for operation in (found.ok() for found in SCHEMA.get_all_operations()):
    AREAS[operation.path.split("/")[3]].append(operation)
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def connected() -> Iterator[None]:
    """The connection stays open between calls, as under Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("area", AREAS)
def test_every_answer_is_as_described(area: str, api: Any, shop: Any):
    """Each call of an area finds the same shop: what the one before it changed is rolled back."""
    for operation in AREAS[area]:
        with transaction.atomic():
            for mode in MODES:
                assert_as_described(operation, mode, secret=api.secret)
            transaction.set_rollback(True)


def assert_as_described(operation: Any, mode: GenerationMode, *, secret: str) -> None:
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        assert case.validate_response(answer, checks=HELD) is None, operation.label

    holds()


def test_the_description_is_openapi_3_1_with_words_for_everything():
    schema = application.get_openapi_schema()
    assert schema["openapi"] == "3.1.0"
    lacking = []
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            if not one["summary"] or len(one["summary"]) > 110 or not one["tags"]:
                lacking.append(f"{method} {path}")
            lacking += [
                f"{method} {path}: {part['name']}" for part in one["parameters"] if not part["schema"]
            ]
            if not {"401", "403", "404", "422", "429", "503"} <= {str(status) for status in one["responses"]}:
                lacking.append(f"{method} {path}: problems")
    assert lacking == []


def test_no_two_calls_share_a_name():
    ids = [
        one["operationId"] for m in application.get_openapi_schema()["paths"].values() for one in m.values()
    ]
    assert len(ids) == len(set(ids))
