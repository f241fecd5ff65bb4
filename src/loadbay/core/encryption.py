"""Secrets and buyer data at rest: AES-256-GCM per field, keyed hashes for matching.

Keys come from settings.LOADBAY_KEYS (newest first; older ones still open what they closed). The bound
`context` (table and column) keeps a value from being read out of another field.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_VERSION = b"\x01"
_KEY_ID, _NONCE = 4, 12


class CannotDecrypt(Exception):
    """A stored secret cannot be opened: the key of this installation is not the one that closed it."""


def derive_key(master: str, purpose: str) -> bytes:
    """32 bytes for one purpose from the installation's master key."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"loadbay", info=purpose.encode()).derive(master.encode())


@lru_cache(maxsize=8)
def _cipher(master: str) -> tuple[bytes, AESGCM]:
    key = derive_key(master, "fields")
    return hashlib.sha256(key).digest()[:_KEY_ID], AESGCM(key)


@lru_cache(maxsize=8)
def _matching_key(master: str) -> bytes:
    return derive_key(master, "matching")


def encrypt(plain: bytes, *, context: str) -> bytes:
    return encrypting(context)(plain)


def encrypting(context: str) -> Callable[[bytes], bytes]:
    """What encrypts for one context: for a page of values the key is looked up once."""
    key_id, cipher = _cipher(settings.LOADBAY_KEYS[0])
    bound = context.encode()

    def close(plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + key_id + nonce + cipher.encrypt(nonce, plain, bound)

    return close


def decrypt(closed: bytes, *, context: str) -> bytes:
    """Raises `CannotDecrypt` when no key of this installation fits."""
    closed = bytes(closed)
    key_id, nonce = closed[1 : 1 + _KEY_ID], closed[1 + _KEY_ID : 1 + _KEY_ID + _NONCE]
    for master in settings.LOADBAY_KEYS:
        known, cipher = _cipher(master)
        if known == key_id:
            try:
                return cipher.decrypt(nonce, closed[1 + _KEY_ID + _NONCE :], context.encode())
            except InvalidTag:
                raise CannotDecrypt(f"{context}: the stored value was changed or belongs elsewhere") from None
    raise CannotDecrypt(f"{context}: no key of this installation opens it; restore LOADBAY_SECRET_KEY")


def keyed_hash(text: str) -> str:
    """A stable hash for matching (e-mail addresses) that is useless without the key."""
    key = _matching_key(settings.LOADBAY_KEYS[-1])
    return hmac.digest(key, text.strip().casefold().encode(), "sha256").hex()


class EncryptedField(models.BinaryField):
    """Bytes that are encrypted in the table and plain in the program."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        if value is None:
            return None
        return super().get_db_prep_value(
            encrypt(self.to_bytes(value), context=self.context), connection, prepared
        )

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.from_bytes(decrypt(value, context=self.context))

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, plain: bytes) -> Any:
        return plain


class EncryptedDocument(EncryptedField):
    """A document from outside (JSON): a quarter of its size once compressed, encrypted after that."""

    def to_bytes(self, value: Any) -> bytes:
        return zlib.compress(bytes(value), 1)

    def from_bytes(self, plain: bytes) -> bytes:
        return zlib.decompress(plain)


EMPTY_DOCUMENT = len(_VERSION) + _KEY_ID + _NONCE + 16 + len(zlib.compress(b"", 1))
"""The stored size of an empty document, AESGCM's tag of 16 bytes included; every other one is longer."""


class EncryptedText(EncryptedField):
    """Text that is encrypted in the table."""

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedJson(EncryptedField):
    """A JSON value that is encrypted in the table."""

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def from_bytes(self, plain: bytes) -> Any:
        return json.loads(plain)
