"""Selling accounts and registered programs: more of them, and the rotation of a program's secret.

What changes about one that is there is in `settings`. The rule: a seller's marketplaces are of one region.
"""

import hashlib
from datetime import datetime, timedelta

from amazon_simulator.world import grants
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_commands import OpenSeller, RegisterApplication, RotateSecret
from amazon_simulator.world.refusal import invalid, repeated, unknown
from amazon_simulator.world.state import Application, Seller

OLD_SECRET_DAYS = 7


def open_seller(memory: Memory, command: OpenSeller, *, now: datetime) -> Seller:
    if command.seller_id in memory.state.sellers:
        raise repeated(f"The seller {command.seller_id} is there already.")
    if not command.seller_id or not command.marketplaces:
        raise invalid("A seller has an id and takes part in at least one marketplace.")
    for market in command.marketplaces:
        if market not in MARKETPLACES:
            raise unknown("marketplace", market)
        if MARKETPLACES[market].region != command.region:
            raise invalid(f"The marketplace {market} is not in the region {command.region}.")
    seller = Seller(
        id=command.seller_id, name=command.name, region=command.region, marketplaces=command.marketplaces
    )
    memory.state.sellers[seller.id] = seller
    return seller


def register(memory: Memory, command: RegisterApplication, *, now: datetime) -> Application:
    if command.client_id in memory.state.applications:
        raise repeated(f"The application {command.client_id} is there already.")
    for seller_id in command.authorise.values():
        if seller_id not in memory.state.sellers:
            raise unknown("seller", seller_id)
    application = Application(
        client_id=command.client_id,
        client_secret=command.client_secret,
        roles=command.roles,
        refresh_tokens=dict(command.authorise),
        grantless_scopes=command.grantless_scopes,
        redirect_uris=grants.redirects(command.redirect_uris),
    )
    memory.state.applications[application.client_id] = application
    return application


def rotate_secret(memory: Memory, command: RotateSecret, *, now: datetime) -> Application:
    """A new secret at once; the old one is good for seven days more."""
    application = memory.state.applications.get(command.client_id)
    if application is None:
        raise unknown("application", command.client_id)
    old = application.client_secret
    application.old_secrets = {
        secret: until for secret, until in application.old_secrets.items() if until > now
    }
    application.old_secrets[old] = now + timedelta(days=OLD_SECRET_DAYS)
    content = f"{memory.state.seed}:{command.client_id}:{old}:{now.timestamp()}"
    application.client_secret = "amzn1.oa2-cs.v1." + hashlib.sha256(content.encode()).hexdigest()
    return application
