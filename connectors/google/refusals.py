"""What Google's refusals mean for us: one table, from an answer to what must be done.

The rows are those of the classifier in tests/connectors/test_google_refusals.py, which names the
source of each. A refusal that is not in the table means nothing: no state changes, it is tried again
later and reported. Pure: a status, a body and headers in, a verdict out. Nothing here is logged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from connectors.sentences import Sentence

Doing = Literal["reading", "following", "writing", "renewing"]
"""reading: changes nothing · following: reading with a sync token · writing · renewing: at the token
endpoint, which speaks OAuth (RFC 6749 section 5.2) instead of the API's own error format."""

Verdict = Literal[
    "done",
    "start over",
    "not there",
    "taken",
    "edited",
    "not allowed",
    "right missing",
    "signed out",
    "client refused",
    "later",
    "slow down",
    "used up",
    "our mistake",
    "unknown",
]
"""start over: drop the sync token, list everything, sweep · not there: the calendar or event is gone ·
taken: the id is held · edited: somebody was faster (If-Match) · not allowed: this calendar is not ours
to write to · right missing: a scope was not granted · signed out: connect again · client refused: whoever
runs Offplate has to look at the Google project · later: back off, nothing is lost · slow down: a rate
limit · used up: a quota, hours · our mistake: never sent again as it is · unknown: nothing is known."""

LONGEST_PAUSE_SECONDS = 86_400.0
_MOST_BYTES = 100_000

_LIMITS = frozenset(("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"))
_QUOTAS = frozenset(("quotaExceeded", "dailyLimitExceeded", "variableTermLimitExceeded"))
_SCOPES = frozenset(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
_STALE_TOKENS = frozenset(("fullSyncRequired", "updatedMinTooLongAgo"))
_SIGNED_OUT = frozenset(("invalid_grant",))
_CLIENT = frozenset(("invalid_client", "deleted_client", "unauthorized_client", "disabled_client"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not success. `reasons` are the machine's words, the most telling first;
    `about` is the parameter it names; `said` is the text, only ever matched, never shown."""

    status: int
    reasons: tuple[str, ...] = ()
    about: str = ""
    said: str = ""
    pause_seconds: float | None = None

    @property
    def reason(self) -> str:
        """One word for people who look into it; it never holds more than letters."""
        word = next(iter(self.reasons), "")
        return word if word.replace("_", "").isalnum() and len(word) <= 60 else Sentence("no reason given")


def read_refusal(status: int, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Refusal:
    """The refusal in an answer, whatever was sent for a body: JSON, a web page, half of either.

    `headers` have lower-case names; `now` turns a Retry-After that is a date into seconds.
    """
    pause = _pause_seconds(headers.get("retry-after", ""), now)
    try:
        found = json.loads(body[:_MOST_BYTES])
        error = found["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refusal(status, pause_seconds=pause)
    if isinstance(error, str):
        return Refusal(status, (error,), said=_text(found.get("error_description")), pause_seconds=pause)
    if not isinstance(error, dict):
        return Refusal(status, pause_seconds=pause)
    listed = [each for each in _list(error.get("errors")) if isinstance(each, dict)]
    details = [each for each in _list(error.get("details")) if isinstance(each, dict)]
    reasons = [_text(each.get("reason")) for each in [*listed, *details]]
    about = [_text(each.get("location")) for each in listed]
    return Refusal(
        status,
        tuple(reason for reason in reasons if reason),
        next(iter(about), ""),
        _text(error.get("message")),
        pause,
    )


def judge(refusal: Refusal, doing: Doing) -> Verdict:
    """What a refusal means while `doing` that; "unknown" for everything that is not in the table."""
    if doing == "renewing":
        return _judge_renewal(refusal)
    status, reasons = refusal.status, frozenset(refusal.reasons)
    if status >= 500 or status == 408:
        return "later"
    if status == 429:
        return "used up" if reasons & _QUOTAS else "slow down"
    if status == 403:
        return _judge_forbidden(refusal)
    if status == 400:
        return "start over" if doing == "following" and _concerns_token(refusal) else "our mistake"
    if status == 401:
        return "signed out"
    if status == 410 and doing == "following" and (reasons & _STALE_TOKENS or not reasons):
        return "start over"
    if status in (404, 410):
        return "not there"
    if doing == "writing" and status == 409:
        return "taken"
    if doing == "writing" and status == 412:
        return "edited"
    if status in (405, 411, 413, 415, 422):
        return "our mistake"
    return "unknown"


def _judge_forbidden(refusal: Refusal) -> Verdict:
    reasons = frozenset(refusal.reasons)
    if reasons & _QUOTAS or "usage limits exceeded" in refusal.said.lower():
        return "used up"
    if reasons & _LIMITS:
        return "slow down"
    if reasons & _SCOPES:
        return "right missing"
    if reasons & {"accessNotConfigured", "SERVICE_DISABLED"}:
        return "client refused"
    if reasons & {"requiredAccessLevel", "forbidden", "forbiddenForNonOrganizer"}:
        return "not allowed"
    return "unknown"


def _judge_renewal(refusal: Refusal) -> Verdict:
    """The codes of RFC 6749 section 5.2 and Google's own; the description varies and is not looked at."""
    reasons = frozenset(refusal.reasons)
    if refusal.status >= 500 or refusal.status == 408:
        return "later"
    if refusal.status == 429:
        return "slow down"
    if reasons & _SIGNED_OUT:
        return "signed out"
    if reasons & _CLIENT:
        return "client refused"
    return "our mistake" if reasons & {"invalid_request", "unsupported_grant_type"} else "unknown"


def _concerns_token(refusal: Refusal) -> bool:
    """Whether a 400 is about the sync token: Google says so by `location`, or by nothing at all."""
    if refusal.about:
        return refusal.about == "syncToken"
    return "invalid" in refusal.reasons


def _pause_seconds(asked: str, now: datetime) -> float | None:
    """Retry-After as seconds (RFC 9110 section 10.2.3), a day at most; `None` for none, or nonsense."""
    asked = asked.strip()[:40]
    if asked.isascii() and asked.isdecimal():
        return min(float(asked), LONGEST_PAUSE_SECONDS)
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, IndexError, TypeError):
        return None
    seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
