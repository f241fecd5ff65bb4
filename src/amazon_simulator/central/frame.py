"""The frame of every Seller Central page, and the few pieces they are built of; all text is escaped here.

`markupsafe` does the escaping: a piece is `Markup`, everything else is text. No script, one style sheet.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from amazon_simulator.http.desk import Desk
from amazon_simulator.world.clock import iso

MENU = (
    ("/central", "Overview"),
    ("/central/listings", "Listings"),
    ("/central/orders", "Orders"),
    ("/central/shipments", "Shipments"),
    ("/central/returns", "Returns"),
    ("/central/stock", "Stock"),
    ("/central/calls", "Calls"),
    ("/central/trouble", "Trouble"),
    ("/central/settings", "Settings"),
)
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'"
SHORT = 20
_NUMBER = Markup(' class="number"')
_PAGE = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Seller Central (simulated)</title>
<link rel="stylesheet" href="/central/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top"><div>
<strong>Seller Central</strong> <small>simulated · {seller} · {now}</small>
<nav aria-label="Main">{menu}</nav>
</div></header>
<main id="content">
<h1>{title}</h1>
{said}{content}
</main>
</body>
</html>
"""
)


def page(desk: Desk, request: Request, *, title: str, content: Markup, leads_to: str = "") -> Response:
    """`leads_to` is the one other site that a form of the page may end at."""
    here = request.path.rstrip("/") or "/central"
    said = ""
    if request.args.get("said"):
        tone = "bad" if request.args.get("tone") == "bad" else "good"
        said = Markup('<p class="said {}" role="status">{}</p>').format(tone, request.args["said"])
    seller = next(iter(desk.world.state.sellers.values()))
    html = _PAGE.format(
        title=title,
        seller=f"{seller.name} ({seller.id})",
        now=iso(desk.world.now())[:16].replace("T", " ") + " UTC",
        menu=join(_menu_entry(here, path, name) for path, name in MENU),
        said=said,
        content=content,
    )
    return Response(
        html,
        content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _POLICY.format(leads_to)},
    )


def _menu_entry(here: str, path: str, name: str) -> Markup:
    is_here = here == path or (path != "/central" and here.startswith(path + "/"))
    current = Markup(' aria-current="page"') if is_here else ""
    return Markup('<a href="{}"{}>{}</a>').format(path, current, name)


def back(path: str, said: str, *, tone: str = "good") -> Response:
    """To a page, with one sentence about what was done."""
    return redirect(f"{path}?{urlencode({'said': said, 'tone': tone})}", code=303)


def join(pieces: Iterable[Markup]) -> Markup:
    return Markup("").join(pieces)


def card(title: str, content: Markup) -> Markup:
    return Markup('<section class="card"><h2>{}</h2>{}</section>').format(title, content)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> Markup:
    """A table; heads that begin with # are of numbers. Without rows, the sentence about what to do first."""
    if not rows:
        return Markup('<p class="faint">{}</p>').format(empty)
    kinds = [_NUMBER if head.startswith("#") else "" for head in heads]
    head = join(
        Markup('<th scope="col"{}>{}</th>').format(kind, name.lstrip("#"))
        for kind, name in zip(kinds, heads, strict=True)
    )
    body = join(
        Markup("<tr>{}</tr>").format(
            join(
                Markup("<td{}>{}</td>").format(kind or _short(cell), cell)
                for kind, cell in zip(kinds, row, strict=True)
            )
        )
        for row in rows
    )
    frame = (
        '<div class="scroll" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    )
    return Markup(frame).format(head, body)


def _short(cell: object) -> Markup | str:
    """A number of an order, a SKU, a time: not to be broken over two lines."""
    text = cell.striptags() if isinstance(cell, Markup) else str(cell)
    return Markup(' class="short"') if len(text) <= SHORT else ""


_TONES = {
    "SHIPPED": "good",
    "DELIVERED": "good",
    "ONSITE_FBA": "good",
    "SHIPLABEL_GENERATED": "good",
    "CANCELLED": "bad",
    "ERROR": "bad",
    "SUBMITTED": "wait",
    "MFN": "wait",
    "PENDING": "wait",
    "STANDS_STILL": "wait",
    "ACCEPTED": "wait",
    "CREATED": "wait",
    "PROCESSED": "good",
    "REJECTED": "bad",
    "UNDELIVERABLE": "bad",
    "LOST": "bad",
    "DAMAGED": "bad",
}
_WORDS = {
    "ONSITE_FBA": "Onsite FBA",
    "FBA": "Fulfilled by Amazon",
    "MFN": "Merchant fulfilled",
    "SUBMITTED": "Being processed",
}


def chip(status: str) -> Markup:
    words = _WORDS.get(status, status.replace("_", " ").capitalize())
    return Markup('<span class="chip {}">{}</span>').format(_TONES.get(status, ""), words)


def button(action: str, name: str, *, look: str = "") -> Markup:
    return Markup('<form method="post" action="{}"><button class="{}">{}</button></form>').format(
        action, look, name
    )


def button_with(action: str, text: str, *, name: str, value: str) -> Markup:
    """A button that says one thing."""
    form = '<form method="post" action="{}"><button class="quiet" name="{}" value="{}">{}</button></form>'
    return Markup(form).format(action, name, value, text)


def time(moment: datetime) -> str:
    return f"{moment:%d %b %H:%M:%S}"


def link(path: str, name: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(path, name)


def select(name: str, title: str, choices: Sequence[tuple[str, str]], *, chosen: str = "") -> Markup:
    options = join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", text
        )
        for value, text in choices
    )
    return Markup('<label>{}<br><select name="{}">{}</select></label>').format(title, name, options)


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    rows = join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in pairs)
    return Markup("<dl>{}</dl>").format(rows)
