"""Identifiers that look like Amazon's, made from a seed and a running number, never twice the same.

Each is a one-to-one scramble of the number (a multiplication that shares no factor with the modulus).
"""

import hashlib
from functools import cache
from math import gcd
from uuid import UUID

_CONSONANTS = "BCDFGHJKLMNPQRSTVWXZbcdfghjkmnpqrstvwxz"
_PLAIN = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@cache
def _factor(size: int) -> int:
    """A large multiplier without a common factor with the size, near the golden section."""
    factor = int(size * 0.6180339887498949)
    while gcd(factor, size) != 1:
        factor += 1
    return factor


def _scramble(number: int, *, seed: int, size: int) -> int:
    return (number * _factor(size) + seed * 7_919 + 1_234_577) % size


def _spell(value: int, *, alphabet: str, length: int) -> str:
    letters = []
    for _ in range(length):
        value, digit = divmod(value, len(alphabet))
        letters.append(alphabet[digit])
    return "".join(letters)


def order_id(seed: int, number: int) -> str:
    """Amazon's order number, three, seven and seven digits."""
    digits = f"{_scramble(number, seed=seed, size=10**14):014d}"
    return f"{202 + number % 5}-{digits[:7]}-{digits[7:]}"


def order_item_id(seed: int, number: int) -> str:
    return f"{_scramble(number, seed=seed, size=10**13) + 10**13:014d}"


def shipment_id(seed: int, number: int) -> str:
    size = len(_CONSONANTS) ** 9
    return _spell(_scramble(number, seed=seed, size=size), alphabet=_CONSONANTS, length=9)


def tracking_id(seed: int, number: int) -> str:
    return f"QA{_scramble(number, seed=seed, size=10**10):010d}"


def fnsku(seed: int, number: int) -> str:
    size = len(_PLAIN) ** 7
    return "X00" + _spell(_scramble(number, seed=seed, size=size), alphabet=_PLAIN, length=7)


def asin(seed: int, number: int) -> str:
    size = len(_PLAIN) ** 7
    return "B0S" + _spell(_scramble(number, seed=seed, size=size), alphabet=_PLAIN, length=7)


def submission_id(seed: int, number: int) -> str:
    return str(UUID(hashlib.md5(f"submission:{seed}:{number}".encode(), usedforsecurity=False).hexdigest()))


def request_id(seed: int, start: int, number: int) -> str:
    """Of the n-th call since the simulator was started for the so-many-th time."""
    text = f"request:{seed}:{start}:{number}"
    return str(UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()))


def return_id(seed: int, number: int) -> str:
    return str(UUID(hashlib.md5(f"return:{seed}:{number}".encode(), usedforsecurity=False).hexdigest()))


def rma_id(seed: int, number: int) -> str:
    size = len(_PLAIN) ** 6
    return "D" + _spell(_scramble(number, seed=seed, size=size), alphabet=_PLAIN, length=6) + "RRMA"
