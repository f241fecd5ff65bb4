"""What is configured about this installation: environment first, then `loadbay.env` in the home folder.

Rule: nothing needs to be set. Shop settings (connections, channels, printers) are in the database,
never here. The keys derived from the secret are made in `secret.py`.
"""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from loadbay.hosting.account import running_as_root
from loadbay.hosting.problem import HostingProblem

ENV_FILE = "loadbay.env"


class Config(BaseSettings):
    """The settings of one installation. Every field `x` is the variable LOADBAY_X."""

    model_config = SettingsConfigDict(env_prefix="LOADBAY_", extra="ignore", frozen=True)

    home: Path = Field(description="Folder of the embedded database, the secret key and the logs.")
    database_url: str | None = Field(
        None, description="A PostgreSQL 15 or newer to use instead of the embedded one."
    )
    secret_key: SecretStr | None = Field(
        None, description="Encrypts secrets and buyer data; else kept in the home."
    )
    old_secret_keys: SecretStr | None = Field(
        None, description="Earlier keys, separated by commas: still read."
    )
    public_url: str | None = Field(
        None, description="The address people type, such as https://desk.shop.example."
    )
    host: str = Field("127.0.0.1", description="Address the web process listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web process listens on.")
    web_threads: int = Field(
        8, ge=1, le=64, description="Requests answered at the same time by one web process."
    )
    worker_threads: int = Field(8, ge=1, le=64, description="Jobs done at the same time by one worker.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least that is logged."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="Text on a terminal, JSON otherwise."
    )

    @field_validator("database_url", "secret_key", "old_secret_keys", "public_url", mode="before")
    @classmethod
    def _empty_means_unset(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
            raise ValueError("write it as postgresql://user:password@host:5432/name")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("write it as https://desk.shop.example")
        return value.rstrip("/") if value else None

    @classmethod
    def load(cls, *, home: Path | None = None) -> Self:
        """Read the environment and the home's own file; a value that makes no sense is refused by name."""
        folder = (home or chosen_home()).expanduser().absolute()
        try:
            return cls(home=folder, _env_file=folder / ENV_FILE)  # type: ignore[call-arg]
        except ValidationError as error:
            raise HostingProblem(_in_words(error, folder)) from error
        except PermissionError as error:
            raise HostingProblem(
                f"{folder / ENV_FILE} cannot be read by this user. {_CHOOSE_HOME}"
            ) from error


_CHOOSE_HOME = "Name a folder of your own in LOADBAY_HOME."


def chosen_home() -> Path:
    named = os.environ.get("LOADBAY_HOME")
    if named:
        return Path(named)
    if running_as_root():
        return Path("/var/lib/loadbay")
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path("~/.local/share")) / "loadbay"


def prepare_home(home: Path) -> None:
    """Make the home folder if it is not there; one that exists keeps its permissions."""
    if home.is_dir():
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Under root another account runs the database inside: it may pass through, but not list.
        home.chmod(0o711 if running_as_root() else 0o700)
    except OSError as error:
        raise HostingProblem(
            f"The folder {home} cannot be made ({error.strerror}). {_CHOOSE_HOME}"
        ) from error


def _in_words(error: ValidationError, folder: Path) -> str:
    faults = "; ".join(
        f"LOADBAY_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors(include_url=False)
    )
    return f"The configuration is not usable: {faults}. Correct the environment or {folder / ENV_FILE}."
