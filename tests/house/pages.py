"""The pages of docs/ that people write, for the tests that hold them against the code."""

from __future__ import annotations

import re

from tests.house.source import CHECKOUT

DOCS = CHECKOUT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text()


def table(name: str, *, under: str) -> list[list[str]]:
    """The rows of the table that follows the comment `<!-- under -->`, cells without their marks."""
    text = page(name)
    marked = text[text.index(f"<!-- {under} -->") : text.index("<!-- end -->", text.index(under))]
    lines = [line for line in marked.splitlines() if line.startswith("|")]
    return [_cells(line) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`*") for cell in line.strip().strip("|").split("|")]


def links(text: str) -> list[str]:
    """Targets of links and pictures that lie in this repository, code left out."""
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", plain)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def headings(text: str) -> set[str]:
    """What `page.md#heading` may name."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = re.findall(r"^#+ +(.+)$", plain, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
