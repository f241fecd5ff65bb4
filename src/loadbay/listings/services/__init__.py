"""Everything that changes listings, one transaction each: editing them, their life, what is to be told.

Nothing here talks to the outside; `senders/` does, and records the answers through these.
"""

from loadbay.listings.services.delisting import may_be_delisted, want_delisting
from loadbay.listings.services.editing import (
    AsinCheck,
    WantedListing,
    add_listing,
    asin_check_as_json,
    fields_of,
    readiness_of,
    update_listing,
    want_submission,
)
from loadbay.listings.services.life import (
    confirm_linked,
    record_link_check,
    record_seen,
    record_submission,
    seen_in_shipments,
)
from loadbay.listings.services.marking import mark_prices_dirty, mark_stock_dirty
from loadbay.listings.services.new_day import mark_new_day
from loadbay.listings.services.places import give_up_places
from loadbay.listings.services.stock_caps import set_stock_cap, try_stock_cap
from loadbay.listings.services.templates import store_templates

__all__ = [
    "AsinCheck",
    "WantedListing",
    "add_listing",
    "asin_check_as_json",
    "confirm_linked",
    "fields_of",
    "give_up_places",
    "mark_new_day",
    "mark_prices_dirty",
    "mark_stock_dirty",
    "may_be_delisted",
    "readiness_of",
    "record_link_check",
    "record_seen",
    "record_submission",
    "seen_in_shipments",
    "set_stock_cap",
    "store_templates",
    "try_stock_cap",
    "update_listing",
    "want_delisting",
    "want_submission",
]
