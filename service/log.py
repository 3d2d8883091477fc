"""The log: one line an event on stderr, for people on a terminal and as JSON everywhere else.

Modules speak to `logging.getLogger(__name__)`; `with_context` adds household and run to every line
inside it. Whatever is logged, by us or by a library, passes `redact` last, after tracebacks have
become text: a link's token, a password or a header never leaves the process. Titles of events are
not secrets to a pattern, so nobody hands them to a logger in the first place.
"""

from __future__ import annotations

import logging
import re
import sys
from contextlib import AbstractContextManager
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, WrappedLogger

HIDDEN = "[hidden]"

_SECRET_NAME = re.compile(r"pass|token|secret|authorization|cookie|credential|api_?key", re.IGNORECASE)
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"(/[cu]/)[^\s/?#\"']+", rf"\1{HIDDEN}"),
        (r"\b(Bearer|Basic)\s+[\w+/=.~-]+", rf"\1 {HIDDEN}"),
        (r"([?&](?:code|state)=)[^\s&\"']+", rf"\1{HIDDEN}"),
        (r"(\w://)[^\s/@\"']+@", rf"\1{HIDDEN}@"),
        (
            (
                r"((?:cookie|authorization|password|passwd|secret|token)[\"']?\s*[=:]\s*)"
                r"(?:\"[^\"]*\"|'[^']*'|[^\s&,;)}]+)"
            ),
            rf"\1{HIDDEN}",
        ),
        (r"\bya29\.[\w.-]+|\b1//[\w-]{20,}|\bGOCSPX-[\w-]+", HIDDEN),
        (r"(?<![\w-])[\w-]{43}=?(?![\w-])", HIDDEN),  # 256 bits in base64: our links and keys
    )
)
_QUIET = (
    "caldav", "urllib3", "httpx", "httpcore", "apscheduler", "asyncio", "alembic", "uvicorn", "mail.log",
)  # fmt: skip
"""They tell URLs, addresses, bodies or every tick below WARNING; `mail.log` is aiosmtpd's."""


def configure_logging(stream: TextIO | None = None, *, as_json: bool | None = None) -> None:
    """Send everything to `stream` (stderr). Calling it again replaces what was set before."""
    stream = stream or sys.stderr
    as_json = not stream.isatty() if as_json is None else as_json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _one_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def with_context(**names: str) -> AbstractContextManager[None]:
    """Adds `names` to every line logged inside the block, in this thread."""
    return structlog.contextvars.bound_contextvars(**names)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last processor: what looks like a secret, by name or by shape, becomes `[hidden]`."""
    return {name: _hidden(name, value) for name, value in event.items()}


def without_secrets(text: str) -> str:
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _hidden(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, dict):
        return {str(key): _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_hidden("", inner) for inner in value]
    if isinstance(value, (int, float, type(None))):
        return value
    return without_secrets(str(value))


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    at, level, name = (event.pop(key, "") for key in ("at", "level", "logger"))
    text, trace = event.pop("event", ""), event.pop("exception", "")
    rest = "".join(f" {key}={value}" for key, value in event.items())
    line = f"{str(at)[11:19]} {level:7} {str(name).removeprefix('service.')}: {text}{rest}"
    return f"{line}\n{trace}" if trace else line
