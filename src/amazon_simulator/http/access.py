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
from amazon_simulator.world.state import Application

TOKEN_SECONDS = 3600
PREFIX = "Atza|"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What stands inside an access token."""

    client_id: str
    refresh_token: str = ""
    seller_id: str = ""
    scope: str = ""
    ends: float = 0.0


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
    return f"{PREFIX}{content.decode()}.{sign(secret, content)}"


def _open(secret: str, token: str) -> Grant | None:
    content, _, signature = token.removeprefix(PREFIX).rpartition(".")
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
    if grant_type == "client_credentials":
        scope = form.get("scope", "")
        if scope not in application.grantless_scopes:
            raise LwaError(400, "invalid_scope", f"The requested scope is not valid: {scope}")
        return _issue(call, application, scope=scope)
    raise LwaError(400, "unsupported_grant_type", f"The grant type is not supported: {grant_type}")


def _application(call: Call, client_id: str, client_secret: str) -> Application:
    application = call.desk.world.state.applications.get(client_id)
    if application is None or not hmac.compare_digest(
        application.client_secret.encode(), client_secret.encode()
    ):
        raise LwaError(401, "invalid_client", "Client authentication failed")
    return application


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


def reissue(call: Call) -> str:
    """A token for the same caller, good from now."""
    sent = _open(call.desk.secret, call.request.headers["x-amz-access-token"])
    assert sent is not None
    grant = msgspec.structs.replace(sent, ends=call.desk.world.now().timestamp() + TOKEN_SECONDS)
    return _seal(call.desk.secret, grant)


def admit(call: Call) -> Caller:
    """The caller behind the access token, if this operation is open to it."""
    sent = call.request.headers.get("x-amz-access-token", "")
    if not sent:
        raise ApiError(
            401,
            "Unauthorized",
            "Access to requested resource is denied.",
            details="The access token is missing.",
        )
    grant = _open(call.desk.secret, sent)
    if grant is None:
        raise ApiError(
            401,
            "Unauthorized",
            "Access to requested resource is denied.",
            details="The access token is malformed.",
        )
    if grant.ends <= call.desk.world.now().timestamp():
        raise forbidden("The access token you provided has expired.")
    state = call.desk.world.state
    application = state.applications.get(grant.client_id)
    if application is None or application.refresh_tokens.get(grant.refresh_token) != grant.seller_id:
        raise forbidden("The seller has revoked the authorization of this application.")
    caller = Caller(client_id=grant.client_id, seller_id=grant.seller_id, roles=frozenset(application.roles))
    _check_rights(call, caller)
    return caller


def _check_rights(call: Call, caller: Caller) -> None:
    seller = call.desk.world.state.sellers[caller.seller_id]
    if call.region != seller.region:
        raise forbidden(f"The seller belongs to the region {seller.region}, not to {call.region}.")
    role = call.operation.role
    if role and role not in caller.roles:
        raise forbidden(f"The application is missing the role '{role}' that this operation needs.")
    if seller.is_suspended:
        raise forbidden("The selling account is suspended.")
    if call.operation.is_external_fulfillment and not seller.may_use_external_fulfillment:
        raise forbidden("The merchant is not on the allow-list of External Fulfillment.")
