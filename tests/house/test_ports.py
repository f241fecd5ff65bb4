"""Every port has a contract, a fake that keeps it, and a test that runs the contract."""

import ast

import pytest

from tests.house.source import CHECKOUT, LOADBAY, classes, sources

PORTS = {"ports", "erp_ports"}


def ports() -> list[str]:
    return [
        cls.name
        for source in sources()
        if source.path.is_relative_to(LOADBAY) and source.path.stem in PORTS
        for cls in classes(source)
        if any(isinstance(parent, ast.Name) and parent.id == "Protocol" for parent in cls.bases)
    ]


@pytest.mark.parametrize(
    "folder", ["src/loadbay/testing/contracts", "src/loadbay/testing/fakes", "tests/contracts"]
)
def test_every_port_is_named_there(folder):
    texts = [source.text for source in sources() if source.path.is_relative_to(CHECKOUT / folder)]
    assert [port for port in ports() if not any(port in text for text in texts)] == []


def test_every_method_of_a_port_says_what_it_promises():
    silent = [
        f"{source.name}: {cls.name}.{method.name}"
        for source in sources()
        if source.path.is_relative_to(LOADBAY) and source.path.stem in PORTS
        for cls in classes(source)
        if cls.name in ports()
        for method in cls.body
        if isinstance(method, ast.FunctionDef) and not ast.get_docstring(method)
    ]
    assert silent == []
