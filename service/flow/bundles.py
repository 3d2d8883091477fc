"""At most four chores a day in one calendar: the smallest others are named in the entry nearest to them.

Pure. The week page shows them all; only the calendar is spared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from service.dates import clock
from service.domain.entries import Entry
from service.domain.interval import Interval
from service.words import _, lowered

MOST_A_DAY = 4


def bundled(
    entries: Sequence[Entry],
    zone: ZoneInfo,
    *,
    touched: Mapping[str, Interval] | None = None,
    gone: Collection[str] = (),
) -> list[Entry]:
    """The entries with the smallest chores of each full day in another one's title and description.

    What has its fixed time, rings, or was `touched` by its person stands for itself, so that a day of such
    may hold more than four; it counts for the day where it was before (by key), so that moving one entry
    rewrites no other. What its person has deleted (`gone`) neither counts nor takes anything in.
    """
    touched = touched or {}
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "chore" and entry.key not in gone:
            was = touched.get(entry.key, entry.interval)
            days.setdefault(was.start_at.astimezone(zone).date(), []).append(entry)
    hosts: dict[str, list[Entry]] = {}
    inside: set[str] = set()
    for of_day in days.values():
        for host, others in _of_a_day(of_day, touched).items():
            hosts[host] = others
            inside |= {other.key for other in others}
    return [
        _with(entry, hosts[entry.key], zone) if entry.key in hosts else entry
        for entry in entries
        if entry.key not in inside
    ]


def _of_a_day(entries: Sequence[Entry], touched: Collection[str]) -> Mapping[str, list[Entry]]:
    """What goes into which entry, by key."""
    small = sorted(
        (
            entry
            for entry in entries
            if not entry.busy and entry.alarm_minutes_before is None and entry.key not in touched
        ),
        key=lambda entry: (entry.interval.minutes, entry.key),
    )
    absorbed = small[: max(0, len(entries) - MOST_A_DAY)]
    able = [entry for entry in entries if entry.key not in touched and entry not in absorbed]
    if not able and absorbed:
        able = [absorbed.pop()]
    found: dict[str, list[Entry]] = {}
    for entry in sorted(absorbed, key=lambda one: (one.interval, one.key)):
        nearest = min(able, key=lambda one: (_apart_seconds(one, entry), one.key))
        found.setdefault(nearest.key, []).append(entry)
    return found


def _apart_seconds(one: Entry, other: Entry) -> float:
    first, second = sorted((one.interval, other.interval))
    return (second.start_at - first.end_at).total_seconds()


def _with(entry: Entry, others: Sequence[Entry], zone: ZoneInfo) -> Entry:
    title = _("%(title)s, and %(others)s") % {
        "title": entry.title,
        "others": ", ".join(lowered(other.title) for other in others),
    }
    lines = [
        _("%(time)s: %(title)s, %(minutes)s min.")
        % {
            "time": clock(other.interval.start_at, zone),
            "title": other.title,
            "minutes": other.interval.minutes,
        }
        for other in others
    ]
    return replace(entry, title=title, description="\n".join([*lines, entry.description]))
