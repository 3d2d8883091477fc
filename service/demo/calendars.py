"""What Ana's and Ben's calendars hold before Offplate comes: an ordinary month of two busy people.

Written the way Outlook, Google and Apple write events, with what real calendars are full of: office
hours, a series with a moved and a cancelled time, an all-day event, a declined invitation, a private,
a transparent and a floating one. Pure: the same week and seed give the same text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from service.domain.week import Week

Days = int
"""Whole days after the Monday of the week in question; negative for the week before."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One calendar object as a client would PUT it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ExistingCalendar:
    owner: str
    name: str
    resources: tuple[Resource, ...]


def existing_calendars(week: Week, *, seed: int) -> tuple[ExistingCalendar, ...]:
    """Both partners' *Work* and *Personal*, around `week`; `seed` varies meetings and evenings."""
    dice = Random(seed)
    return (
        ExistingCalendar("ana", "Work", tuple(_ana_at_work(week, dice))),
        ExistingCalendar("ana", "Personal", tuple(_ana_at_home(week, dice))),
        ExistingCalendar("ben", "Work", tuple(_ben_at_work(week, dice))),
        ExistingCalendar("ben", "Personal", tuple(_ben_at_home(week, dice))),
    )


def _ana_at_work(week: Week, dice: Random) -> Iterator[Resource]:
    outlook = _Outlook(week)
    yield outlook.event(
        "office-hours", "Office at Brightwater", -28, "09:15", "15:30", rule="BYDAY=MO,TU,WE,TH"
    )
    yield outlook.event("stand-up", "Stand-up Orchard project", -28, "09:30", "09:45", rule="BYDAY=MO,WE")
    for number, day in enumerate(sorted(dice.sample((0, 1, 2, 3), 2))):
        start = dice.choice(("10:00", "11:00", "13:30"))
        end = f"{int(start[:2]) + 1:02}{start[2:]}"
        title = f"{dice.choice(_MEETINGS)} with {dice.choice(_COLLEAGUES)}"
        yield outlook.event(f"meeting-{number}", title, day, start, end, place="Room Aldebaran")
    yield outlook.event(
        "launch-dinner",
        "Launch dinner Zephyr",
        2,
        "18:30",
        "22:00",
        attendees=(("ana@example.org", "DECLINED"), ("marguerite@example.com", "ACCEPTED")),
    )


def _ana_at_home(week: Week, dice: Random) -> Iterator[Resource]:
    apple = _Apple(week)
    day, start, end = dice.choice(_AFTER_WORK)
    yield apple.event("physio", "Physiotherapist Okonkwo", day, start, end, klass="PRIVATE")
    yield apple.all_day("birthday", "Aunt Philippa's birthday", dice.choice((2, 3, 4)), transparent=True)
    yield apple.event("parcel", "Parcel from Lindqvist may come", 4, "08:00", "18:00", transparent=True)
    friend, day = dice.choice(_FRIENDS), dice.choice((4, 5))
    yield apple.event("friend", f"Supper with {friend}", day, "19:45", "22:00", place="Trattoria Bellerophon")


def _ben_at_work(week: Week, dice: Random) -> Iterator[Resource]:
    google = _Google(week)
    yield google.event("workshop-long", "Workshop open", -28, "09:00", "17:00", rule="BYDAY=MO,WE,TH")
    yield google.event(
        "workshop-short", "Workshop open, short day", -28, "09:00", "15:00", rule="BYDAY=TU,FR"
    )
    for number, day in enumerate(sorted(dice.sample((0, 1, 2, 3, 4), 2))):
        customer = dice.choice(_CUSTOMERS)
        yield google.event(f"fitting-{number}", f"Fitting {customer}", day, "10:30", "12:00", place=customer)
    yield google.all_day("fair", "Trade fair Quillon", 11)


def _ben_at_home(week: Week, dice: Random) -> Iterator[Resource]:
    google = _Google(week)
    start = dice.choice(("19:45", "20:00"))
    yield google.event(
        "choir",
        "Choir at Saint Hildegard",
        -13,
        start,
        "21:45",
        rule="BYDAY=TU",
        moved=(1, 0, "Choir, the other hall"),
        cancelled=(8,),
    )
    yield google.floating("dentist", "Dentist Vandersloot", 7 + dice.choice((0, 2)), "08:00", "08:45")


class _Style:
    """How one provider writes an event. Subclasses give the words around the same facts."""

    product = ""
    host = ""
    tzid = "Europe/Berlin"

    def __init__(self, week: Week) -> None:
        self._week = week

    def event(
        self,
        name: str,
        title: str,
        day: Days,
        start: str,
        end: str,
        *,
        rule: str = "",
        moved: tuple[Days, Days, str] | None = None,
        cancelled: Sequence[Days] = (),
        transparent: bool = False,
        klass: str = "",
        place: str = "",
        attendees: Sequence[tuple[str, str]] = (),
    ) -> Resource:
        """`rule` is a BYDAY part of a weekly series that begins in the week of `day`; `moved` puts its
        time on the first day to the second one, under another title."""
        if rule:
            day = self._first(day, rule)
        lines = [
            *self._times(day, start, end),
            *([f"RRULE:FREQ=WEEKLY;{rule}"] if rule else []),
            *(f"EXDATE;TZID={self.tzid}:{self._at(one, start)}" for one in cancelled),
            *([f"CLASS:{klass}"] if klass else []),
            *([f"LOCATION:{place}"] if place else []),
            *self._people(attendees),
            *self._manner(transparent),
        ]
        events = [self._vevent(name, title, lines)]
        if moved:
            old, new, new_title = moved
            override = [
                f"RECURRENCE-ID;TZID={self.tzid}:{self._at(old, start)}",
                *self._times(new, start, end),
                *self._manner(transparent),
            ]
            events.append(self._vevent(name, new_title, override))
        return self._resource(name, events, zone=True)

    def all_day(self, name: str, title: str, day: Days, *, transparent: bool = False) -> Resource:
        lines = [
            f"DTSTART;VALUE=DATE:{self._date(day):%Y%m%d}",
            f"DTEND;VALUE=DATE:{self._date(day + 1):%Y%m%d}",
            *self._manner(transparent),
        ]
        return self._resource(name, [self._vevent(name, title, lines)], zone=False)

    def floating(self, name: str, title: str, day: Days, start: str, end: str) -> Resource:
        """A time without a zone: wherever its reader is (RFC 5545 section 3.3.5, form 1)."""
        lines = [f"DTSTART:{self._at(day, start)}", f"DTEND:{self._at(day, end)}", *self._manner(False)]
        return self._resource(name, [self._vevent(name, title, lines)], zone=False)

    def _manner(self, transparent: bool) -> list[str]:
        return [f"TRANSP:{'TRANSPARENT' if transparent else 'OPAQUE'}"]

    def _people(self, attendees: Sequence[tuple[str, str]]) -> list[str]:
        if not attendees:
            return []
        invited = (
            f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={said};RSVP=TRUE:mailto:{address}"
            for address, said in attendees
        )
        return ["ORGANIZER;CN=Marguerite:mailto:marguerite@example.com", *invited]

    def _times(self, day: Days, start: str, end: str) -> list[str]:
        return [
            f"DTSTART;TZID={self.tzid}:{self._at(day, start)}",
            f"DTEND;TZID={self.tzid}:{self._at(day, end)}",
        ]

    def _vevent(self, name: str, title: str, lines: Sequence[str]) -> list[str]:
        return [
            "BEGIN:VEVENT",
            f"UID:{name}-{self._week}@{self.host}",
            f"DTSTAMP:{self._date(-28):%Y%m%d}T080000Z",
            f"SUMMARY:{title}",
            *lines,
            "END:VEVENT",
        ]

    def _resource(self, name: str, events: Sequence[Sequence[str]], *, zone: bool) -> Resource:
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:{self.product}",
            "CALSCALE:GREGORIAN",
            *(self._zone() if zone else []),
            *(line for event in events for line in event),
            "END:VCALENDAR",
        ]
        return Resource(f"{name}.ics", "".join(f"{line}\r\n" for line in lines))

    def _zone(self) -> list[str]:
        return [
            "BEGIN:VTIMEZONE",
            f"TZID:{self.tzid}",
            *_observance("DAYLIGHT", "+0100", "+0200", "19810329T020000", 3),
            *_observance("STANDARD", "+0200", "+0100", "19961027T030000", 10),
            "END:VTIMEZONE",
        ]

    def _first(self, day: Days, rule: str) -> Days:
        """The first day of the series on or after `day`: DTSTART is an occurrence itself."""
        names = rule.removeprefix("BYDAY=").split(",")
        return next(d for d in range(day, day + 7) if _BYDAY[self._date(d).weekday()] in names)

    def _date(self, day: Days) -> date:
        return self._week.monday + timedelta(days=day)

    def _at(self, day: Days, clock: str) -> str:
        return f"{datetime.combine(self._date(day), time.fromisoformat(clock)):%Y%m%dT%H%M%S}"


class _Outlook(_Style):
    """Exchange names zones in Windows' way and says busy twice."""

    product = "Microsoft Exchange Server 2010"
    host = "exchange.example.com"
    tzid = "W. Europe Standard Time"

    def _manner(self, transparent: bool) -> list[str]:
        status = "FREE" if transparent else "BUSY"
        return [
            *super()._manner(transparent),
            "PRIORITY:5",
            f"X-MICROSOFT-CDO-BUSYSTATUS:{status}",
            "X-MICROSOFT-CDO-IMPORTANCE:1",
            "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
        ]


class _Google(_Style):
    product = "-//Google Inc//Google Calendar 70.9054//EN"
    host = "google.example.com"

    def _manner(self, transparent: bool) -> list[str]:
        return ["STATUS:CONFIRMED", "SEQUENCE:1", *super()._manner(transparent)]


class _Apple(_Style):
    product = "-//Apple Inc.//iOS 18.1//EN"
    host = "icloud.example.com"

    def _manner(self, transparent: bool) -> list[str]:
        return [
            *super()._manner(transparent),
            "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Reminder",
            "TRIGGER:-PT15M",
            "END:VALARM",
        ]


def _observance(kind: str, before: str, after: str, start: str, month: int) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        f"DTSTART:{start}",
        f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU",
        f"END:{kind}",
    ]


_AFTER_WORK = ((1, "17:15", "18:15"), (1, "16:45", "17:45"), (2, "17:00", "18:00"), (4, "16:45", "17:45"))
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MEETINGS = ("Budget review", "Roadmap", "Interview", "Retrospective", "Design review")
_COLLEAGUES = ("Kowalczyk", "Abernathy", "Ferreira", "Nakamura")
_CUSTOMERS = ("Hollenstein", "Papadakis", "Van Doorn", "Eriksson")
_FRIENDS = ("Leocadia", "Wilhelmina", "Rosamund")
