"""How log lines look: readable on a terminal, JSON lines for a program; both masked.

Rule: every line, ours or a library's, passes `core.masking` before it is written.
"""

import sys
from typing import Any

import structlog

from loadbay.core.masking import mask
from loadbay.hosting.config import Config


def logging_config(config: Config) -> dict[str, Any]:
    """For `logging.config`; also points structlog to the same road."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*before, structlog.stdlib.ExtraAdder()],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_last_steps(as_text=_wants_text(config)),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "loadbay": {"level": config.log_level},
            "django": {"level": "INFO"},
            "django.utils.autoreload": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
        },
    }


def masked(logger: Any, method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Secrets and buyer data leave no trace in a log."""
    clean: dict[str, Any] = mask(line)
    return clean


def _last_steps(*, as_text: bool) -> list[Any]:
    trace = structlog.processors.format_exc_info
    if as_text:
        return [trace, masked, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [trace, masked, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _wants_text(config: Config) -> bool:
    if config.log_format == "auto":
        return sys.stderr.isatty()
    return config.log_format == "text"
