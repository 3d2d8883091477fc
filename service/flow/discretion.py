"""What stands in the calendar of somebody who is discreet: when, and nothing of what. Pure."""

from __future__ import annotations

from dataclasses import replace

from service.domain.entries import Entry
from service.domain.household import Partner
from service.flow.entries import your_week
from service.words import _


def as_written(partner: Partner, entry: Entry, base_url: str) -> Entry:
    """The entry as their calendar shows it; what it is about is told on the page that it leads to.

    Gestures mean the same, since they are known by where they are made and not by what is written there.
    """
    if not partner.discreet:
        return entry
    return replace(entry, title=_("Appointment"), description=your_week(base_url, entry.week))
