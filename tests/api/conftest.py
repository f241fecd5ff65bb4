"""Programs that call the API with tokens of their own, in the shop of the screens' tests.

The imports stand inside, because Django is set up after the conftests of folders were read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import shop as shop
from tests.web.conftest import shop_maker as shop_maker

if TYPE_CHECKING:
    from tests.api.programs import Program


@pytest.fixture
def program(db: None) -> Callable[..., Program]:
    """A program whose token has these scopes; all of them when none is named."""
    from tests.api.programs import program_with  # noqa: PLC0415

    return program_with


@pytest.fixture
def api(program: Any) -> Program:
    """A program that may do everything."""
    return program()
