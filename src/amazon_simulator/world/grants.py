"""A seller grants a program access: a code that lives five minutes, once exchanged for a refresh token.

Amazon's "Website Authorization Workflow" gives the steps and the five minutes; what must match, and that a
code works once, is RFC 6749 (4.1.2, 4.1.3). Codes and tokens come from the seed and a running number.
"""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_commands import GrantAccess, RedeemCode
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.state import Application, Consent

MINUTES = 5
LOCAL = ("127.0.0.1", "localhost", "::1")


def grant(memory: Memory, command: GrantAccess, *, now: datetime) -> Consent:
    application, redirect_uri = asked(memory, command.client_id, command.redirect_uri)
    if command.seller_id not in memory.state.sellers:
        raise unknown("seller", command.seller_id)
    consent = Consent(
        code=_secret(memory, "code", application),
        seller_id=command.seller_id,
        redirect_uri=redirect_uri,
        is_uri_named=bool(command.redirect_uri),
        ends=now + timedelta(minutes=MINUTES),
    )
    application.consents[consent.code] = consent
    return consent


def asked(memory: Memory, client_id: str, named: str) -> tuple[Application, str]:
    """The program that wants in, and where the seller's browser would go: as named, or its first address."""
    application = _application(memory, client_id)
    if not application.redirect_uris:
        raise not_now(f"The application {client_id} has no redirect URI: register one first.")
    if named and named not in application.redirect_uris:
        raise invalid(f"'{named}' is not a redirect URI that {client_id} registered.")
    return application, named or application.redirect_uris[0]


def address(consent: Consent, *, state: str) -> str:
    """Where the seller's browser is sent then."""
    said = {"state": state} if state else {}
    said |= {"selling_partner_id": consent.seller_id, "spapi_oauth_code": consent.code}
    joint = "&" if urlsplit(consent.redirect_uri).query else "?"
    return f"{consent.redirect_uri}{joint}{urlencode(said)}"


def redeem(memory: Memory, command: RedeemCode, *, now: datetime) -> str:
    """The refresh token for a code; every reason not to give one is a refusal that names the code."""
    application = _application(memory, command.client_id)
    consent = application.consents.get(command.code)
    if consent is None:
        raise not_now("The code is not one that this application was given.")
    if consent.is_used:
        raise not_now("The code was exchanged already.")
    if consent.ends <= now:
        raise not_now(f"The code has expired: it lives for {MINUTES} minutes.")
    if command.redirect_uri != consent.redirect_uri and (command.redirect_uri or consent.is_uri_named):
        raise not_now("The redirect_uri is not the one that the code was sent to.")
    consent.is_used = True
    token = "Atzr|" + _secret(memory, "refresh token", application)
    application.refresh_tokens[token] = consent.seller_id
    return token


def redirects(uris: list[str]) -> list[str]:
    """These addresses, if a program may register them: https, or this machine itself."""
    for uri in uris:
        if not _is_safe(uri):
            raise invalid(
                f"'{uri}' is no redirect URI: give an https address, or http on this machine, without #."
            )
    return uris


def _is_safe(uri: str) -> bool:
    """It stands in headers later, so nothing in it may end or extend one."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    is_kept = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    is_plain = uri.isprintable() and not set(uri) & set(" ;,\\\"'<>")
    return is_kept and is_plain and bool(parts.hostname) and not parts.fragment


def _application(memory: Memory, client_id: str) -> Application:
    application = memory.state.applications.get(client_id)
    if application is None:
        raise unknown("application", client_id)
    return application


def _secret(memory: Memory, kind: str, application: Application) -> str:
    memory.state.counters.consent += 1
    number = memory.state.counters.consent
    content = f"{kind}:{memory.state.seed}:{application.client_id}:{number}"
    return hashlib.sha256(content.encode()).hexdigest()[:40]
