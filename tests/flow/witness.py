"""Somebody who watches both calendars during a long random run and knows nothing of how we work.

People tell the witness what they did; after every tick it looks at the servers. What it must never see:
what people wrote changed or gone, an entry twice, an entry that was deleted back again. Once things are
calm, the entries are those of the published plan but for what people changed, deleted or ticked off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.model import CalendarId
from tests.flow.sides import Place

_MARK = re.compile(r"(\d{4}-W\d\d)\.(\w+)\.(.+)\.(\d+)")
Times = tuple[datetime, datetime]
Planned = Mapping[tuple[str, str], Times]
"""Week and key of everything planned for one partner, and when."""


@dataclass(frozen=True)
class Mark:
    """What an entry says of itself: whose it is and what it shows."""

    week: str
    partner: str
    key: str

    @property
    def block(self) -> tuple[str, str]:
        return self.week, self.key

    @property
    def counterpart(self) -> tuple[str, str]:
        """The other entry of a time for oneself and its cover; of anything else the block itself."""
        kind, dot, rest = self.key.partition(".")
        other = {"self-care": "cover", "cover": "self-care"}.get(kind)
        return self.week, f"{other}{dot}{rest}" if other else self.key


class SomethingBrokeError(AssertionError):
    """One of the promises was not kept."""


@dataclass
class Witness:
    """`never_shed` are the chores that may come back after they were deleted."""

    never_shed: frozenset[str]
    homes: dict[CalendarId, str] = field(default_factory=dict)
    """Our calendars, and whose they are."""
    theirs: dict[Place, str] = field(default_factory=dict)
    """Everything that people wrote, as it has to stand."""
    originals: dict[Place, str] = field(default_factory=dict)
    """Entries of ours that nobody has touched."""
    deleted: set[tuple[CalendarId, str]] = field(default_factory=set)
    """Calendar and UID of entries that a person deleted."""
    let_go: dict[Mark, bool] = field(default_factory=dict)
    """What a person deleted there, and whether we have had a chance to see it."""
    must_return: dict[Mark, datetime] = field(default_factory=dict)
    """Never-shed chores that were deleted before their start."""
    moved_away: set[Mark] = field(default_factory=set)
    """What lies in a calendar of its person's own: never written again, and not asked about."""
    released: set[tuple[str, str]] = field(default_factory=set)
    """Blocks of which an edited entry may go: its people have answered, or the other entry was changed."""
    known: set[str] = field(default_factory=set)
    """UIDs that stood when a tick ended without trouble; of others we may not know yet."""
    unsure: set[Mark] = field(default_factory=set)
    """Deleted or edited when we could not know that they stood, or only as history: they may come back."""
    history: set[Place] = field(default_factory=set)
    """Entries whose time has passed; their blocks may be planned anew beside them."""
    taken: set[Mark] = field(default_factory=set)
    """What somebody has said they take, after it was deleted."""
    _just_now: set[Mark] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    counts_only: bool = False
    """Where a server makes it impossible to keep a promise: count instead of stopping."""
    latest: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """The latest that the clock ever said."""
    looked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When it looked last, and what was planned then."""
    was_planned: Mapping[str, Planned] = field(default_factory=dict)

    # What people tell.

    def wrote(self, place: Place, text: str) -> None:
        self.theirs[place] = text
        self.originals.pop(place, None)
        if place in self.history and (mark := self.ours(place, text)):
            self.unsure.add(mark)
        if (mark := self.ours(place, text)) and mark.key.startswith("self-care."):
            self.released.add(mark.counterpart)

    @contextmanager
    def after_we_read(self) -> Iterator[None]:
        """What is deleted in here we cannot have seen when this tick is over."""
        before = {*self.let_go}
        yield
        self._just_now |= self.let_go.keys() - before

    def put_back(self, place: Place) -> None:
        """An edit was taken back; the entry is ours again."""
        del self.theirs[place]

    def removed(self, place: Place, text: str, *, now: datetime, to_keep: bool = False) -> None:
        edited = self.theirs.pop(place, None) is not None
        self.originals.pop(place, None)
        mark = self.ours(place, text)
        if mark is None:
            return
        if mark.key.startswith("self-care."):
            self.released.add(mark.counterpart)
        if uid_of(text) not in self.known or place in self.history:
            self.unsure.add(mark)
            return
        self.deleted.add((place[1], uid_of(text)))
        self.let_go[mark] = False
        if to_keep:
            self.moved_away.add(mark)
            self.must_return.pop(mark, None)
        elif (
            self.is_never_shed(mark)
            and mark not in self.moved_away
            and not edited
            and times_of(text)[0] > now
        ):
            self.must_return[mark] = times_of(text)[0]

    def calendar_gone(self, calendar: CalendarId) -> None:
        """What was ticked off or edited there may stay away from the next one, or come."""
        self.unsure |= {
            mark
            for place, text in self.theirs.items()
            if place[1] == calendar and (mark := self.ours(place, text))
        }
        for known in (self.theirs, self.originals):
            for place in [place for place in known if place[1] == calendar]:
                del known[place]
        self._unseen_may_come_back(self.homes.pop(calendar))

    def _unseen_may_come_back(self, partner: str) -> None:
        for mark in [mark for mark, seen in self.let_go.items() if mark.partner == partner and not seen]:
            del self.let_go[mark]
            self.unsure.add(mark)
            self.moved_away.discard(mark)

    def calendar_moved(self, calendar: CalendarId, to: CalendarId) -> None:
        """Another address, and nothing else; one in which nothing of ours stands cannot be known again."""
        known = {**self.theirs, **self.originals}
        if not any(place[1] == calendar and self.ours(place, text) for place, text in known.items()):
            self._unseen_may_come_back(self.homes[calendar])
        self.homes[to] = self.homes.pop(calendar)
        self.theirs = moved(self.theirs, calendar, to)
        self.originals = moved(self.originals, calendar, to)
        self.history = set(moved(dict.fromkeys(self.history, ""), calendar, to))
        self.deleted = {(to if where == calendar else where, uid) for where, uid in self.deleted}

    def answered(self, partner: str, week: str, key: str, *, chosen: str, sure: bool) -> None:
        """Somebody answered a question about this block: its entries may be written anew."""
        mark = Mark(week, partner, key)
        self.released |= {mark.block, mark.counterpart}
        if not sure:
            self.unsure.add(mark)
            self.moved_away.discard(mark)
        elif chosen == "take":
            self._may_stand_again(mark)

    def confirmed(self, partner: str) -> None:
        """They have said that what is gone is gone rightly, whatever they had taken before."""
        self.unsure |= {mark for mark in self.taken if mark.partner == partner}
        for mark in [mark for mark in self.must_return if mark.partner == partner]:
            del self.must_return[mark]

    def _may_stand_again(self, mark: Mark) -> None:
        self.taken.add(mark)
        self.let_go.pop(mark, None)
        self.must_return.pop(mark, None)
        self.moved_away.discard(mark)

    # What it looks at.

    def broke(self, what: str) -> None:
        """A promise was not kept."""
        self.violations.append(what)
        if not self.counts_only:
            raise SomethingBrokeError(what)

    def look(
        self,
        there: Mapping[Place, str],
        *,
        planned: Mapping[str, Planned],
        read: Collection[str],
        well: Collection[str],
        now: datetime,
    ) -> None:
        """After every tick. `read` are the partners whose calendar was read, `well` those without trouble."""
        self.latest = max(now, self.latest)
        self._theirs_stands(there, planned)
        self._what_has_begun_goes_on(there, now)
        ours = {place: mark for place, text in there.items() if (mark := self.ours(place, text))}
        # What was history may have been moved to a time to come, by an intent that was still open.
        self.history -= set(ours) - set(self.theirs)
        self.history |= {place for place in ours if times_of(there[place])[1] <= self.latest}
        for place, mark in ours.items():
            uid, partner = uid_of(there[place]), self.homes[place[1]]
            if place not in self.history:
                self.must_return.pop(mark, None)  # it has
            if (place[1], uid) in self.deleted and place not in self.theirs:
                self.broke(f"{mark}: deleted, and back under its old UID")
                self.deleted.discard((place[1], uid))
            own_time = mark.key.startswith(("self-care.", "cover."))
            comes_back = self.is_never_shed(mark) and mark not in self.moved_away
            may_return = own_time or comes_back or mark in self.unsure
            if mark in self.let_go and place not in {*self.theirs, *self.history} and not may_return:
                self.broke(f"{mark}: deleted, and back")
                self.unsure.add(mark)
            if mark.partner != partner:
                self.broke(f"{mark}: stands in {partner}'s calendar")
        for mark, count in Counter(mark for place, mark in ours.items() if place not in self.history).items():
            if count > 1:
                self.broke(f"{mark}: stands {count} times")
        self.originals = {place: there[place] for place in ours if place not in self.theirs}
        self.known |= {uid_of(there[place]) for place, mark in ours.items() if mark.partner in well}
        for mark in self.let_go:
            self.let_go[mark] |= mark.partner in read and mark not in self._just_now
        self._just_now.clear()
        self.must_return = {mark: start_at for mark, start_at in self.must_return.items() if start_at > now}
        self.looked_at, self.was_planned = now, planned

    def look_when_calm(
        self, *, planned: Mapping[str, Planned], weeks: Collection[str], asked: Collection[Mark]
    ) -> None:
        """Entries and plan are the same now, but for what people did. `asked`: who takes these, is asked."""
        for mark in asked:
            if mark in self.moved_away - self.unsure:
                self.broke(f"{mark}: lies in its person's own calendar, and is asked about")
        standing = {
            self.ours(place, text): times_of(text)
            for place, text in self.originals.items()
            if place not in self.history
        }
        edited = {self.ours(place, text) for place, text in self.theirs.items()}
        for partner in self.homes.values():
            for (week, key), times in planned[partner].items():
                mark = Mark(week, partner, key)
                if times[1] <= self.latest or mark in edited:
                    continue
                if mark in standing and standing[mark] != times:
                    self.broke(f"{mark}: stands at {standing[mark][0]}, not at {times[0]}")
                may_lack = (mark in self.let_go and mark not in self.must_return) or mark in self.unsure
                if mark not in standing and not may_lack:
                    self.broke(f"{mark}: planned for {times[0]}, and nowhere")
            for mark, times in standing.items():
                if (
                    mark is None
                    or mark.partner != partner
                    or mark.week not in weeks
                    or times[1] <= self.latest
                ):
                    continue
                if mark.block not in planned[partner]:
                    self.broke(f"{mark}: stands and is not planned")

    def _theirs_stands(self, there: Mapping[Place, str], planned: Mapping[str, Planned]) -> None:
        for place, text in [*self.theirs.items()]:
            if there.get(place) == text:
                continue
            mark = self.ours(place, text)
            del self.theirs[place]
            if place in there:
                self.broke(f"{mark or place}: what a person wrote was changed")
                continue
            passed_on = mark and any(mark.block in planned[p] for p in planned if p != mark.partner)
            if mark is None or not (passed_on or mark.block in self.released):
                self.broke(f"{mark or place}: what a person wrote is gone")

    def _what_has_begun_goes_on(self, there: Mapping[Place, str], now: datetime) -> None:
        """An entry that was under way as it was planned is there until it ends."""
        for place, text in self.originals.items():
            mark, times = self.ours(place, text), times_of(text)
            if mark is None or times[0] > min(self.looked_at, now) or times[1] <= self.latest:
                continue
            as_planned = self.was_planned.get(mark.partner, {}).get(mark.block) == times
            if as_planned and (place not in there or times_of(there[place]) != times):
                self.broke(f"{mark}: taken away while it was under way")

    def ours(self, place: Place, text: str) -> Mark | None:
        """The mark of an entry of ours, in our calendar under our UID; copies are their person's."""
        if place[1] not in self.homes or not uid_of(text).endswith("@offplate"):
            return None
        found = _MARK.fullmatch(value(text, "X-OFFPLATE-BLOCK"))
        return Mark(*found.groups()[:3]) if found else None

    def is_never_shed(self, mark: Mark) -> bool:
        return mark.key.rpartition(".")[0] in self.never_shed


def moved(texts: Mapping[Place, str], calendar: CalendarId, to: CalendarId) -> dict[Place, str]:
    """The same texts with those of one calendar in another."""
    return {(a, to if c == calendar else c, name): text for (a, c, name), text in texts.items()}


def unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text)


def value(text: str, name: str) -> str:
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*?)\r?$", unfolded(text), re.MULTILINE)
    return found[1] if found else ""


def uid_of(text: str) -> str:
    return value(text, "UID")


def times_of(text: str) -> Times:
    return _instant(value(text, "DTSTART")), _instant(value(text, "DTEND"))


def _instant(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
