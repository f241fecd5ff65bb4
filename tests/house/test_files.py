"""Every file can be understood in a minute: short, named for what it means, opened by a docstring."""

import ast

from tests.house.source import LOADBAY, classes, functions, imported, package_sources, sources

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_DOCSTRING = 500, 50, 6
NAMES_WITHOUT_MEANING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "manager",
    "managers",
}
CORE = {
    "__init__",
    "actor",
    "apps",
    "bulk",
    "clock",
    "encryption",
    "errors",
    "events",
    "ids",
    "locks",
    "masking",
    "models",
    "money",
    "numbers",
    "plain",
    "transactions",
}


def test_no_file_is_longer_than_500_lines():
    assert [source.name for source in sources() if source.lines() > LONGEST_FILE] == []


def test_no_function_is_longer_than_50_lines():
    too_long = [
        f"{source.name}: {function.name} has {function.end_lineno - function.lineno + 1} lines"
        for source in sources()
        for function in functions(source)
        if function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_every_file_opens_with_a_short_docstring():
    wrong = []
    for source in sources():
        said = ast.get_docstring(source.tree)
        if source.text.strip() and (not said or said.count("\n") >= LONGEST_DOCSTRING):
            wrong.append(source.name)
    assert wrong == []


def test_no_module_or_class_is_named_after_nothing():
    modules = [source.name for source in sources() if source.path.stem.lower() in NAMES_WITHOUT_MEANING]
    named = [
        f"{source.name}: {cls.name}"
        for source in package_sources()
        for cls in classes(source)
        if cls.name.lower().lstrip("_") in NAMES_WITHOUT_MEANING
    ]
    assert modules + named == []


def test_core_is_a_closed_list_of_modules():
    found = {path.stem for path in (LOADBAY / "core").glob("*.py")}
    folders = {path.name for path in (LOADBAY / "core").iterdir() if path.is_dir()}
    assert found <= CORE, "a module in core/ is a decision: say in docs/adr why it belongs to no area"
    assert folders - {"__pycache__", "migrations"} == set()


def test_nothing_happens_behind_the_back_of_a_service():
    """No `save()` or `delete()` override, no signals: what happens after X stands in jobs/reactions.py."""
    overrides = [
        f"{source.name}: {cls.name}.{part.name}"
        for source in package_sources()
        if source.path.is_relative_to(LOADBAY) and source.path.stem == "models"
        for cls in classes(source)
        for part in cls.body
        if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}
    ]
    signals = [
        source.name
        for source in package_sources()
        for name in imported(source)
        if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals"))
    ]
    assert overrides + signals == []


def test_every_test_claims_something():
    """An `assert`, `raises` or `expect`, in the test itself or in what it calls by such a name."""
    silent = [
        f"{source.name}: {function.name}"
        for source in sources()
        if source.path.name.startswith("test_")
        for function in functions(source)
        if function.name.startswith("test_") and not _claims(function)
    ]
    assert silent == []


def _claims(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if "assert" in called or called.startswith(("raises", "expect", "check", "must")):
                return True
    return False
