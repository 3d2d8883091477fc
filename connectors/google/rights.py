"""The rights we ask Google for, one named set for each thing Offplate does, and what goes without.

Never asked for: titles of events, or writing anything that Offplate did not make. The scopes are
Google's (https://developers.google.com/workspace/calendar/api/auth). Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from connectors.model import Right
from connectors.sentences import Sentence

_BASE = "https://www.googleapis.com/auth/"

OWN_CALENDAR = f"{_BASE}calendar.app.created"
"""Make one calendar and write into it; Google lets us near no other."""

BUSY_TIMES = f"{_BASE}calendar.events.freebusy"
"""When a person is busy, without a word of what with (freebusy.query)."""

CALENDAR_LIST = f"{_BASE}calendar.calendarlist.readonly"
"""The names of a person's calendars, to tick some; and finding ours again when its id was lost."""

MAIN_CALENDAR = f"{_BASE}calendar.events.owned"
"""For "colleagues see it" alone: plain "Busy" copies in the person's main calendar."""

IDENTITY = ("openid", "email")
"""Whose account it is, to show it and to catch the wrong one."""

FIRST_CONSENT = (OWN_CALENDAR, BUSY_TIMES)
"""What connecting asks for; the other two are asked for when they are wanted, each by itself."""

SCOPES: Mapping[Right, str] = {
    "own": OWN_CALENDAR,
    "busy": BUSY_TIMES,
    "list": CALENDAR_LIST,
    "main": MAIN_CALENDAR,
}

_WIDER = {
    OWN_CALENDAR: (f"{_BASE}calendar",),
    BUSY_TIMES: (
        f"{_BASE}calendar.freebusy",
        f"{_BASE}calendar.readonly",
        f"{_BASE}calendar",
    ),
    CALENDAR_LIST: (f"{_BASE}calendar.calendarlist", f"{_BASE}calendar.readonly", f"{_BASE}calendar"),
    MAIN_CALENDAR: (f"{_BASE}calendar.events", f"{_BASE}calendar"),
}
"""Scopes that include another, as the discovery document lists them for the methods we call."""

_WITHOUT: Mapping[str, tuple[Sentence, Sentence]] = {
    OWN_CALENDAR: (
        Sentence("Without the right to make a calendar of its own, Offplate can write nothing."),
        Sentence(
            "Connect again and tick “Make secondary Google calendars, and see, create, change, and delete "
            "events on them”."
        ),
    ),
    BUSY_TIMES: (
        Sentence("Without the right to see when you are busy, Offplate plans around nothing."),
        Sentence("Connect again and tick “See the availability on Google calendars you have access to”."),
    ),
    CALENDAR_LIST: (
        Sentence("Without the right to see the list of your calendars, only your main one counts as busy."),
        Sentence("Connect again and tick “See the list of Google calendars you’re subscribed to”."),
    ),
    MAIN_CALENDAR: (
        Sentence("Without the right to your main calendar, colleagues cannot see when you are taken."),
        Sentence(
            "Connect again and tick “See, create, change, and delete events on Google calendars you own”."
        ),
    ),
}


def has(granted: Collection[str], right: str) -> bool:
    """Whether what was granted includes `right`, itself or in a wider one."""
    return right in granted or any(wider in granted for wider in _WIDER.get(right, ()))


def missing(granted: Collection[str], wanted: Collection[str] = FIRST_CONSENT) -> tuple[str, ...]:
    """The rights among `wanted` that were not granted, in their order."""
    return tuple(right for right in wanted if not has(granted, right))


def named(granted: Collection[str]) -> frozenset[Right]:
    """Which rights the scopes that were granted come to."""
    return frozenset(right for right, scope in SCOPES.items() if has(granted, scope))


def without(right: str) -> tuple[Sentence, Sentence]:
    """What does not work without that right, and what to tick."""
    return _WITHOUT[right]


def what_goes_without(right: str) -> Sentence:
    """Both as one text for the person."""
    what, tick = without(right)
    return what.then(tick)
