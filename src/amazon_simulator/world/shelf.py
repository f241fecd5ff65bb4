"""Where listings stand: one place per seller and SKU, because two sellers may both sell a "MUG-1".

The rule: nobody else spells the key of `State.listings`. Who names no seller means the first one.
"""

from collections.abc import Iterator

from amazon_simulator.world.state import Listing, State


def key(seller_id: str, sku: str) -> str:
    return f"{seller_id}/{sku}"


def first_seller(state: State) -> str:
    return next(iter(state.sellers))


def find(state: State, seller_id: str, sku: str) -> Listing | None:
    return state.listings.get(key(seller_id or first_seller(state), sku))


def put(state: State, listing: Listing) -> None:
    state.listings[key(listing.seller_id, listing.sku)] = listing


def remove(state: State, listing: Listing) -> None:
    del state.listings[key(listing.seller_id, listing.sku)]


def of(state: State, seller_id: str) -> Iterator[Listing]:
    """All of one seller's, in the order in which they came."""
    return (each for each in state.listings.values() if each.seller_id == seller_id)


def put_right(state: State) -> None:
    """States kept by earlier versions spelt the SKU alone."""
    if any(spelt != key(each.seller_id, each.sku) for spelt, each in state.listings.items()):
        state.listings = {key(each.seller_id, each.sku): each for each in state.listings.values()}
