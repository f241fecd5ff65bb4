"""Icons, drawn by us: 24 by 24, strokes only, in the colour of the text around them.

Rule: an icon never says something alone; the words stand beside it, so it is hidden from screen readers.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "home": "M4 11.5 12 5l8 6.5M6 10v9h12v-9M10 19v-5h4v5",
    "box": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8M8 6l8 4",
    "stock": "M4 20V9l8-5 8 5v11M8 20v-8h8v8M8 16h8",
    "sale": "M6 4h12v16l-3-2-3 2-3-2-3 2zM9 9h6M9 13h6",
    "lorry": "M3 6h11v10H3zM14 10h4l3 3v3h-7M7 19a2 2 0 100-4 2 2 0 000 4zM17 19a2 2 0 100-4 2 2 0 000 4z",
    "link": "M10 14a4 4 0 010-5.7l2.3-2.3a4 4 0 016 6l-1.20 1M14 10a4 4 0 010 5.7l-2.30 2.3A4 4 0 016 12.3",
    "inbox": "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5",
    "people": "M9 11a3 3 0 100-6 3 3 0 000 6zM3.5 19a5.5 5.5 0 0111 0M16 11a2 2 0 100-5M17 14a5 5 0 013 5",
    "search": "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20",
    "plus": "M12 5v14M5 12h14",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "note": "M12 8v5M12 16.5v.01M12 3.5l9 16H3z",
    "stop": "M8 3.5h8L20.5 8v8L16 20.5H8L3.5 16V8zM8.5 8.5l7 7M15.5 8.5l-7 7",
    "clock": "M12 20.5a8.5 8.5 0 100-17 8.5 8.5 0 000 17zM12 7v5l3.5 2",
    "printer": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "scan": "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M11 8v8M14 8v8M16.5 8v8",
    "label": "M4 5h9l7 7-7 7-9 0zM8 10v.01M8 14v.01",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "down": "M7 10l5 5 5-5",
    "right": "M10 7l5 5-5 5",
    "left": "M14 7l-5 5 5 5",
    "out": "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
    "theme": "M12 20.5a8.5 8.5 0 100-17 8.5 8.5 0 000 17zM12 3.5v17M12 8h5.5M12 12h8.5M12 16h5.5",
    "file": "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 16h6",
    "download": "M12 4v11M7.5 10.5L12 15l4.5-4.5M5 20h14",
    "upload": "M12 15V4M7.5 8.5L12 4l4.5 4.5M5 20h14",
    "bell": "M6 16V11a6 6 0 0112 0v5l1.5 2h-15zM10 20.5h4",
    "pulse": "M3 12h4l3-7 4 14 3-7h4",
    "gear": "M12 15a3 3 0 100-6 3 3 0 000 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1"
    " 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
    "bench": "M3 10h18M5 10v9M19 10v9M8 10V5h8v5M11 7.5h2",
    "why": "M12 20.5a8.5 8.5 0 100-17 8.5 8.5 0 000 17zM9.7 9.5a2.4 2.4 0 114 1.8c-1 .7-1.7 1.2-1.7 2.4"
    "M12 16.7v.01",
    "swap": "M4 9h14l-3.5-3.5M20 15H6l3.5 3.5",
    "bin": "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
}


def icon_svg(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        mark_safe(_PATHS[name]),  # our own constants, above
    )


def mark_svg() -> SafeString:
    """The mark: a loading bay with a box on its way out."""
    return mark_safe(
        '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<rect class="mark-ground" width="32" height="32" rx="7"/>'
        '<path class="mark-bay" d="M7 25V12.5l9-5.5 9 5.5V25"/>'
        '<path class="mark-box" d="M11.5 16.5h9V25h-9zM14.5 16.5v3h3v-3"/></svg>'
    )
