"""A verdict as the error that its caller acts on, each with a sentence of its own. Pure.

The classes are those of connectors/errors.py, so that nothing above has to know Google; what differs
is what the person reads. No sentence holds a calendar's name, an address or a token.
"""

from __future__ import annotations

from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    QuotaExhaustedError,
    RateLimitedError,
    UnavailableError,
)
from connectors.google.refusals import Refusal, Verdict
from connectors.google.rights import without
from connectors.sentences import Sentence

QUOTA_PAUSE_SECONDS = 3 * 3_600.0
"""How long a used-up quota is left alone; Google's limits are sliding, so waiting for midnight is no use."""


class SignedOutError(AuthExpiredError):
    """The grant no longer holds: taken back, unused for half a year, or a Testing project's seven days."""

    next_step = Sentence(
        "Connect Google again from your own page; everything is as it was. If this happens every week, "
        "the Google project of this Offplate is still in “Testing” (docs/google.md)."
    )


class ClientRefusedError(AuthExpiredError):
    """The OAuth client of the installation is gone or wrong; no person can mend that from their page."""

    next_step = Sentence(
        "Whoever runs this Offplate looks at the project in the Google console and at [google] in "
        "config.toml (docs/google.md); nothing is lost meanwhile."
    )


class RightMissingError(AccessDeniedError):
    """A scope was not granted. `right` is the one of connectors/google/rights.py, where it is known."""

    next_step = Sentence("Connect Google again from your own page and leave every box ticked.")

    def __init__(self, detail: Sentence, *, right: str = "", calendar: str = "", operation: str = "") -> None:
        super().__init__(detail, calendar=calendar, operation=operation)
        self.right = right


class HomeGoneError(CalendarGoneError):
    """Our calendar is not there: its person deleted it, or another Google project made it."""

    next_step = Sentence("If you deleted it, that is fine; a new one is only made when you say so.")


class NotOursToWriteError(AccessDeniedError):
    """A calendar that Offplate did not make, or may not write to any more."""

    next_step = Sentence(
        "Offplate writes only into the calendar that it made itself; leave the choice empty."
    )


def error_of(verdict: Verdict, refusal: Refusal, *, right: str = "", calendar: str = "") -> ConnectorError:
    """The error for a verdict that the request at hand cannot settle by itself.

    `right` is the scope that the request needed. "later" and its like carry the pause Google asked for.
    """
    match verdict:
        case "signed out":
            return SignedOutError(
                Sentence(
                    "Google no longer accepts this connection: it was taken back there, or it has run out."
                )
            )
        case "client refused":
            return ClientRefusedError(
                Sentence("Google refuses this Offplate itself (%(reason)s).", reason=refusal.reason)
            )
        case "right missing":
            return right_missing(right, calendar=calendar)
        case "not allowed":
            return NotOursToWriteError(
                Sentence("Google does not let Offplate write here."), calendar=calendar
            )
        case "not there":
            return HomeGoneError(
                Sentence("The calendar is not in this Google account any more."), calendar=calendar
            )
        case "slow down":
            return RateLimitedError(
                Sentence("Google asks for a pause."),
                retry_after_seconds=refusal.pause_seconds,
                calendar=calendar,
            )
        case "used up":
            pause = max(refusal.pause_seconds or 0.0, QUOTA_PAUSE_SECONDS)
            used_up = QuotaExhaustedError(
                Sentence("What Google allows Offplate for the time being is used up."),
                retry_after_seconds=pause,
            )
            used_up.next_step = Sentence("Nothing is lost; it goes on by itself in a few hours.")
            return used_up
        case "later":
            return UnavailableError(
                Sentence("Google did not answer properly just now (%(status)s).", status=refusal.status),
                retry_after_seconds=refusal.pause_seconds,
                calendar=calendar,
            )
        case _:
            return strange(
                Sentence("%(status)s, %(reason)s", status=refusal.status, reason=refusal.reason),
                calendar=calendar,
            )


def right_missing(right: str, *, calendar: str = "") -> RightMissingError:
    if not right:
        return RightMissingError(
            Sentence("A right that this needs was not given at Google."), calendar=calendar
        )
    what, tick = without(right)
    error = RightMissingError(what, right=right, calendar=calendar)
    error.next_step = tick
    return error


def strange(what: Sentence, *, calendar: str = "") -> BadResponseError:
    """An answer we have no rule for: reported, tried again an hour later, and nothing changes by it."""
    error = BadResponseError(
        Sentence("Google gave an answer that Offplate does not know (%(what)s).", what=what),
        calendar=calendar,
    )
    error.next_step = Sentence("Nothing is changed by it. Please report it with the words in brackets.")
    return error
