"""What people do with their calendars and on their pages, at random, told to the witness as they do it.

Every act takes its dice, so that one seed is one life.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from connectors.model import CalendarId
from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in, questions
from service.ports import World
from service.store import SqlStore
from tests.builders import ANA, BEN, BERLIN, HOME
from tests.flow.sides import KilledError, MortalStore, Place, QuickPlanner, Side
from tests.flow.witness import Witness, moved, times_of, uid_of, unfolded, value


class People:
    """Two people, what they see, and the witness whom they tell."""

    def __init__(self, world: World, store: SqlStore, side: Side, *, shared: bool = False) -> None:
        self.side, self.store, self.clock = side, store, world.clock
        self._mortal = MortalStore(store)
        self.world = replace(world, store=self._mortal, planner=QuickPlanner())
        self.account_of = {ANA: "ana", BEN: "ana" if shared else "ben"}
        self.witness = Witness(frozenset({"bins", "bedtime"}))
        self.before_edit: dict[Place, str] = {}
        self._made = 0

    # What stands where.

    def there(self) -> dict[Place, str]:
        found: dict[Place, str] = {}
        for account, calendars in self._calendars().items():
            for calendar in calendars:
                texts = self.side.texts(account, calendar) or {}
                found |= {(account, calendar, name): text for name, text in texts.items()}
        return found

    def _calendars(self) -> dict[str, set[CalendarId]]:
        found = {name: {calendar} for name, calendar in self.side.personal.items()}
        for home, partner in {**self._homes(), **self.witness.homes}.items():
            found[self.account_of[PartnerId(partner)]].add(home)
        return found

    def _homes(self) -> dict[CalendarId, str]:
        known = {p: self.store.accounts.get(HOME, p) for p in (ANA, BEN)}
        return {account.home_id: p for p, account in known.items() if account and account.home_id}

    def _entries(self) -> dict[Place, str]:
        """Everything in our calendars, people's own events there as well."""
        return {place: text for place, text in self.there().items() if place[1] in self.witness.homes}

    # What people do. Each is done by whoever can see the calendar.

    def add_event(self, dice: Random) -> None:
        """An event of one's own: anywhere, or on top of something of ours, now and then in our calendar."""
        entries = self._entries()
        account, start_at = dice.choice(sorted(self.side.personal)), self._some_time(dice)
        calendar = self.side.personal[account]
        if entries and dice.random() < 0.6:
            on = dice.choice(_in_order(entries))
            account, start_at = on[0], times_of(entries[on])[0]
            calendar = on[1] if dice.random() < 0.2 else self.side.personal[account]
        self._made += 1
        uid = f"own-{self._made}@phone"
        text = an_event(uid, start_at, start_at + timedelta(minutes=dice.choice((30, 60, 90))))
        self._put((account, calendar, f"own-{self._made}.ics"), text)

    def drop_event(self, dice: Random) -> None:
        own = {p: text for p, text in self.witness.theirs.items() if uid_of(text).endswith("@phone")}
        if own:
            self.remove(dice.choice(_in_order(own)))

    def drag(self, dice: Random) -> None:
        if found := self._some_entry(dice):
            place, text = found
            start_at, end_at = times_of(text)
            to = self._some_time(dice)
            self._put(place, _with(text, DTSTART=_stamp(to), DTEND=_stamp(to + (end_at - start_at))))

    def resize(self, dice: Random) -> None:
        if found := self._some_entry(dice):
            place, text = found
            longer = timedelta(minutes=dice.choice((15, 20, 45)))
            self._put(place, _with(text, DTEND=_stamp(times_of(text)[1] + longer)))

    def retitle(self, dice: Random) -> None:
        if found := self._some_entry(dice):
            place, text = found
            title = re.sub(
                r"^[x✓>] ", "", re.search(r"^SUMMARY[^:]*:(.*?)\r?$", unfolded(text), re.MULTILINE)[1]
            )  # type: ignore[index]
            before = dice.choice(("x ", "✓ ", "> ", "> ", "Please: "))
            self._put(place, _with(text, SUMMARY=before + title))

    def retitle_everything(self, dice: Random) -> None:
        for place, text in self._entries().items():
            title = value(text, "SUMMARY")
            self._put(place, _with(text, SUMMARY=f"{title} ({dice.randrange(100)})"))

    def decorate(self, dice: Random) -> None:
        """Make it repeat, invite somebody, name a place, have it ring."""
        if found := self._some_entry(dice):
            place, text = found
            line = dice.choice(
                (
                    "RRULE:FREQ=WEEKLY",
                    "ATTENDEE;CN=Eve:mailto:eve@example.org",
                    "LOCATION:At the corner",
                    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Now\r\nTRIGGER:-PT5M\r\nEND:VALARM",
                )
            )
            if line.partition(":")[0].partition(";")[0] not in text:
                self._put(place, text.replace("END:VEVENT", f"{line}\r\nEND:VEVENT"))

    def undo(self, dice: Random) -> None:
        """Take an edit back: the entry is as it was written, to the letter."""
        there = self.there()
        edited = {p: text for p, text in self.before_edit.items() if p in self.witness.theirs and p in there}
        if edited:
            place = dice.choice(_in_order(edited))
            self.side.put(place, self.before_edit[place])
            self.witness.put_back(place)

    def copy(self, dice: Random) -> None:
        if found := self._some_entry(dice):
            place, text = found
            self._made += 1
            uid, to = f"copy-{self._made}@phone", self._some_time(dice)
            text = _with(text, UID=uid, DTSTART=_stamp(to), DTEND=_stamp(to + timedelta(minutes=30)))
            self._put((place[0], place[1], f"copy-{self._made}.ics"), text)

    def move_away(self, dice: Random) -> None:
        """Drag an entry into one's own calendar."""
        if found := self._some_entry(dice):
            (account, _, name), text = found
            if (account, self.side.personal[account], name) not in self.witness.theirs:
                self.remove(found[0], to_keep=True)
                self._put((account, self.side.personal[account], name), text)

    def delete(self, dice: Random) -> None:
        if found := self._some_entry(dice):
            self.remove(found[0])

    def empty_calendar(self, dice: Random) -> None:
        entries = self._entries()
        if entries:
            calendar = dice.choice(sorted({place[1] for place in entries}))
            for place in [place for place in entries if place[1] == calendar]:
                self.remove(place)

    def delete_calendar(self, dice: Random) -> None:
        if self.witness.homes:
            calendar = dice.choice(sorted(self.witness.homes))
            account = self.account_of[PartnerId(self.witness.homes[calendar])]
            if self.side.texts(account, calendar) is not None:
                self.side.remove_calendar(account, calendar)
                self.witness.calendar_gone(calendar)

    def move_calendar(self, dice: Random) -> None:
        """Our calendar gets another address, with what stands in it: by that it is known again."""
        if self.witness.homes:
            calendar = dice.choice(sorted(self.witness.homes))
            account = self.account_of[PartnerId(self.witness.homes[calendar])]
            texts = self.side.texts(account, calendar) or {}
            if any(self.witness.ours((account, calendar, name), text) for name, text in texts.items()):
                after = self.side.move_calendar(account, calendar)
                if after is not None:
                    self.witness.calendar_moved(calendar, after)
                    self.before_edit = moved(self.before_edit, calendar, after)

    def answer(self, dice: Random) -> None:
        partner, week = dice.choice((ANA, BEN)), self._week(dice)
        state = dice.choice(("fine", "fine", "weeds", "blown", "away"))
        if dice.random() < 0.3:
            self._do(lambda: check_in.open_check_in(self.world, HOME, week))
        self._do(lambda: check_in.answer(self.world, HOME, partner, week, state=state))

    def agree(self, dice: Random, week: Week | None = None) -> None:
        """Both answer anew and agree to what comes of it, where they may."""
        running = Week.at(self.clock.now(), BERLIN)
        week = week or dice.choice((running, running.next, running.next, running.next))
        for partner in (ANA, BEN):
            state = dice.choice(("fine", "weeds", "blown", "away"))
            self._do(partial(check_in.open_check_in, self.world, HOME, week))
            self._do(partial(check_in.answer, self.world, HOME, partner, week, state=state))
        for partner in (ANA, BEN):
            self._do(partial(check_in.agree, self.world, HOME, partner, week))

    def press(self, dice: Random) -> None:
        """Press a button on the week page."""
        week = self._week(dice)
        asked = [q for q in self.store.questions.of_week(HOME, week) if q.is_open]
        if asked:
            question = dice.choice(asked)
            partner = dice.choice(question.asked)
            choice = dice.choice(
                (
                    "take",
                    "keep",
                    "let-go",
                    "not-this-time",
                    *(o.start_at.isoformat() for o in question.options),
                )
            )
            taken = self._do(lambda: questions.answer(self.world, HOME, partner, week, question.id, choice))
            if taken is not False:
                self.witness.answered(partner, str(week), question.key, sure=taken is True, chosen=choice)

    # Small things.

    def _do(self, call: Callable[[], object]) -> bool | None:
        """Whether it was taken; `None` when we died over it."""
        try:
            call()
        except KilledError:
            return None
        except (check_in.CheckInClosedError, questions.QuestionClosedError):
            return False
        return True

    def _some_entry(self, dice: Random) -> tuple[Place, str] | None:
        entries = self._entries()
        if not entries:
            return None
        place = dice.choice(_in_order(entries))
        return place, entries[place]

    def _some_time(self, dice: Random) -> datetime:
        quarter = self.clock.now().replace(minute=0, second=0, microsecond=0)
        return quarter + timedelta(minutes=15 * dice.randrange(-40, 10 * 96))

    def _week(self, dice: Random) -> Week:
        running = Week.at(self.clock.now(), BERLIN)
        return dice.choice((running, running.next))

    def _put(self, place: Place, text: str) -> None:
        self.side.put(place, text)
        there = self.side.texts(place[0], place[1]) or {}
        self.witness.wrote(place, there[place[2]])

    def remove(self, place: Place, *, to_keep: bool = False) -> None:
        """`to_keep`: it goes into a calendar of their own."""
        text = (self.side.texts(place[0], place[1]) or {})[place[2]]
        self.side.remove(place)
        self.witness.removed(place, text, now=self.clock.now(), to_keep=to_keep)


PEOPLE = (
    *(People.add_event, People.drop_event, People.drag, People.drag, People.resize, People.retitle),
    *(People.retitle, People.decorate, People.undo, People.copy, People.move_away, People.delete),
    *(People.delete, People.answer, People.agree, People.press, People.press),
)
RARE = (People.empty_calendar, People.delete_calendar, People.move_calendar)


def _in_order(texts: Mapping[Place, str]) -> list[Place]:
    """By what they say: names and UIDs of ours are other ones in every run."""
    return sorted(
        texts, key=lambda p: (p[:2], value(texts[p], "X-OFFPLATE-BLOCK"), value(texts[p], "SUMMARY"), p[2])
    )


def an_event(uid: str, start_at: datetime, end_at: datetime) -> str:
    lines = (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a phone//EN", "BEGIN:VEVENT", f"UID:{uid}"),
        *(f"DTSTAMP:{_stamp(start_at)}", f"DTSTART:{_stamp(start_at)}", f"DTEND:{_stamp(end_at)}"),
        *("SUMMARY:Own", "END:VEVENT", "END:VCALENDAR", ""),
    )
    return "\r\n".join(lines)


def _with(text: str, **properties: str) -> str:
    text = unfolded(text)
    for name, new in properties.items():
        text = re.sub(rf"^{name}(;[^:\r\n]*)?:[^\r\n]*", f"{name}:{new}", text, count=1, flags=re.MULTILINE)
    return text


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
