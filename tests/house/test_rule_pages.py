"""The pages about rules say what the rules say: life cycles, labels, stock figures."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from loadbay.channels.rules import EF_STATUSES
from loadbay.dispatch import rules as dispatch
from loadbay.dispatch.rules import AFTER_ASK, NEXT, Labels, next_ask
from loadbay.listings import rules as listings
from loadbay.listings.stock_rules import Part, ShopRules, reckon
from tests.house.pages import page, table

LABEL_TO_LORRY = "rules/label-to-lorry.md"
LONDON = ZoneInfo("Europe/London")
LISTING = "rules/listing-to-linked.md"
STOCK = "rules/what-amazon-is-told.md"


def edges(name: str) -> set[tuple[str, str, str]]:
    """(from, step, to) of the page's diagram; where it begins and ends is not a step."""
    found = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", page(name), flags=re.MULTILINE)
    return {(source, step, target) for source, target, step in found}


def life_of_a_field_call() -> set[tuple[str, str, str]]:
    return {(state.value, step.value, target.value) for (state, step), target in NEXT.items()}


def life_of_a_listing() -> set[tuple[str, str, str]]:
    return {(state.value, step.name.lower(), target.value) for (state, step), target in listings.NEXT.items()}


def test_the_diagram_of_a_field_call_is_its_life():
    assert edges(LABEL_TO_LORRY) == life_of_a_field_call()


def test_the_table_of_a_field_call_is_its_life():
    rows = table(LABEL_TO_LORRY, under="life of a field call")
    assert [tuple(row[:3]) for row in rows] == [
        (state.value, step.value, target.value) for (state, step), target in NEXT.items()
    ]


def test_the_page_starts_and_ends_a_field_call_where_the_rules_do():
    text = page(LABEL_TO_LORRY)
    last = {state.value for state in dispatch.State} - {source for source, _, _ in life_of_a_field_call()}
    assert set(re.findall(r"(\w+) --> \[\*\]", text)) == last
    assert re.findall(r"\[\*\] --> (\w+)", text) == [dispatch.State.TO_PACK.value]


def test_the_diagram_of_a_listing_is_its_life():
    assert edges(LISTING) == life_of_a_listing()


def test_every_state_of_a_listing_is_on_its_page_with_its_next_step():
    rows = {row[0]: row[1] for row in table(LISTING, under="states of a listing")}
    assert rows == {state.value: listings.NEXT_STEP[state] for state in listings.State}


def test_the_table_of_questions_is_what_is_asked_for_a_label():
    no_label = Labels(parcels=1, links=0, files=0)
    for status, asked, after in table(LABEL_TO_LORRY, under="what is asked next"):
        question = next_ask(status, no_label)
        assert (status, asked) == (status, question.value)
        assert (status, after) == (status, AFTER_ASK.get(question, ""))


def test_every_status_of_a_shipment_is_on_the_page():
    told = {row[0] for row in table(LABEL_TO_LORRY, under="what is asked next")}
    assert told == set(EF_STATUSES)


def moment(text: str) -> datetime:
    """`Mon 2026-03-02 17:30`, in London; its weekday is held against the calendar."""
    found = datetime.strptime(text, "%a %Y-%m-%d %H:%M").replace(tzinfo=LONDON)
    assert f"{found:%a}" == text[:3]
    return found


@pytest.mark.parametrize("row", table(LABEL_TO_LORRY, under="which lorry"), ids=" ".join)
def test_an_example_of_a_lorry_is_what_the_rule_finds(row):
    holidays = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    site = dispatch.Site(LONDON, (time(11), time(16)), frozenset({1, 2, 3, 4, 5}), holidays)
    by, now, lorry = map(moment, row)
    assert dispatch.collection_moment(by, site=site, now=now) == lorry


@pytest.mark.parametrize("row", table(STOCK, under="stock examples"), ids=" ".join)
def test_an_example_of_a_stock_figure_is_what_the_code_reckons(row):
    numbers = [int(cell) if cell else None for cell in row]
    on_hand, *promised = (number or 0 for number in numbers[:4])
    offset, fixed, percentage, minimum, listing_cap, global_cap = numbers[4:10]
    rules = ShopRules(offset or 0, fixed, percentage, minimum, listing_cap, global_cap)
    reckoned = reckon([Part("RUG", on_hand - sum(promised))], rules=rules, open_units=promised[0])
    assert [reckoned.shown, reckoned.told] == numbers[10:]
