"""The one masking function: secrets and buyer data leave exchanges, logs and exports through here.

It works on decoded JSON by key, and on text by shape. Anything it does not know it leaves alone, so new
buyer fields of Amazon must be added to BUYER_KEYS (source: Orders 2026-01-01 and EF Shipments models).
"""

from __future__ import annotations

import re
from typing import Any

MASK = "•••"

# Keys are compared in small letters without _ and -, so that every spelling of them counts.
SECRET_KEYS = frozenset(
    "accesstoken refreshtoken clientsecret xamzaccesstoken authorization password restricteddatatoken"
    " spapioauthcode cookie setcookie secret otp".split()
)
BUYER_KEYS = frozenset(
    "buyername buyeremail buyercompanyname buyerpurchaseordernumber deliveryaddress shiptoaddress"
    " shippingaddress recipient buyer buyerinfo partyinfolist giftmessage deliverypreference taxregistrations"
    " phone phonenumber email addressline1 addressline2 addressline3 customizedurl acquirerid"
    " authorizationcode".split()
)
# A presigned link opens a label without any token, so it is as good as the label.
URL_KEYS = frozenset({"url", "mapurl"})
# In text, a link is known to open something by what its query holds.
_WORD = re.compile(r"[^\s\"'<>]+")
_OPENS = re.compile(r"signature|x-amz-|token", re.IGNORECASE)
# The name of a field in a sentence and its sign, `"buyerName": `, `phone=`, `\\"giftMessage\\":` in a text
# that is quoted itself; then its value, quoted or bare. What Amazon's validation says of one:
# `Value '…' at 'shipToAddress.name' failed`.
_NAME = re.compile(r"""(?<![\w-])(\\?["'])?([A-Za-z][\w-]{2,40})(?(1)\1)\s{0,3}([:=])\s{0,3}""")
_QUOTED = re.compile(r"""\\(["'])(?:(?!\\\1).)*(?:\\\1)?|(["'])(?:(?!\2)[^\\]|\\.)*(?:\2|$)""", re.DOTALL)
_ONE_WORD = re.compile(r"""[^\s,;&}\])"']{1,300}""")
_WORDS = re.compile(r"""[^,;&}\])"'\n]{1,300}""")
_DIGITS = re.compile(r"""[^\s,;&}\])"']{1,300}(?:[ \t]{1,3}[\d()+./-]{1,40}){0,9}""")
_PHONE_KEYS = frozenset({"phone", "phonenumber"})
_VALUE_AT = re.compile(r"""\b([Vv]alue) (["'])(.{1,300}?)\2 (at|of|for) (["'])([\w.\[\]-]{1,200})\5""")
# Every part is anchored or bounded: text from outside may be long and built to be slow to search.
_TEXT = re.compile(
    r"(Atz[ar](?:\||%7C)[\w.\-=+/%]+)|((?:refresh_token|client_secret|access_token)=[^&\s]+)"
    r"|((?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+)"
)


def mask(value: Any) -> Any:
    """A copy of decoded JSON in which every secret and all buyer data are masked."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: _masked_entry(str(key), entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask(entry) for entry in value]
    return value


def mask_text(text: str) -> str:
    """Text without tokens, secrets, signed links and e-mail addresses."""
    if "?" in text:
        text = _WORD.sub(lambda found: _unsigned(found.group()), text)
    if "'" in text or '"' in text or "=" in text:
        text = _VALUE_AT.sub(_without_value, _without_fields(text))
    if not ("@" in text or "=" in text or "Atz" in text):
        return text  # most texts: the search below would find nothing
    return _TEXT.sub(
        lambda found: found.group(2).split("=")[0] + "=" + MASK if found.group(2) else MASK, text
    )


def _bare(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "")


def _is_hidden(key: str) -> bool:
    bare = _bare(key)
    return bare in SECRET_KEYS or bare in BUYER_KEYS


def _without_fields(text: str) -> str:
    """Each hidden field's value masked; the value of any other is searched in its turn."""
    kept: list[str] = []
    done = at = 0
    while (name := _NAME.search(text, at)) is not None:
        at = name.end()
        value = _value_of(name, text) if _is_hidden(name.group(2)) else None
        if value is not None:
            kept += text[done : value.start()], MASK
            done = at = value.end()
    return "".join([*kept, text[done:]])


def _value_of(name: re.Match[str], text: str) -> re.Match[str] | None:
    """A bare value after a colon may be a sentence going on, so only quoted ones count there.

    A bare value of a buyer goes to the next sign that ends one, because names and streets have blanks; a
    telephone number to its last digit.
    """
    quote, key, sign = name.groups()
    quoted = _QUOTED.match(text, name.end())
    if quoted is not None:
        return quoted
    if sign == ":" and not quote:
        return None
    bare = _bare(key)
    is_masked = text.startswith(MASK, name.end())
    several = _DIGITS if bare in _PHONE_KEYS else _WORDS if bare in BUYER_KEYS else _ONE_WORD
    return (_ONE_WORD if is_masked else several).match(text, name.end())


def _without_value(found: re.Match[str]) -> str:
    word, quote, _, joint, mark, path = found.groups()
    hidden = any(_is_hidden(part) for part in re.split(r"[.\[\]]", path))
    return f"{word} {quote}{MASK}{quote} {joint} {mark}{path}{mark}" if hidden else found.group()


def _unsigned(word: str) -> str:
    address, asks, query = word.partition("?")
    return f"{address}?{MASK}" if asks and "://" in address and _OPENS.search(query) else word


def _masked_entry(key: str, entry: Any) -> Any:
    if _is_hidden(key):
        return None if entry is None else MASK
    if _bare(key) in URL_KEYS and isinstance(entry, str):
        return entry.split("?")[0] + ("?" + MASK if "?" in entry else "")
    return mask(entry)
