"""From a TZID to a time zone, however its producer spelled it.

In this order: the IANA name, the Windows name, an IANA name behind a vendor's prefix, what the
VTIMEZONE says it is (X-LIC-LOCATION), the VTIMEZONE's own rules. An IANA name wins over a
VTIMEZONE that contradicts it: zones change by law, and old copies travel in events for years.
Never touches the process-wide zone cache of the icalendar library, where one account's broken
zone would become everybody's.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from connectors.content_lines import Component, UnreadableEventError
from connectors.rules import Rule, read_rule

MAX_OBSERVANCES = 100

_IANA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
_OFFSET = re.compile(r"[+-]\d{4}(?:\d{2})?")
_OBSERVANCE_VALUE = re.compile(r"[0-9TZ,]+")


class Zones:
    """The time zones of one calendar object; `home` serves floating times and unknown names."""

    def __init__(self, calendar: Component, home: ZoneInfo) -> None:
        self.home = home
        self.guessed = False
        """Whether a zone was asked for that nobody knows, and `home` stood in."""
        self._definitions = {_tzid(zone): zone for zone in calendar.named("VTIMEZONE")}

    def find(self, tzid: str) -> tzinfo:
        """The zone called `tzid`.

        Raises:
            UnreadableEventError: only the event's own VTIMEZONE explains the name, and that is broken.
        """
        if (known := known_zone(tzid)) is not None:
            return known
        if (definition := self._definitions.get(tzid)) is not None:
            return _defined_zone(definition)
        self.guessed = True
        return self.home


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA or Windows name, also behind a prefix such as `/freeassociation.org/`."""
    if len(name) > 255:
        return None
    plain = name.strip().strip("/")
    parts = plain.split("/")
    candidates = [plain, WINDOWS_TO_OLSON.get(plain, "")]
    candidates += ["/".join(parts[start:]) for start in range(1, len(parts) - 1)][:8]
    for candidate in candidates:
        if len(candidate) <= 64 and _IANA_NAME.fullmatch(candidate):
            try:
                return ZoneInfo(candidate)
            except (KeyError, ValueError, OSError):  # unknown; malformed; a folder such as "Europe"
                continue
    return None


def _tzid(zone: Component) -> str:
    found = zone.first("TZID")
    return found.text if found else ""


def _defined_zone(zone: Component) -> tzinfo:
    location = zone.first("X-LIC-LOCATION")
    if location is not None and (known := known_zone(location.value)) is not None:
        return known
    return _zone_from_text(_checked_text(zone))


def _checked_text(zone: Component) -> str:
    """The VTIMEZONE written anew from checked values only, named UTC so that no cache keeps it.

    Raises:
        UnreadableEventError: a value is malformed, or a rule no clock change follows.
    """
    observances = zone.named("STANDARD") + zone.named("DAYLIGHT")
    if not 1 <= len(observances) <= MAX_OBSERVANCES:
        raise UnreadableEventError("has a time zone that cannot be read")
    lines = ["BEGIN:VTIMEZONE", "TZID:UTC"]
    for observance in observances:
        lines.append(f"BEGIN:{observance.name}")
        for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
            value = observance.word(name)
            if not (_OFFSET if name != "DTSTART" else _OBSERVANCE_VALUE).fullmatch(value):
                raise UnreadableEventError("has a time zone that cannot be read")
            lines.append(f"{name}:{value}")
        changes = [dates.word for dates in observance.all("RDATE")[:MAX_OBSERVANCES]]
        lines += [f"RDATE:{dates}" for dates in changes if _OBSERVANCE_VALUE.fullmatch(dates)]
        if (rule := observance.only("RRULE")) is not None:
            if not _is_clock_change(read_rule(rule.value)):
                raise UnreadableEventError("has a time zone that cannot be read")
            lines.append(f"RRULE:{rule.word}")
        lines.append(f"END:{observance.name}")
    return "\r\n".join((*lines, "END:VTIMEZONE", ""))


def _is_clock_change(rule: Rule) -> bool:
    """Whether a rule is one a clock change could follow: yearly, on a day that sooner or later comes.

    A rule that never comes true costs a walk to the year 9999, once for each observance.
    """
    parts = dict(rule.parts)
    days = parts.get("BYDAY", "").split(",")
    month_days = [int(day) for day in parts.get("BYMONTHDAY", "1").split(",")]
    ordinals = [int(day[:-2]) for day in days if len(day) > 2]
    return (
        rule.frequency == "YEARLY"
        and rule.interval == 1
        and parts.keys() <= {"BYMONTH", "BYDAY", "BYMONTHDAY", "WKST"}
        and all(abs(day) <= 28 for day in month_days)
        and all(abs(ordinal) <= 5 for ordinal in ordinals)
        and not (ordinals and "BYMONTHDAY" in parts)
    )


@lru_cache(maxsize=64)
def _zone_from_text(text: str) -> tzinfo:
    """One zone per wording, so that equal zones compare equal and cost their parsing once."""
    zone = icalendar.Timezone.from_ical(text)
    if not isinstance(zone, icalendar.Timezone):
        raise UnreadableEventError("has a time zone that cannot be read")
    rules: tzinfo = zone.to_tz(lookup_tzid=False)
    return rules
