"""No secret reaches the log, whoever writes it and however."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from service.links import new_token
from service.log import HIDDEN, configure_logging, with_context, without_secrets

CANARY = "canary-7f3a"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_line_is_json_and_says_when_who_and_for_which_household(lines: io.StringIO) -> None:
    with with_context(household="home", run="1f"):
        logging.getLogger("service.flow.week").info("read %d calendars", 3, extra={"partner": "ana"})
    said = json.loads(lines.getvalue())
    assert said.pop("at").endswith("Z")
    assert said == {
        "event": "read 3 calendars",
        "level": "info",
        "logger": "service.flow.week",
        "household": "home",
        "run": "1f",
        "partner": "ana",
    }


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_is_hidden_in_messages_extras_tracebacks_and_foreign_loggers(
    lines: io.StringIO, as_json: bool
) -> None:
    configure_logging(lines, as_json=as_json)
    token = f"{CANARY}-{new_token()}"[:43]
    logging.getLogger("service.web").warning("GET /c/%s?x=1 refused", token)
    logging.getLogger("service.web").error("a link of ours: %s.", token)
    logging.getLogger("anybody").error("sent Authorization: Basic %s", CANARY)
    logging.getLogger("anybody").error("https://ana:%s@cloud.example.org/dav/ timed out", CANARY)
    logging.getLogger("anybody").error("callback /oauth?code=%s&state=%s", CANARY, CANARY)
    logging.getLogger("anybody").error("headers %s", {"Set-Cookie": CANARY, "password": CANARY})
    logging.getLogger("anybody").error(
        "nested", extra={"answer": {"refresh_token": CANARY, "n": [f"Bearer {CANARY}"]}}
    )
    logging.getLogger("urllib3.connectionpool").debug("PUT /%s", CANARY)
    logging.getLogger("caldav").info("body %s", CANARY)
    try:
        raise RuntimeError(f"login failed: password='{CANARY}'")
    except RuntimeError:
        logging.getLogger("service.jobs").exception("a run failed for token=%s", CANARY)
    said = lines.getvalue()
    assert CANARY not in said
    assert said.count(HIDDEN) >= 9
    assert "RuntimeError: login failed" in said
    assert "GET /c/[hidden]?x=1 refused" in said


def test_what_is_no_secret_stays_readable() -> None:
    for text in (
        "PUT https://cloud.example.org/dav/ana/offplate/b-2026w48.ics 412",
        "sha256 " + "0af" * 21 + "0",
        "status code: 503, state fine",
    ):
        assert without_secrets(text) == text


def test_a_terminal_gets_one_short_line(lines: io.StringIO) -> None:
    configure_logging(lines, as_json=False)
    logging.getLogger("service.jobs").info("started", extra={"workers": 8})
    assert lines.getvalue().endswith("info    jobs: started workers=8\n")
