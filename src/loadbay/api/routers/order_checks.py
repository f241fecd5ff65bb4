"""Order rules, gap proofs, and the long work on orders that they start."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.access import known_of
from loadbay.api.calls import Call, Page, call, number_key, page
from loadbay.api.fields import After, Body, ChannelCode, Flag, Limit, RowId, Search, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput
from loadbay.orders import rule_queries, work_queries
from loadbay.orders.order_rules import FIELDS, OF_BUYERS, Action, Comparison, Condition, condition
from loadbay.orders.rule_queries import BuiltIn, RuleCard, RuleRow
from loadbay.orders.services import proofs, rule_changes
from loadbay.orders.services.rule_changes import Trial, WantedRule
from loadbay.orders.services.working import cancel_work
from loadbay.orders.work_queries import GapRow, ProofCard, WorkCard
from loadbay.people.token_rules import check_scope

rules_router = Router(tags=["Order rules"])
proofs_router = Router(tags=["Gap proof"])
work_router = Router(tags=["Long work"])
_MOST = 100


class GivenCondition(Body):
    """One condition; several are joined by and."""

    field: Text = Field(..., description=f"Of: {', '.join(FIELDS)}.", examples=["total"])
    comparison: Text = Field(
        ..., description=f"Of: {', '.join(one.value for one in Comparison)}.", examples=["at-least"]
    )
    value: Text = Field(..., examples=["500"])


class RuleToTry(Body):
    """What a rule would ask of orders."""

    channel: ChannelCode
    action: Text = Field(..., description="hold, ignore or flag.", examples=["hold"])
    conditions: list[GivenCondition] = Field(..., max_length=50)

    def wanted(self, name: str = "", reason: str = "") -> WantedRule:
        action = _action(self.action)
        return WantedRule(self.channel, name, action, _conditions(self.conditions), reason)


class NewRule(RuleToTry):
    """A rule that is asked of every order that becomes a sale from now on."""

    name: Text = Field(..., examples=["Large orders"])
    reason: Text = Field("", description="Shown with every order it stops or flags.")


class ToRelease(Body):
    """Which orders a rule lets go; all that it holds when none is named."""

    shipments: list[Text] = Field([], max_length=_MOST)


class NewProof(Body):
    """The days of which Amazon is asked again for everything."""

    first: date = Field(..., description="First day, in the time zone of the sales channel.")
    last: date | None = Field(None, description="Last day; the first where it is left out.")
    channel: Text = Field("", description="Only this sales channel.")
    import_missing: Flag = Field(False, description="Import what is missing at once.")


@call(
    rules_router,
    "get",
    "",
    declared=Call("sales:read", parts_of("OrderRules", built_in=list[BuiltIn], rules=list[RuleRow])),
)
def rules(request: HttpRequest, channel: Search = "") -> dict[str, Any]:
    """The built-in order rules and those of the shop, in the order they are asked"""
    return {"built_in": rule_queries.built_in(), "rules": rule_queries.rules(channel)}


@call(rules_router, "post", "", declared=Call("sales:write", RuleCard, 201, adds=True))
def add_rule(request: HttpRequest, given: NewRule) -> RuleCard:
    """Ask a rule of every order from now on; country and postcode need the scope buyers:read"""
    _check_buyers(request, given)
    return rule_queries.rule(rule_changes.add_rule(given.wanted(given.name, given.reason)))


@call(rules_router, "post", "/try", declared=Call("sales:read", Trial, only_asks=True))
def try_rule(request: HttpRequest, given: RuleToTry) -> Trial:
    """Which past orders a rule would have held, ignored or flagged; country and postcode need buyers:read"""
    _check_buyers(request, given)
    return rule_changes.try_rule(given.wanted())


@call(rules_router, "get", "/{rule_id}", declared=Call("sales:read", RuleCard))
def rule(request: HttpRequest, rule_id: RowId) -> RuleCard:
    """A rule with the orders it holds, and those it ignored or flagged"""
    return rule_queries.rule(rule_id)


@call(rules_router, "put", "/{rule_id}", declared=Call("sales:write", RuleCard))
def change_rule(request: HttpRequest, rule_id: RowId, given: NewRule) -> RuleCard:
    """Ask a rule otherwise; what it holds is looked at anew; country and postcode need buyers:read"""
    _check_buyers(request, given)
    rule_changes.change_rule(rule_id, given.wanted(given.name, given.reason))
    return rule_queries.rule(rule_id)


@call(
    rules_router,
    "post",
    "/{rule_id}/release",
    declared=Call("sales:write", parts_of("Released", released=int)),
)
def release(request: HttpRequest, rule_id: RowId, given: ToRelease) -> dict[str, Any]:
    """Let orders go on that a rule holds; it does not hold them again"""
    return {"released": rule_changes.release_held(rule_id, given.shipments)}


@call(
    rules_router,
    "delete",
    "/{rule_id}",
    declared=Call("sales:write", parts_of("RuleGone", removed=int, released=int)),
)
def remove_rule(request: HttpRequest, rule_id: RowId) -> dict[str, Any]:
    """Ask a rule no more; what it holds goes on, what it ignored stays ignored"""
    return {"removed": rule_id, "released": rule_changes.remove_rule(rule_id)}


@call(proofs_router, "get", "", declared=Call("sales:read", page_of("gap_proofs", ProofCard)))
def gap_proofs(request: HttpRequest, limit: Limit = 50) -> Page:
    """The gap proofs made so far, newest first"""
    return Page("gap_proofs", work_queries.proofs(limit=limit))


@call(proofs_router, "post", "", declared=Call("sales:write", ProofCard, 201, adds=True))
def start_proof(request: HttpRequest, given: NewProof) -> ProofCard:
    """Ask Amazon again for everything of some days: of each number, is it here or missing?

    The proof is long work of the queue; look at it until its work is over.
    """
    values = given.model_dump() | {"last": given.last or given.first}
    return work_queries.proof(proofs.start_proof(**values, now=SystemClock().now()))


@call(proofs_router, "get", "/{proof_id}", declared=Call("sales:read", ProofCard))
def gap_proof(request: HttpRequest, proof_id: RowId) -> ProofCard:
    """One gap proof: how far it is, and what it says"""
    return work_queries.proof(proof_id)


@call(proofs_router, "get", "/{proof_id}/numbers", declared=Call("sales:read", page_of("numbers", GapRow)))
def proof_numbers(
    request: HttpRequest,
    proof_id: RowId,
    standing: Annotated[str, Query(max_length=40, description="Such as missing.")] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Each order and shipment that Amazon named, and where it stands here"""
    card = work_queries.proof(proof_id)
    start = number_key(after) or 0
    rows = work_queries.proof_numbers(card.id, standing=standing, after=start, limit=limit + 1)
    return page("numbers", rows, limit=limit, key="id")


@call(proofs_router, "post", "/{proof_id}/import", declared=Call("sales:write", WorkCard))
def import_missing(request: HttpRequest, proof_id: RowId) -> WorkCard:
    """Import what a proof names as missing, as long work of its own"""
    return work_queries.work(proofs.start_import(proof_id))


@call(work_router, "get", "", declared=Call("sales:read", page_of("works", WorkCard)))
def works(request: HttpRequest, limit: Limit = 50) -> Page:
    """Long works on orders, newest first"""
    return Page("works", work_queries.works(limit=limit))


@call(work_router, "get", "/{work_id}", declared=Call("sales:read", WorkCard))
def work(request: HttpRequest, work_id: RowId) -> WorkCard:
    """How far a long work is, and what went otherwise than wanted"""
    return work_queries.work(work_id)


@call(work_router, "post", "/{work_id}/cancel", declared=Call("sales:write", WorkCard))
def cancel(request: HttpRequest, work_id: RowId) -> WorkCard:
    """Have a long work stop before its next step; what is done stays done"""
    cancel_work(work_id)
    return work_queries.work(work_id)


def _conditions(given: list[GivenCondition]) -> tuple[Condition, ...]:
    return tuple(
        condition(one.field, one.comparison, one.value, part=str(place))
        for place, one in enumerate(given, start=1)
    )


def _check_buyers(request: HttpRequest, given: RuleToTry) -> None:
    """Who asks where buyers live, order by order, sees buyers. Raises `ScopeMissing`."""
    if OF_BUYERS & {one.field for one in _conditions(given.conditions)}:
        check_scope(known_of(request).token, "buyers:read")


def _action(text: str) -> Action:
    try:
        return Action(text.strip().lower())
    except ValueError:
        raise WrongInput(f"action {text[:40]!r} is none. Choose hold, ignore or flag.") from None
