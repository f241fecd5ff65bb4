"""The listings of the pretend Seller Central: the list with its next steps, and one listing with its form.

What the buttons do is in `actions`; the other pages are in `pages`.
"""

from itertools import islice
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central import inspect
from amazon_simulator.central.frame import button, card, chip, facts, join, link, page, table
from amazon_simulator.central.pages import SHOWN, search_form, stock_table
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import shelf
from amazon_simulator.world.refusal import unknown


def listings(desk: Desk, request: Request) -> Response:
    wanted = request.args.get("q", "").casefold()
    with desk.world.look() as memory:
        chosen = (
            each
            for each in reversed(memory.state.listings.values())
            if wanted in f"{each.sku} {each.asin}".casefold()
        )
        rows = [inspect.listing_row(memory, each) for each in islice(chosen, SHOWN)]
    shown = [
        (
            link(f"/central/listings/{quote(row['sku'], safe='')}", row["sku"]),
            row["title"],
            chip(row["status"]),
            f"{row['price'] or '-'} {row['currency'] or ''}",
            row["origin"] or "-",
            _next_step(row),
        )
        for row in rows
    ]
    heads = ("SKU", "Item", "State", "#Price", "Origin", "Next step")
    empty = "No listing here. Submit one through Amazon's listings API, then it appears after its delay."
    found = card("Listings", table(heads, shown, empty=empty))
    content = join((search_form("/central/listings", wanted), found))
    return page(desk, request, title="Listings", content=content)


def _next_step(row: dict[str, Any]) -> Markup | str:
    path = f"/central/listings/{quote(row['sku'], safe='')}"
    if row["status"] == "SUBMITTED":
        return button(f"{path}/appear", "Finish processing now", look="quiet")
    if row["is_converted"]:
        return "Linked"
    if row["is_hazmat"]:
        return link(path, "Fill in the hazmat form")
    return button(f"{path}/convert", "Change to Onsite FBA")


def listing(desk: Desk, request: Request, sku: str) -> Response:
    with desk.world.look() as memory:
        found = shelf.find(memory.state, "", sku)
        if found is None:
            raise unknown("SKU", sku)
        row = inspect.listing_row(memory, found)
        stock = [
            inspect.stock_row(place, sku, lines[sku])
            for place, lines in memory.state.stock.items()
            if sku in lines
        ]
    about = facts(
        (
            ("State", chip(row["status"])),
            ("ASIN", row["asin"]),
            ("Price", f"{row['price'] or 'none'} {row['currency'] or ''}"),
            ("Condition", row["condition"] or "none"),
            ("Country of origin", row["origin"] or "none"),
            ("Shipping template", row["template"] or "none"),
            ("Channel", ", ".join(each["fulfillment_channel_code"] for each in row["availability"])),
        )
    )
    image = Markup('<p><img class="item" src="/simulator/pictures/{}.png" alt=""></p>').format(row["asin"])
    content = join(
        (
            card(row["title"], join((image, about))),
            card("Onsite FBA", _conversion(row)),
            card("Issues", _issues(row)),
            card("Stock", stock_table(stock)),
        )
    )
    return page(desk, request, title=f"Listing {sku}", content=content)


def _conversion(row: dict[str, Any]) -> Markup:
    path = f"/central/listings/{quote(row['sku'], safe='')}"
    if row["is_converted"]:
        return Markup("<p>This listing is fulfilled by Amazon from your own location.</p>")
    if row["status"] == "SUBMITTED":
        return join(
            (
                Markup("<p>Amazon is still processing it.</p>"),
                button(f"{path}/appear", "Finish processing now"),
            )
        )
    if not row["is_hazmat"]:
        return button(f"{path}/convert", "Change to Onsite FBA")
    form = """<p>This item may be dangerous goods. Amazon asks for a form before it can be changed.</p>
<form class="row" method="post" action="{}/convert">
<label>UN number, or "none"<br><input name="un_number" required maxlength="20"></label>
<label>What is it?<br><input name="description" required maxlength="120" size="40"></label>
<button>Send the form and change to Onsite FBA</button></form>"""
    return Markup(form).format(path)


def _issues(row: dict[str, Any]) -> Markup:
    rows = [(chip(each["severity"]), each["code"], each["message"]) for each in row["issues"]]
    return table(("Severity", "Code", "Message"), rows, empty="Amazon has no issue with this listing.")
