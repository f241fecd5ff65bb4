"""The installation's secret key: taken from the environment, else made once in the home folder.

Rule: the first key closes, every key opens; that is how a key is changed. Fields are encrypted in
`core/encryption.py`; Django's own key is derived here, so that neither can be found from the other.
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


def master_keys(config: Config) -> list[str]:
    """The key in use first, then earlier ones."""
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


def derive(master: str, *, purpose: str) -> str:
    """A text of 256 bits for one purpose; the master key cannot be found from it."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=b"loadbay", info=purpose.encode())
    return base64.urlsafe_b64encode(kdf.derive(master.encode())).decode()


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
