"""The project's own source files, parsed, for the tests of this folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LOADBAY = CHECKOUT / "src" / "loadbay"
SIMULATOR = CHECKOUT / "src" / "amazon_simulator"
FOLDERS = ("src", "tests", "benchmarks", "docs")


@dataclass(frozen=True, eq=False)
class Source:
    """One Python file of ours."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(CHECKOUT))

    def lines(self) -> int:
        return self.text.count("\n")


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file that people write; migrations are written by Django."""
    found = []
    for folder in FOLDERS:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text()
                found.append(Source(path, text, ast.parse(text)))
    return tuple(found)


def package_sources() -> list[Source]:
    return [source for source in sources() if source.path.is_relative_to(CHECKOUT / "src")]


@cache
def nodes(source: Source) -> tuple[ast.AST, ...]:
    """Everything in a file; walked once, however many tests ask."""
    return tuple(ast.walk(source.tree))


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes(source) if isinstance(node, ast.FunctionDef))


def classes(source: Source) -> Iterator[ast.ClassDef]:
    return (node for node in nodes(source) if isinstance(node, ast.ClassDef))


def imported(source: Source) -> Iterator[str]:
    """Full names of what a file imports, wherever in the file."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
