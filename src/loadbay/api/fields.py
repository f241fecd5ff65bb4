"""The kinds of values that calls take: how long a text may be, how large a number, with an example each.

Rule: only what no service could take is refused here; what is right or wrong otherwise is its decision.
"""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Path, Query, Schema
from pydantic import ConfigDict, StrictBool, StrictInt

BIGGEST = 2**63 - 1


class Body(Schema):
    """What a call takes; a field that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


Sku = Annotated[
    str, Field(min_length=1, max_length=100, description="SKU of a product.", examples=["RUG-02"])
]
RoomCode = Annotated[
    str, Field(min_length=1, max_length=40, description="Code of a stock room.", examples=["MAIN"])
]
ChannelCode = Annotated[
    str, Field(min_length=1, max_length=40, description="Code of a sales channel.", examples=["UK"])
]
Units = Annotated[StrictInt, Field(ge=-(10**9), le=10**9, description="How many.", examples=[3])]
Figure = Annotated[StrictInt, Field(ge=-(10**9), le=10**9)]
Text = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=2000)]
Secret = Annotated[str, Field(max_length=10_000, json_schema_extra={"writeOnly": True})]
Numbers = Annotated[
    list[Annotated[str, Field(max_length=100)]],
    Field(max_length=1000, description="Serial number of each item of a serialised product."),
]
Flag = StrictBool

RowId = Annotated[int, Path(ge=1, le=BIGGEST)]
InPath = Annotated[str, Path(min_length=1, max_length=200)]
Search = Annotated[str, Query(max_length=200)]
After = Annotated[str, Query(max_length=200, description="Key of the next page: `after` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page.")]
DryRun = Annotated[bool, Query(description="Say what would happen; change nothing.")]
