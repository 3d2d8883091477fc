"""Google Calendar (API v3), with the least rights that work, and Google's own client for the requests.

rights        the scopes we ask for, and what goes without each
consent       the way to Google's page and back
declined      what Google sends back instead of a code, each with its sentence
credentials   what a grant consists of, where it is used, and how it is kept
refusals      the classifier: what each of Google's refusals means
errors        a verdict as the error its caller acts on, with a sentence for the person
tokens        access tokens, renewed in time and kept at once
wire          the guarded session in the shape that Google's client sends through
client        one request to one reply; every foreign exception becomes one of ours
events        an entry as Google's event, and an event as the text that `ics` reads
busy          the free/busy question and its answer
main_calendar a person's own first calendar, once it holds copies of ours
state         what a poll remembers, as JSON
listing       the calendars of an account, and the one of ours
reading       our own calendar's present view, by sync token
writing       create, replace, delete: our ids, If-Match, settled by reading
connector     `GoogleConnector`, the verbs of the protocol

Google's client costs 30 MB and a fifth of a second to import, so it is imported by `open_account` and
not before: a household without Google never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.google.consent import GoogleConsent
from connectors.google.credentials import (
    GOOGLE,
    GoogleApp,
    GoogleClient,
    GoogleCredentials,
    GoogleEndpoints,
    GoogleGrant,
    KeepGrant,
)
from connectors.protocol import CalendarConnector

__all__ = [
    "GOOGLE",
    "GoogleApp",
    "GoogleClient",
    "GoogleConsent",
    "GoogleCredentials",
    "GoogleEndpoints",
    "GoogleGrant",
    "KeepGrant",
    "open_account",
]


def open_account(
    credentials: GoogleCredentials,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    keep: KeepGrant,
    allow_private_hosts: frozenset[str] = frozenset(),
) -> CalendarConnector:
    """A `GoogleConnector`; the first one of a process brings Google's client in."""
    from connectors.google.connector import GoogleConnector

    return GoogleConnector(
        credentials,
        clock=clock,
        sleep=sleep,
        keep=keep,
        allow_private_hosts=allow_private_hosts,
    )
