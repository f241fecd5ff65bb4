"""From what came back to one of the four kinds of trouble. Pure: a call, an answer, a verdict.

Its rule: the status decides, the words only name the fault; an error that Amazon's own voice did not speak
(a gateway's web page) says nothing about the thing asked for: a read is tried again, a write is unclear.
"""

from __future__ import annotations

from loadbay.amazon.calls import Answer, Call, Effect
from loadbay.amazon.wire.complaints import Complaint, complaints, sign_in_complaint
from loadbay.core.errors import Conflict, Misconfigured, Rejected, Retryable, Trouble, Unclear

_CURES = {
    "secret": "Enter the client id and secret of the application again.",
    "refresh_token": "Authorise the application again in Seller Central and enter the new refresh token.",
    "region": "Check the connection's region: a seller account belongs to exactly one.",
    "role": "Give the application the role for this in the developer console, then authorise it again.",
    "allow_list": "Ask the Amazon account manager to allow-list the merchant and location for SmartConnect.",
    "marketplace": "Check that the seller takes part in this marketplace.",
    "endpoint": "Check the connection's endpoint address.",
    "suspended": "See Account Health in Seller Central.",
}
# Words in a 403 that name the fault, the most telling first.
_FAULT_WORDS = (
    ("suspended", "suspended"),
    ("region", "region"),
    ("endpoint", "region"),
    ("role", "role"),
    ("allow list", "allow_list"),
    ("allow-list", "allow_list"),
    ("allowlist", "allow_list"),
    ("onboard", "allow_list"),
    ("location", "allow_list"),
    ("sc_00005", "allow_list"),
    ("marketplace", "marketplace"),
    ("revoked", "refresh_token"),
    ("malformed", "refresh_token"),
    ("token", "refresh_token"),
    ("grant", "refresh_token"),
)
_SIGN_IN_FAULTS = {
    "invalid_client": "secret",
    "invalid_request": "secret",
    "invalid_grant": "refresh_token",
    "unauthorized_client": "refresh_token",
    "invalid_scope": "role",
    "access_denied": "role",
}


class NotAmazonsVoice(Retryable):
    """A read was answered at once and whole, but not in a way that Amazon documents."""


def judge(call: Call, answer: Answer) -> Trouble | None:
    """The trouble in an answer, or None for a success. Throttling (429) is `throttled`'s."""
    if answer.is_success:
        return None
    if answer.status >= 500 or answer.status < 400:
        return doubtful(call, f"Amazon answered {answer.status} to {call.operation}")
    spoken = complaints(answer.body)
    if not spoken:
        return strange(call, f"{call.operation} was answered {answer.status}, but not as Amazon does")
    if answer.status in {401, 403}:
        return misconfigured(call, spoken)
    words = "; ".join(complaint.words for complaint in spoken)[:500]
    if answer.status in {409, 422}:
        return Conflict(
            f"Amazon declined {call.operation} in the present state: {words}", reason=str(answer.status)
        )
    return Rejected(f"Amazon declined {call.operation}: {words}", reason=str(answer.status))


def doubtful(call: Call, sentence: str) -> Trouble:
    """No usable answer after the request was sent: a read is repeated, a write must be looked after."""
    if call.effect is Effect.WRITE:
        return Unclear(f"It is not known whether {call.operation} happened: {sentence}.")
    return Retryable(f"Amazon could not be read: {sentence}. It is tried again.")


def strange(call: Call, sentence: str) -> Trouble:
    """As `doubtful`, where an answer came that is none of Amazon's."""
    trouble = doubtful(call, sentence)
    return NotAmazonsVoice(trouble.sentence) if isinstance(trouble, Retryable) else trouble


def misconfigured(call: Call, spoken: tuple[Complaint, ...]) -> Misconfigured:
    words = "; ".join(complaint.words for complaint in spoken)[:500]
    fault = _fault(" ".join(f"{c.code} {c.message} {c.details}" for c in spoken).casefold())
    return Misconfigured(f"Amazon refused {call.operation}: {words}. {_CURES[fault]}", fault=fault)


def speaks_of_expiry(answer: Answer) -> bool:
    """Whether a refused token only needs renewing: any 401, or a 403 that says it has expired."""
    if answer.status == 401:
        return True
    words = " ".join(f"{c.message} {c.details}" for c in complaints(answer.body)).casefold()
    return answer.status == 403 and "expired" in words


def sign_in_trouble(answer: Answer) -> Trouble:
    """What kept Login with Amazon from giving a token. Nothing was changed by asking."""
    complaint = sign_in_complaint(answer.body)
    if answer.status >= 500 or answer.status == 429 or complaint is None:
        return Retryable(
            f"Amazon's sign-in answered {answer.status} without a token. It is tried again; if it lasts,"
            " check the connection's token endpoint."
        )
    fault = _SIGN_IN_FAULTS.get(complaint.code, "secret")
    words = complaint.words.rstrip(".")
    return Misconfigured(f"Amazon's sign-in refused: {words}. {_CURES[fault]}", fault=fault)


def _fault(words: str) -> str:
    return next((fault for word, fault in _FAULT_WORDS if word in words), "role")
