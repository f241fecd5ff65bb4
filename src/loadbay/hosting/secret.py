"""The installation's secret key, and the separate keys derived from it for each purpose.

Rule: the key itself never leaves this file; everyone else gets a derived one (HKDF-SHA256).
The first key writes, all keys read: that is how a key is changed.
"""

import base64
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from loadbay.hosting.config import Config, prepare_home
from loadbay.hosting.files import make_once
from loadbay.hosting.problem import HostingProblem

KEY_FILE = "secret.key"
_LEAST_CHARACTERS = 32


def keys_for(config: Config, *, purpose: str) -> list[bytes]:
    """32 bytes per master key, the one in use first. The same purpose always gives the same keys."""
    return [_derive(master, purpose) for master in _masters(config)]


def text_keys_for(config: Config, *, purpose: str) -> list[str]:
    return [base64.urlsafe_b64encode(key).decode() for key in keys_for(config, purpose=purpose)]


def _masters(config: Config) -> list[str]:
    if config.secret_key:
        keys = [config.secret_key.get_secret_value()]
    else:
        keys = _from_file(config.home)
    if config.old_secret_keys:
        keys += [key.strip() for key in config.old_secret_keys.get_secret_value().split(",") if key.strip()]
    for key in keys:
        if len(key) < _LEAST_CHARACTERS:
            raise HostingProblem(
                f"A secret key has {len(key)} characters; it needs at least {_LEAST_CHARACTERS}. "
                "Set LOADBAY_SECRET_KEY to a long random text, or unset it and let Loadbay make one."
            )
    return keys


def _from_file(home: Path) -> list[str]:
    """One key per line, the one in use first; made at the first start."""
    prepare_home(home)
    path = home / KEY_FILE
    content = path.read_text() if path.exists() else make_once(path, f"{secrets.token_urlsafe(48)}\n")
    keys = content.split()
    if not keys:
        raise HostingProblem(
            f"{path} is empty. Put the secret key back from a backup: without it, stored secrets "
            "cannot be read. On a new installation delete the file."
        )
    return keys


def _derive(master: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"loadbay/{purpose}".encode()).derive(
        master.encode()
    )
