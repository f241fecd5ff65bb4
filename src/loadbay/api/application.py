"""The API as one thing: its routers, its way of saying no, and its description (OpenAPI 3.1).

Rule: a router is added here and nowhere else; the order counts where one address begins like another.
"""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from loadbay import __version__
from loadbay.api import problems
from loadbay.api.door import ROOT
from loadbay.api.reading import StrictParser
from loadbay.api.routers import ROUTERS
from loadbay.people.token_rules import AREAS

_WORDS = f"""Everything that people do in Loadbay's office, for programs.

Send an API token with each call: `Authorization: Bearer lb_…`. An administrator makes one under
*Administration > API tokens* or with `loadbay token add`; each call says which scope it needs
({", ".join(AREAS)}, each with `:read` or `:write`).

JSON as the terminal's `--json` writes it: keys in snake_case, money as
`{{"amount": "12.99", "currency": "GBP"}}`, moments in ISO 8601 and UTC. Lists come in pages: give `after` of
one page to get the next. What is not a success has one shape:
`{{"error": {{"code", "sentence", "field", "subject"}}}}`.
"""


class LoadbayApi(NinjaAPI):
    """ninja's API with our errors in its description, which is made once."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        if self._described is None:
            self._described = self._describe(*args, **kwargs)
        return self._described

    def _describe(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["components"]["schemas"] |= _problem_schemas()
        for methods in schema["paths"].values():
            for operation in methods.values():
                _describe_problems(operation)
        return schema


def _problem_schemas() -> dict[str, Any]:
    whole = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = whole.pop("$defs")
    return {**parts, "Problem": whole}


def _describe_problems(operation: dict[str, Any]) -> None:
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    needs = operation.get("x-scope")
    if needs:
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{needs}`.".strip()
    for status, meaning in problems.MEANINGS.items():
        operation["responses"].setdefault(str(status), {"description": meaning, "content": shape})


def _made() -> LoadbayApi:
    made = LoadbayApi(
        title="Loadbay",
        version=__version__,
        description=_WORDS,
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
        parser=StrictParser(),
        openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
        servers=[],
    )
    for kind, handler in problems.HANDLERS.items():
        made.add_exception_handler(kind, handler)
    for prefix, router in ROUTERS:
        made.add_router(prefix, router)
    return made


api = _made()
PREFIX = ROOT.lstrip("/")
