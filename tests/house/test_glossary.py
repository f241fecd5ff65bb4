"""One word per thing: every word of the glossary once, in order, with the class that it is."""

from functools import reduce
from importlib import import_module

import pytest

from tests.house.pages import table

WORDS = table("glossary.md", under="glossary")


def found(path: str) -> object:
    """What a dotted name means: a module, then attributes of it."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            module = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[length:], module)
    raise AssertionError(f"{path} does not exist")


@pytest.mark.parametrize(("word", "path"), [(word, path) for word, _, path in WORDS if path != "–"])
def test_the_thing_behind_a_word_exists(word, path):
    assert found(path) is not None, word


def test_every_word_stands_once_and_in_order():
    words = [word for word, _, _ in WORDS]
    assert words == sorted(set(words))


def test_every_word_is_explained():
    assert [word for word, meaning, _ in WORDS if len(meaning) < 10] == []
