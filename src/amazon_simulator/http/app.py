"""The WSGI application: finds the operation, then lets the call pass the layers one by one.

Order of the layers: record, access, usage plan, one write per shipment, fault and hold before the effect,
the effect, hold and fault after it. Paths outside Amazon's are the control API and the Seller Central page.
"""

from collections.abc import Iterable
from threading import Event
from time import perf_counter
from typing import Any

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.routes import CENTRAL_RULES
from amazon_simulator.http import access, endpoints, holds, plans, roughness
from amazon_simulator.http.answers import JSON, Answer, ApiError, refused
from amazon_simulator.http.call import Call
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import AFTER_EFFECT, Fault, FaultKind
from amazon_simulator.http.operations import OPERATIONS, Operation
from amazon_simulator.listener import CUT, HAS_LEFT
from amazon_simulator.world.refusal import Refused
from amazon_simulator.world.switches import Roughness

_WITH_LIMIT = (200, 201, 202, 204, 207, 400, 404)


# Made once: to compile it takes longer than hundreds of calls.
ADDRESSES = Map(
    [
        *(Rule(each.path, methods=[each.method], endpoint=each, merge_slashes=False) for each in OPERATIONS),
        *CENTRAL_RULES,
    ],
    strict_slashes=False,
    merge_slashes=False,
)


class Cut(Exception):
    """The connection ends here, without an answer."""


class Application:
    """Amazon, as a WSGI callable."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        endpoint_asked = endpoints.of(environ, own=self.desk.region)
        request = Request(environ)
        try:
            endpoint, path = ADDRESSES.bind_to_environ(environ).match()
        except HTTPException as error:
            text = f"There is nothing at {request.path} for {request.method}."
            lost = ApiError(error.code or 404, error.name.replace(" ", ""), text)
            answer = lost.answer()
            answer.headers.append(("x-amzn-RequestId", self.desk.new_request_id()))
            return _response(answer)(environ, start_response)
        if not isinstance(endpoint, Operation):
            response: Response = endpoint(self.desk, request, **path)
            return response(environ, start_response)
        call = Call(self.desk, request, endpoint, dict(path))
        call.endpoint = endpoint_asked
        try:
            answer = self._recorded(call)
        except Cut:
            return _cut(environ)
        return _response(answer)(environ, start_response)

    def _recorded(self, call: Call) -> Answer:
        started, moment = perf_counter(), self.desk.world.now()
        call.request_id = self.desk.new_request_id()
        status = 0
        try:
            answer = self._guarded(call)
            status = answer.status
        finally:
            request = call.request
            spent = (perf_counter() - started) * 1000
            self.desk.calls.note(
                (moment, call.operation.name, request.method, request.path, status, call.request_id, spent)
            )
        answer.headers.append(("x-amzn-RequestId", call.request_id))
        self._show_limit(call, answer)
        return answer

    def _guarded(self, call: Call) -> Answer:
        try:
            return self._admitted(call)
        except (ApiError, access.LwaError) as error:
            return error.answer()
        except Refused as refusal:
            return _refused(call, refusal)

    def _admitted(self, call: Call) -> Answer:
        if not call.operation.is_open:
            call.caller = access.admit(call)
            self._check_plan(call)
        with self.desk.busy.writing(call):
            fault = self.desk.faults.take(call.operation.name)
            if fault is not None and fault.kind not in AFTER_EFFECT:
                early = _before_effect(fault, call)
                if early is not None:
                    return early
            held = self.desk.holds.meant_for(call.operation.name)
            if holds.wait(held, "before") and _client_has_left(call.request):
                raise Cut
            answer = _roughened(call, _effect(call))
        holds.wait(held, "after")
        return answer if fault is None else _after_effect(fault, answer)

    def _rate(self, call: Call) -> tuple[float, float] | None:
        state, is_sandbox = self.desk.world.state, call.endpoint.is_sandbox
        factor = state.switches.shipment_burst_factor
        plan = plans.plan_of(call.operation.name, burst_factor=factor, is_sandbox=is_sandbox)
        return None if plan is None else (plan[0] * state.speed, plan[1])

    def _check_plan(self, call: Call) -> None:
        plan = self._rate(call) if self.desk.has_plans else None
        if plan is None:
            return
        stage = "sandbox " if call.endpoint.is_sandbox else ""
        key = (call.caller.client_id, call.caller.seller_id, stage + call.operation.name)
        if not self.desk.buckets.take(key, now=self.desk.world.now(), rate=plan[0], burst=plan[1]):
            raise _throttled()

    def _show_limit(self, call: Call, answer: Answer) -> None:
        plan = self._rate(call)
        if plan is None or answer.status not in _WITH_LIMIT:
            return
        rate = plan[0] if self.desk.has_plans else plans.UNLIMITED
        answer.headers.append(("x-amzn-RateLimit-Limit", plans.spell(rate)))


def _effect(call: Call) -> Answer:
    """What the operation does; a refusal is an answer too, so that a hold after it holds it as well."""
    try:
        return call.operation.handle(call)
    except (ApiError, access.LwaError) as error:
        return error.answer()
    except Refused as refusal:
        return _refused(call, refusal)


def _roughened(call: Call, answer: Answer) -> Answer:
    state = call.desk.world.state
    level = state.switches.roughness
    if level == Roughness.OFF or answer.status >= 300 or answer.content_type != JSON or not answer.body:
        return answer
    if roughness.is_meant(call.operation.name, call.operation.method):
        content = roughness.roughen(msgspec.json.decode(answer.body), level=level, seed=state.seed)
        answer.body = msgspec.json.encode(content)
    return answer


def _refused(call: Call, refusal: Refused) -> Answer:
    is_external = call.operation.is_external_fulfillment
    return refused(refusal, is_external_fulfillment=is_external).answer()


def _throttled() -> ApiError:
    return ApiError(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")


def _before_effect(fault: Fault, call: Call) -> Answer | None:
    if fault.kind == FaultKind.DELAY:
        Event().wait(fault.seconds)
        return None
    if fault.kind == FaultKind.CUT_BEFORE:
        raise Cut
    if fault.kind == FaultKind.TELLTALE:
        return _telltale(call).answer()
    answer: Answer = _FAULT_ANSWERS[fault.kind]()
    return answer


def _telltale(call: Call) -> ApiError:
    """A refusal whose words repeat what nobody should keep: the access token, a signed link, a buyer."""
    token = call.request.headers.get("x-amz-access-token", "")
    link = "https://labels.s3.amazonaws.com/label.png?X-Amz-Credential=demo&X-Amz-Signature=signed0by0nobody"
    words = "Value 'Wilhelmina Hartwell' at 'shipToAddress.name' failed to satisfy constraint."
    return ApiError(400, "InvalidInput", words, details=f"access_token={token} was used; see {link}")


_HTML = b"<html><head><title>503</title></head><body><h1>503 Service Unavailable</h1></body></html>"
_FAULT_ANSWERS: dict[str, Any] = {
    FaultKind.THROTTLED: lambda: _throttled().answer(),
    FaultKind.CONFLICT: lambda: ApiError(
        409, "ServerBusy", "A workflow for this resource is still running.", details="SC_10000"
    ).answer(),
    FaultKind.FAILURE: lambda: ApiError(500, "InternalFailure", "Internal failure.").answer(),
    FaultKind.UNAVAILABLE: lambda: ApiError(503, "ServiceUnavailable", "Temporary failure.").answer(),
    FaultKind.HTML_503: lambda: Answer(503, _HTML, content_type="text/html"),
    FaultKind.EMPTY_500: lambda: Answer(500, b""),
}


def _after_effect(fault: Fault, answer: Answer) -> Answer:
    if fault.kind == FaultKind.CUT_AFTER:
        raise Cut
    if fault.kind == FaultKind.TORN_JSON:
        torn = Answer(
            answer.status, answer.body[: len(answer.body) // 2] or b'{"', content_type=answer.content_type
        )
        torn.headers = answer.headers
        return torn
    return answer


def _response(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, headers=answer.headers)
    if answer.status == 204:
        response.headers.pop("Content-Type", None)
    else:
        response.headers["Content-Type"] = answer.content_type
    return response


def _client_has_left(request: Request) -> bool:
    """A call that was held before its effect never happens when its client was killed meanwhile."""
    has_left = request.environ.get(HAS_LEFT)
    return has_left is not None and has_left()


def _cut(environ: dict[str, Any]) -> Iterable[bytes]:
    """End the connection without an answer; where there is none (in tests), say so by an exception."""
    cut = environ.get(CUT)
    if cut is None:
        raise ConnectionAbortedError("The simulator was told to cut this connection.")
    cut()
    return []
