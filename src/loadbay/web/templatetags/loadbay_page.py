"""What our templates say often: icons, chips of a state, money, moments and counts in words.

Rule: showing only. Moments come in aware UTC and are shown in the shop's zone, with the exact one on hover.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from loadbay.core.money import Money
from loadbay.web.icons import icon_svg, mark_svg
from loadbay.web.office.fixes import Fix, Gap, fix_of, gap_of
from loadbay.web.office.setup_menu import SETUP
from loadbay.web.words import shown

register = template.Library()
LOCALE = "en_GB"
DASH = "–"


@register.simple_tag
def icon(name: str) -> SafeString:
    return icon_svg(name)


@register.simple_tag
def mark() -> SafeString:
    return mark_svg()


@register.simple_tag
def chip(kind: str, state: Any) -> SafeString:
    """A state as a coloured word; `state` is its code or an enum."""
    look = shown(kind, str(getattr(state, "value", state)))
    return format_html('<span class="chip chip-{}">{}</span>', look.tone, look.words)


@register.simple_tag
def querystring_of(**given: str) -> str:
    """These values as the query of an address."""
    return urlencode(given)


@register.inclusion_tag("office/setup_menu.html")
def setup_menu(code: str, tab: str) -> dict[str, Any]:
    """Related > Setup of a sales channel, with the page marked that is shown."""
    return {
        "entries": [
            {
                "words": page.words,
                "link": reverse(page.url, args=[code, page.page] if page.page else [code]),
                "is_here": page.key == tab,
            }
            for page in SETUP
        ]
    }


@register.filter
def fix(task: Any) -> Fix | None:
    """The button on a task, if its kind has one."""
    return fix_of(task.kind, task.subjects)


@register.filter
def gap(task: Any) -> Gap | None:
    """The combination that a task asks a line for, if it does."""
    return gap_of(task)


@register.filter
def words(state: Any, kind: str) -> str:
    return shown(kind, str(getattr(state, "value", state))).words


@register.filter
def money(value: Money | None) -> str:
    if value is None:
        return DASH
    return format_currency(value.amount, value.currency, locale=LOCALE)


@register.filter
def number(value: int | Decimal | None) -> str:
    return DASH if value is None else format_decimal(value, locale=LOCALE)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Today's moments as a time, others with their day; always the exact one behind it."""
    return _time_element(value, "d MMM, HH:mm")


@register.filter
def clock_time(value: datetime | None) -> SafeString | str:
    return _time_element(value, "HH:mm")


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_date(value, "EEE d MMM y", locale=LOCALE)


def _time_element(value: datetime | None, pattern: str) -> SafeString | str:
    if value is None:
        return DASH
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        format_datetime(local, "EEEE d MMMM y, HH:mm:ss zzzz", locale=LOCALE),
        format_datetime(local, pattern, locale=LOCALE),
    )


@register.simple_tag(takes_context=True)
def ago(context: template.Context, value: datetime | None) -> SafeString | str:
    """How long ago something was, against the page's own present."""
    if value is None:
        return DASH
    text = span_words((context["now"] - value).total_seconds())
    return format_html('<time datetime="{}">{} ago</time>', value.isoformat(), text)


@register.filter
def seconds_words(seconds: float | None) -> str:
    return DASH if seconds is None else span_words(seconds)


def span_words(seconds: float) -> str:
    """A length of time in the one or two units that matter."""
    left = max(0, int(seconds))
    for size, unit, smaller_size, smaller in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 0, ""),
    ):
        if left >= size:
            rest = left % size // smaller_size if smaller_size else 0
            return f"{left // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{left} s"


@register.filter
def items(count: int, noun: str) -> str:
    """`3|items:"field call"` → 3 field calls; `"entry,entries"` names the plural itself."""
    one, _, many = noun.partition(",")
    return f"{format_decimal(count, locale=LOCALE)} {one if count == 1 else many or one + 's'}"
