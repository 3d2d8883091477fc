"""The classifier, row by row: what Google answers, and what Offplate makes of it.

Sources: [S] discovery document, [D] Google's guides ("Handle API errors", "Synchronize resources
efficiently", "OAuth 2.0"), [R] payloads that others recorded, [K] general knowledge.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors import errors
from connectors.google import rights
from connectors.google.errors import (
    ClientRefusedError,
    HomeGoneError,
    NotOursToWriteError,
    RightMissingError,
    SignedOutError,
    error_of,
)
from connectors.google.refusals import Doing, Refusal, Verdict, judge, read_refusal

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def api(status: int, reason: str = "", message: str = "", location: str = "", detail: str = "") -> bytes:
    error: dict[str, object] = {"code": status, "message": message or "Some text."}
    if reason:
        error["errors"] = [{"domain": "global", "reason": reason, "message": message, "location": location}]
    if detail:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]
    return json.dumps({"error": error}).encode()


def oauth(error: str, description: str = "Bad Request") -> bytes:
    return json.dumps({"error": error, "error_description": description}).encode()


EVERY: tuple[Doing, ...] = ("reading", "following", "writing")
TABLE: list[tuple[int, bytes, tuple[Doing, ...], Verdict]] = [
    # Sync tokens. [D, R]
    (410, api(410, "fullSyncRequired", location="syncToken"), ("following",), "start over"),
    (410, api(410, "updatedMinTooLongAgo", location="updatedMin"), ("following",), "start over"),
    (410, b"", ("following",), "start over"),
    (400, api(400, "invalid", "Invalid Value", location="syncToken"), ("following",), "start over"),
    (400, api(400, "invalid", "Invalid Value"), ("following",), "start over"),
    (400, api(400, "badRequest", location="timeMin"), ("following",), "our mistake"),
    # Ours to mend. [D]
    (400, api(400, "invalid", "Invalid Value"), ("reading", "writing"), "our mistake"),
    (400, api(400, "required"), EVERY, "our mistake"),
    (400, b"<html>Bad Request</html>", ("reading", "writing"), "our mistake"),
    (413, b"", ("writing",), "our mistake"),
    # Signing in. [D]
    (401, api(401, "authError", "Invalid Credentials"), EVERY, "signed out"),
    (401, b"", EVERY, "signed out"),
    (400, oauth("invalid_grant", "Token has been expired or revoked."), ("renewing",), "signed out"),
    (400, oauth("invalid_grant", "Bad Request"), ("renewing",), "signed out"),
    (401, oauth("invalid_client", "The OAuth client was not found."), ("renewing",), "client refused"),
    (401, oauth("deleted_client"), ("renewing",), "client refused"),
    (403, oauth("disabled_client"), ("renewing",), "client refused"),
    (400, oauth("unauthorized_client"), ("renewing",), "client refused"),
    (400, oauth("invalid_request"), ("renewing",), "our mistake"),
    (503, b"", ("renewing",), "later"),
    (429, b"", ("renewing",), "slow down"),
    (500, oauth("internal_failure"), ("renewing",), "later"),
    (400, oauth("something_new"), ("renewing",), "unknown"),
    (400, b"<html>", ("renewing",), "unknown"),
    # Not just now. [D]
    (500, api(500, "backendError"), EVERY, "later"),
    (503, b"", EVERY, "later"),
    (502, b"<!DOCTYPE html><title>502</title>", EVERY, "later"),
    (503, b'{"error": {"code": 5', EVERY, "later"),
    (408, b"", EVERY, "later"),
    # Limits. [D]
    (403, api(403, "rateLimitExceeded"), EVERY, "slow down"),
    (403, api(403, "userRateLimitExceeded"), EVERY, "slow down"),
    (429, api(429, "rateLimitExceeded"), EVERY, "slow down"),
    (429, b"", EVERY, "slow down"),
    (403, api(403, detail="RATE_LIMIT_EXCEEDED"), EVERY, "slow down"),
    (403, api(403, "quotaExceeded", "Calendar usage limits exceeded."), EVERY, "used up"),
    (403, api(403, "dailyLimitExceeded"), EVERY, "used up"),
    (403, api(403, "usageLimits", "Calendar usage limits exceeded."), EVERY, "used up"),
    (429, api(429, "quotaExceeded"), EVERY, "used up"),
    # Rights. [D, R]
    (403, api(403, "insufficientPermissions"), EVERY, "right missing"),
    (403, api(403, detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT"), EVERY, "right missing"),
    (
        403,
        api(403, "insufficientPermissions", detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        EVERY,
        "right missing",
    ),
    (403, api(403, "requiredAccessLevel"), EVERY, "not allowed"),
    (403, api(403, "forbidden"), EVERY, "not allowed"),
    (403, api(403, "accessNotConfigured"), EVERY, "client refused"),
    (403, api(403, detail="SERVICE_DISABLED"), EVERY, "client refused"),
    # Gone, taken, edited. [D, R]
    (404, api(404, "notFound"), EVERY, "not there"),
    (410, api(410, "deleted"), ("writing", "reading"), "not there"),
    (410, api(410, "deleted"), ("following",), "not there"),
    (409, api(409, "duplicate"), ("writing",), "taken"),
    (412, api(412, "conditionNotMet"), ("writing",), "edited"),
    # Everything else means nothing.
    (403, api(403, "somethingNew"), EVERY, "unknown"),
    (403, b"<html>Forbidden</html>", EVERY, "unknown"),
    (403, b'{"error": "forbidden"}', ("writing",), "not allowed"),
    (409, api(409, "conflict"), ("reading", "following"), "unknown"),
    (412, b"", ("reading", "following"), "unknown"),
    (418, b"", EVERY, "unknown"),
    (304, b"", EVERY, "unknown"),
    (302, b"", EVERY, "unknown"),
]


@pytest.mark.parametrize(("status", "body", "doing", "verdict"), TABLE)
def test_a_refusal_is_judged_by_the_table(
    status: int, body: bytes, doing: tuple[Doing, ...], verdict: Verdict
) -> None:
    for each in doing:
        assert judge(read_refusal(status, body, {}, now=NOW), each) == verdict, each


@pytest.mark.parametrize(
    ("verdict", "error", "words"),
    [
        ("signed out", SignedOutError, "Connect Google again"),
        ("client refused", ClientRefusedError, "Whoever runs this Offplate"),
        ("right missing", RightMissingError, "See the availability"),
        ("not allowed", NotOursToWriteError, "the calendar that it made itself"),
        ("not there", HomeGoneError, "only made when you say so"),
        ("slow down", errors.RateLimitedError, "asks for a pause"),
        ("used up", errors.QuotaExhaustedError, "in a few hours"),
        ("later", errors.UnavailableError, "tried again at the next tick"),
        ("our mistake", errors.BadResponseError, "403, someReason"),
        ("unknown", errors.BadResponseError, "403, someReason"),
    ],
)
def test_each_verdict_has_its_own_sentence(
    verdict: Verdict, error: type[errors.ConnectorError], words: str
) -> None:
    raised = error_of(verdict, Refusal(403, ("someReason",)), right=rights.BUSY_TIMES)
    assert type(raised) is error
    assert words in str(raised)


def test_what_recovers_by_itself_is_told_apart_from_what_needs_a_person() -> None:
    by_itself = {"later", "slow down", "used up"}
    for verdict in ("later", "slow down", "used up", "signed out", "client refused", "right missing"):
        raised = error_of(verdict, Refusal(403))  # type: ignore[arg-type]
        assert isinstance(raised, errors.RetryLaterError) == (verdict in by_itself)
        assert isinstance(raised, errors.NeedsPersonError) == (verdict not in by_itself)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("77", 77.0),
        ("", None),
        ("soon", None),
        ("9" * 300, 86_400.0),
        ("-5", None),
        ("Mon, 23 Nov 2026 09:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 0.0),
    ],
)
def test_a_pause_is_read_from_retry_after(asked: str, seconds: float | None) -> None:
    assert read_refusal(429, b"", {"retry-after": asked}, now=NOW).pause_seconds == seconds


def test_a_used_up_quota_rests_for_hours_whatever_is_asked() -> None:
    raised = error_of("used up", Refusal(403, pause_seconds=5.0))
    assert isinstance(raised, errors.RetryLaterError)
    assert raised.retry_after_seconds == 3 * 3600


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"error": 7}', b'{"error": {"errors": "x", "details": [1]}}', b"[" * 9000]
)
def test_no_body_is_too_strange_to_be_read(body: bytes) -> None:
    assert read_refusal(403, body, {}, now=NOW).reasons == ()


def test_what_google_writes_in_words_is_never_shown() -> None:
    refusal = read_refusal(403, api(403, "Psychiatrist at 9", "Psychiatrist"), {}, now=NOW)
    assert "Psychiatrist" not in str(error_of("unknown", refusal))
