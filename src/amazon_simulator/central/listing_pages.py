"""The listings of the pretend Seller Central: the list with its next steps, and one listing with its form.

What the buttons do is in `actions`; the other pages are in `pages`.
"""

from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central import inspect
from amazon_simulator.central.frame import button, card, chip, facts, join, link, page, select, table
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
            f"{_price(row)} {row['currency'] or ''}",
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


def _price(row: dict[str, Any]) -> str:
    return f"{Decimal(row['price']):.2f}" if row["price"] else "none"


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
        templates = [each.name for each in memory.state.sellers[found.seller_id].templates]
        stock = [
            inspect.stock_row(place, sku, lines[sku])
            for place, lines in memory.state.stock.items()
            if sku in lines
        ]
    about = facts(
        (
            ("State", chip(row["status"])),
            ("ASIN", row["asin"]),
            ("Price", f"{_price(row)} {row['currency'] or ''}"),
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
            card("Edit here in Seller Central", _edit(row, templates)),
            card("Old Seller Flex platform", _old_platform(row)),
            card("Issues", _issues(row)),
            card("Stock", stock_table(stock)),
        )
    )
    return page(desk, request, title=f"Listing {sku}", content=content)


def _conversion(row: dict[str, Any]) -> Markup:
    path = f"/central/listings/{quote(row['sku'], safe='')}"
    if row["is_converted"]:
        text = Markup("<p>This listing is fulfilled by Amazon from your own location.</p>")
        return join((text, button(f"{path}/revert", "Change back to merchant fulfilled", look="grave")))
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


def _edit(row: dict[str, Any], templates: list[str]) -> Markup:
    if not row["is_visible"]:
        return Markup('<p class="faint">Amazon does not show it yet.</p>')
    path = f"/central/listings/{quote(row['sku'], safe='')}"
    quantity = Markup("")
    if not row["is_converted"]:
        quantity = Markup(
            '<label>Quantity<br><input name="quantity" type="number" min="0" max="99999"></label>'
        )
    names = [("", "as it is"), *((name, name) for name in templates)]
    form = """<form class="row" method="post" action="{0}/edit">
<label>Price<br><input name="price" inputmode="decimal" size="7" value="{1}"></label>{2}{3}
<label>Country of origin<br><input name="origin" size="3" maxlength="2" value="{4}"></label>
<button class="quiet">Save</button></form>
<form class="row" method="post" action="{0}/suppress">
<label>Suppressed because<br><input name="reason" maxlength="120" size="40" value="{5}"></label>
<button class="quiet">Suppress, or lift it when empty</button></form>
<form class="row" method="post" action="{0}/remove">
<button class="grave">Delete the listing</button></form>"""
    template = select("template", "Shipping template", names)
    return Markup(form).format(
        path,
        _price(row) if row["price"] else "",
        quantity,
        template,
        row["origin"] or "",
        row["suppression"] or "",
    )


def _old_platform(row: dict[str, Any]) -> Markup:
    path = f"/central/listings/{quote(row['sku'], safe='')}/old-platform"
    stands = row["old_platform"]
    text = "It is not there, as it should be." if stands is None else f"It stands there with {stands} units."
    form = """<p>{}</p><form class="row" method="post" action="{}">
<label>Units there<br><input name="quantity" type="number" min="0" max="99999" value="{}"></label>
<button class="quiet">Set</button>{}</form>"""
    off = Markup('<button class="quiet" name="off" value="1">Take it off</button>')
    return Markup(form).format(text, path, stands or 0, Markup("") if stands is None else off)


def _issues(row: dict[str, Any]) -> Markup:
    rows = [(chip(each["severity"]), each["code"], each["message"]) for each in row["issues"]]
    return table(("Severity", "Code", "Message"), rows, empty="Amazon has no issue with this listing.")
