"""Who may call: Login with Amazon, access tokens, roles, regions, the allow-list.

An access token carries its own content and a signature, so that a restart forgets nobody. Amazon's 403
always has the same message; the details name the cause.
"""

import base64
import hashlib
import hmac

import msgspec

from amazon_simulator.http.answers import Answer, ApiError, forbidden, ok
from amazon_simulator.http.call import Call, Caller
from amazon_simulator.world.order_commands import RedeemCode
from amazon_simulator.world.refusal import Refused
from amazon_simulator.world.state import Application

TOKEN_SECONDS = 3600
PREFIX = "Atza|"
RESTRICTED_PREFIX = "Atz.sprdt|"
SCOPES = ("sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation")


class Resource(msgspec.Struct, frozen=True):
    """A restricted resource: its path may hold {orderId} for any; `elements` are kinds of personal data."""

    method: str
    path: str
    elements: list[str]

    def covers(self, method: str, path: str) -> bool:
        own, asked = self.path.split("/"), path.split("/")
        return (
            method == self.method
            and len(own) == len(asked)
            and all(mine in (theirs, "{orderId}") for mine, theirs in zip(own, asked, strict=True))
        )


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What stands inside an access token; with resources it is a restricted data token."""

    client_id: str
    refresh_token: str = ""
    seller_id: str = ""
    scope: str = ""
    ends: float = 0.0
    resources: list[Resource] = msgspec.field(default_factory=list)


class LwaError(Exception):
    """Login with Amazon says no in its own form."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description

    def answer(self) -> Answer:
        return ok({"error": self.error, "error_description": self.description}, status=self.status)


def sign(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()[:32]


def _seal(secret: str, grant: Grant) -> str:
    content = base64.urlsafe_b64encode(msgspec.json.encode(grant))
    prefix = RESTRICTED_PREFIX if grant.resources else PREFIX
    return f"{prefix}{content.decode()}.{sign(secret, content)}"


def _open(secret: str, token: str) -> Grant | None:
    content, _, signature = token.removeprefix(PREFIX).removeprefix(RESTRICTED_PREFIX).rpartition(".")
    if not hmac.compare_digest(sign(secret, content.encode()).encode(), signature.encode()):
        return None
    return msgspec.json.decode(base64.urlsafe_b64decode(content), type=Grant)


def token(call: Call) -> Answer:
    """POST /auth/o2/token."""
    form = call.request.form
    application = _application(call, form.get("client_id", ""), form.get("client_secret", ""))
    grant_type = form.get("grant_type", "")
    if grant_type == "refresh_token":
        refresh_token = form.get("refresh_token", "")
        if refresh_token not in application.refresh_tokens:
            raise LwaError(400, "invalid_grant", "The request has an invalid grant parameter: refresh_token.")
        seller_id = application.refresh_tokens[refresh_token]
        return _issue(call, application, seller_id=seller_id, refresh_token=refresh_token)
    if grant_type == "authorization_code":
        return _exchange(call, application)
    if grant_type == "client_credentials":
        scope = form.get("scope", "")
        if scope not in SCOPES:
            raise LwaError(400, "invalid_scope", f"The requested scope is not valid: {scope}")
        if scope not in application.grantless_scopes:
            raise LwaError(400, "unauthorized_client", f"The client may not ask for the scope {scope}")
        return _issue(call, application, scope=scope)
    raise LwaError(400, "unsupported_grant_type", f"The grant type is not supported: {grant_type}")


def _exchange(call: Call, application: Application) -> Answer:
    """A code for a refresh token; RFC 6749 (5.2) says `invalid_grant` to every code that is not good."""
    form = call.request.form
    code = form.get("code", "")
    if not code:
        raise LwaError(400, "invalid_request", "The request is missing a required parameter: code")
    command = RedeemCode(
        client_id=application.client_id, code=code, redirect_uri=form.get("redirect_uri", "")
    )
    try:
        refresh_token = call.desk.world.do(command)
    except Refused as refusal:
        raise LwaError(400, "invalid_grant", refusal.text) from None
    seller_id = application.refresh_tokens[refresh_token]
    return _issue(call, application, seller_id=seller_id, refresh_token=refresh_token)


def _application(call: Call, client_id: str, client_secret: str) -> Application:
    if not client_id or not client_secret:
        raise LwaError(400, "invalid_request", "The request is missing client_id or client_secret")
    application = call.desk.world.state.applications.get(client_id)
    if application is None or not _is_secret(call, application, client_secret):
        raise LwaError(401, "invalid_client", "Client authentication failed")
    return application


def _is_secret(call: Call, application: Application, sent: str) -> bool:
    """The present one, or an older one that was rotated away and is still good."""
    now = call.desk.world.now()
    good = [application.client_secret]
    good += [secret for secret, until in application.old_secrets.items() if until > now]
    return any(hmac.compare_digest(each.encode(), sent.encode()) for each in good)


def _issue(
    call: Call, application: Application, *, seller_id: str = "", refresh_token: str = "", scope: str = ""
) -> Answer:
    grant = Grant(
        client_id=application.client_id,
        refresh_token=refresh_token,
        seller_id=seller_id,
        scope=scope,
        ends=call.desk.world.now().timestamp() + TOKEN_SECONDS,
    )
    answer = {
        "access_token": _seal(call.desk.secret, grant),
        "token_type": "bearer",
        "expires_in": TOKEN_SECONDS,
    }
    if refresh_token:
        answer["refresh_token"] = refresh_token
    return ok(answer)


def restricted(call: Call, resources: list[Resource]) -> str:
    """A restricted data token of the caller's, good for these resources from now."""
    grant = Grant(
        client_id=call.caller.client_id,
        seller_id=call.caller.seller_id,
        ends=call.desk.world.now().timestamp() + TOKEN_SECONDS,
        resources=resources,
    )
    return _seal(call.desk.secret, grant)


def admit(call: Call) -> Caller:
    """The caller behind the access token, if this operation is open to it."""
    grant = _grant(call)
    application = call.desk.world.state.applications.get(grant.client_id)
    if application is None or not _is_granted(application, grant):
        raise forbidden("The seller has revoked the authorization of this application.")
    if grant.scope != call.operation.scope:
        raise forbidden(_scope_trouble(call, grant))
    caller = Caller(
        client_id=grant.client_id,
        seller_id=grant.seller_id,
        roles=frozenset(application.roles),
        elements=_elements(call, grant),
    )
    if not grant.scope:
        _check_rights(call, caller)
    return caller


def _grant(call: Call) -> Grant:
    """What stands in the token that was sent, if it is one of ours and still good."""
    sent = call.request.headers.get("x-amz-access-token", "")
    if not sent:
        raise _unknown("The access token is missing.")
    grant = _open(call.desk.secret, sent)
    if grant is None:
        raise _unknown("The access token is malformed.")
    if grant.ends <= call.desk.world.now().timestamp():
        raise forbidden("The access token you provided has expired.")
    return grant


def _unknown(details: str) -> ApiError:
    return ApiError(401, "Unauthorized", "Access to requested resource is denied.", details=details)


def _is_granted(application: Application, grant: Grant) -> bool:
    if grant.scope:
        return grant.scope in application.grantless_scopes
    if grant.resources:
        return grant.seller_id in application.refresh_tokens.values()
    return application.refresh_tokens.get(grant.refresh_token) == grant.seller_id


def _scope_trouble(call: Call, grant: Grant) -> str:
    if grant.scope:
        return f"A grantless token (scope {grant.scope}) does not open {call.operation.name}."
    return f"{call.operation.name} needs a grantless token with the scope {call.operation.scope}."


def _elements(call: Call, grant: Grant) -> frozenset[str]:
    """The personal data that a restricted token opens here; elsewhere it opens nothing at all."""
    if not grant.resources:
        return frozenset()
    found = [each for each in grant.resources if each.covers(call.request.method, call.request.path)]
    if not found:
        raise forbidden("The restricted data token was not made for this resource.")
    return frozenset(element for each in found for element in each.elements)


def _check_rights(call: Call, caller: Caller) -> None:
    if call.operation.is_sandbox_only and call.endpoint.is_sandbox is False:
        raise ApiError(404, "NotFound", f"{call.operation.name} exists in the sandbox only.")
    seller = call.desk.world.state.sellers[caller.seller_id]
    region = call.endpoint.region
    if region != seller.region:
        raise forbidden(f"The seller belongs to the region {seller.region}, not to {region}.")
    role = call.operation.role
    if role and role not in caller.roles:
        raise forbidden(f"The application is missing the role '{role}' that {call.operation.name} needs.")
    if seller.is_suspended:
        raise forbidden("The selling account is suspended.")
    if call.operation.is_external_fulfillment and not seller.may_use_external_fulfillment:
        raise forbidden("The merchant is not on the allow-list of External Fulfillment.")
