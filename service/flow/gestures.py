"""Step 1c of the week: what follows from people's edits, in the same tick.

    a chore that is never left out, deleted   it comes back, and both are asked who takes it
    `>` before a title                        the other is asked; nothing moves until yes
    a time for oneself, hit or deleted        whoever broke it is asked when instead; it stands meanwhile
    one's own time, dragged                   its cover follows; where nobody can, the other is asked
    anything else, deleted                    not this time: nothing is asked
    moved to another calendar of theirs       it is done there: nothing is asked, and a cover stays

Reads: the journal, the published plan, busy time. Writes: journal rows, questions, the published plan.
Never: a calendar. All of it follows from what stands now, so a stop after any step is harmless.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.entries import BlockKey, JournalEntry
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval
from service.domain.plan import Appointment, Block
from service.domain.questions import Cause, Question, QuestionKind, question_id
from service.domain.quiet_hours import sleep_after
from service.domain.week import Week
from service.flow.busy_time import busy_of, nights_of
from service.flow.entries import cover_key, own_key
from service.flow.own_time import (
    anew,
    as_free_today,
    in_quarters,
    is_covered,
    move,
)
from service.flow.plan_week import next_quarter, stored_snapshot
from service.planner.own_time import next_slots
from service.planner.snapshot import Responsibility, Snapshot
from service.ports import StoredPlan, World


def follow_gestures(
    world: World,
    household: Household,
    handed_over: Mapping[PartnerId, Collection[BlockKey]],
    *,
    now: datetime,
) -> list[Week]:
    """Decide what each edit means. Returns the weeks whose plan changed by it.

    `handed_over` are the entries titled `>`, for each partner whose calendar was just read.
    """
    running = Week.at(now, household.zone)
    changed = []
    for week in (running, running.next):
        before = world.store.plans.get(household.id, week, "published")
        if before is None or len(household.partners) < 2:
            continue
        here = _Here(world, household, week, now)
        here.forget_what_is_over()
        here.follow_own_times()
        here.follow_deletions()
        here.follow_hand_overs(handed_over)
        if here.stored().plan != before.plan:
            changed.append(week)
    return changed


@dataclass(frozen=True, slots=True)
class _Here:
    """One week of a household while its edits are followed; everything else is read when needed."""

    world: World
    household: Household
    week: Week
    now: datetime

    def stored(self) -> StoredPlan:
        stored = self.world.store.plans.get(self.household.id, self.week, "published")
        if stored is None:
            raise LookupError(f"the plan of {self.week} has gone")
        return stored

    def rows(self) -> dict[tuple[PartnerId, str], JournalEntry]:
        found = self.world.store.journal.of_week(self.household.id, self.week)
        return {(row.entry.partner, row.entry.key): row for row in found}

    def question(self, kind: QuestionKind, key: str) -> Question | None:
        found = self.world.store.questions.of_week(self.household.id, self.week)
        return next((one for one in found if one.id == question_id(kind, key)), None)

    def save(self, row: JournalEntry) -> None:
        self.world.store.journal.save(self.household.id, [row])

    def ask(
        self,
        kind: QuestionKind,
        key: str,
        *,
        cause: Cause,
        asker: PartnerId,
        asked: tuple[PartnerId, ...],
        about: Interval,
        options: tuple[Interval, ...] = (),
    ) -> None:
        question = Question(
            week=self.week,
            kind=kind,
            key=key,
            cause=cause,
            asker=asker,
            asked=asked,
            about=about,
            opened_at=self.now,
            options=options,
        )
        self.world.store.questions.save(self.household.id, question)

    def withdraw(self, question: Question | None) -> None:
        if question is not None:
            self.world.store.questions.withdraw(self.household.id, question)

    def forget_what_is_over(self) -> None:
        """Open questions whose time has begun, or whose block or appointment is not planned any more."""
        stored = self.stored()
        plan = stored.plan
        wished = {own_key(wish.adult, n) for n, wish in enumerate(stored_snapshot(stored).selfcare)}
        doers = {block.id: block.adult for block in plan.blocks}
        owned, rows = {own_key(one.adult, one.index) for one in plan.selfcare}, self.rows()
        for question in self.world.store.questions.of_week(self.household.id, self.week):
            over = question.about.start_at <= self.now
            match question.kind:
                case "take_over":
                    over = over or doers.get(question.key) != question.asker
                case "who_takes":
                    row = rows.get((question.asker, question.key))
                    over = over or question.key not in doers
                    over = over or (row is not None and row.standing in ("moved", "doubled"))
                case "mend" | "cover":
                    over = over or question.key not in (wished if question.cause == "given_up" else owned)
            if question.is_open and over:
                self.withdraw(question)

    def follow_deletions(self) -> None:
        missing = {at: row for at, row in self.rows().items() if row.standing == "missing"}
        blocks, chores = self._planned() if missing else ({}, {})
        for (partner, key), row in missing.items():
            block = blocks.get(key)
            chore = chores[block.responsibility] if block and block.adult == partner else None
            if (
                block is None
                or chore is None
                or chore.priority > 0
                or row.entry.kind not in ("chore", "duty")
            ):
                self.save(replace(row, standing="settled"))
                continue
            if self.question("who_takes", key) is None:
                able = tuple(p.id for p in self.household.partners if p.id in chore.eligible)
                self.ask("who_takes", key, cause="deleted", asker=partner, asked=able, about=block.interval)
            self.save(anew(row))

    def follow_hand_overs(self, handed_over: Mapping[PartnerId, Collection[BlockKey]]) -> None:
        for partner, keys in handed_over.items():
            blocks, chores = self._planned() if keys else ({}, {})
            for week, key in sorted(keys):
                if week == self.week and key in blocks:
                    self._ask_to_take(partner, blocks[key], chores[blocks[key].responsibility])
            for question in self.world.store.questions.of_week(self.household.id, self.week):
                waits = question.kind == "take_over" and question.outcome in ("open", "declined")
                waits = waits and question.cause == "gesture"
                if waits and question.asker == partner and question.block not in keys:
                    self.withdraw(question)

    def _planned(self) -> tuple[dict[str, Block], dict[str, Responsibility]]:
        stored = self.stored()
        chores = stored_snapshot(stored).responsibilities
        return {block.id: block for block in stored.plan.blocks}, {chore.id: chore for chore in chores}

    def _ask_to_take(self, partner: PartnerId, block: Block, chore: Responsibility) -> None:
        other, asked = self.household.other(partner).id, self.question("take_over", block.id)
        ahead = block.adult == partner and block.interval.start_at > self.now
        if ahead and other in chore.eligible and (asked is None or asked.outcome == "taken"):
            self.ask(
                "take_over", block.id, cause="gesture", asker=partner, asked=(other,), about=block.interval
            )

    def follow_own_times(self) -> None:
        self._take_back_what_was_moved()
        for one in self.stored().plan.selfcare:
            if one.interval.start_at > self.now:
                self._follow_own_time(one, PartnerId(one.adult))

    def _take_back_what_was_moved(self) -> None:
        """Taken for given up, and found in another calendar of its person's since: it stands there."""
        stands, rows = {own_key(one.adult, one.index) for one in self.stored().plan.selfcare}, self.rows()
        for question in self.world.store.questions.of_week(self.household.id, self.week):
            given_up = question.is_open and (question.kind, question.cause) == ("mend", "given_up")
            row = rows.get((question.asker, question.key)) if given_up else None
            if row and row.standing == "moved" and question.key not in stands:
                index = int(question.key.rpartition(".")[2])
                to = in_quarters(row.interval)
                duty = rows.get((self.household.other(question.asker).id, cover_key(question.asker, index)))
                self._follow_drag(Appointment(index, question.asker, to, None), question.asker, to, duty)

    def _follow_own_time(self, one: Appointment, owner: PartnerId) -> None:
        rows, key = self.rows(), own_key(one.adult, one.index)
        own = rows.get((owner, key))
        duty = rows.get((PartnerId(one.cover), cover_key(one.adult, one.index))) if one.cover else None
        if own is not None and own.standing == "done":
            return
        if own is not None and own.standing == "settled":  # given up; a later plan does not bring it back
            move(self.world, self.household, self.week, one.index, None, now=self.now)
            return
        if own is not None and own.standing == "missing":
            self._give_up(one, owner, [row for row in (own, duty) if row])
        elif own is not None and own.is_as_put and self._was_dragged(one, own):
            self._follow_drag(one, owner, in_quarters(own.interval), duty)
        elif broken := self._broken(one, owner, own, duty):
            cause, breaker = broken
            if duty is not None and duty.standing == "missing":
                self.save(anew(duty))
            self._ask_when_instead(one, owner, cause, breaker)
        else:
            question = self.question("mend", key)
            if question and question.is_open and question.cause in ("event", "dragged"):
                self.withdraw(question)

    def _give_up(self, one: Appointment, owner: PartnerId, rows: list[JournalEntry]) -> None:
        """Their own to delete: it goes from both calendars, and another time is offered once."""
        if not move(self.world, self.household, self.week, one.index, None, now=self.now):
            return
        for row in rows:
            self.save(replace(row, standing="settled") if row.entry.partner == owner else anew(row))
        self.withdraw(self.question("cover", own_key(one.adult, one.index)))
        self._ask_when_instead(one, owner, "given_up", owner)

    def _was_dragged(self, one: Appointment, own: JournalEntry) -> bool:
        inside = self.week.interval(self.household.zone).contains(in_quarters(own.interval))
        return in_quarters(own.interval) != one.interval and own.interval.start_at > self.now and inside

    def _follow_drag(
        self, one: Appointment, owner: PartnerId, to: Interval, duty: JournalEntry | None
    ) -> None:
        key = own_key(one.adult, one.index)
        if not move(self.world, self.household, self.week, one.index, to, now=self.now):
            return  # it stays where its person put it, and its cover where it was
        if duty is not None:
            self.save(anew(duty))
        for kind in ("mend", "cover"):
            self.withdraw(self.question(kind, key))
        stored = self.stored()
        moved = next(each for each in stored.plan.selfcare if each.index == one.index)
        today = as_free_today(self.world, self.household, self.week, stored, self.now)
        if not is_covered(today, one.index, to, moved.cover):
            other = self.household.other(owner).id
            self.ask("cover", key, cause="dragged", asker=owner, asked=(other,), about=to)

    def _broken(
        self, one: Appointment, owner: PartnerId, own: JournalEntry | None, duty: JournalEntry | None
    ) -> tuple[Cause, PartnerId] | None:
        """Why the time cannot be as it is, and by whose doing; None while it can."""
        if duty is not None and duty.standing == "missing":
            return "deleted", duty.entry.partner
        if duty is not None and duty.is_as_put and in_quarters(duty.interval) != one.interval:
            return "dragged", duty.entry.partner
        people = [] if own is not None and own.is_as_put else [owner]
        if duty is None or duty.standing != "moved":  # it makes them busy itself
            people += [p.id for p in self.household.partners if p.id == one.cover]
        for person in people:
            asleep = sleep_after(nights_of(self.world, self.household, person))
            taken = [*busy_of(self.world, self.household.id, person), *asleep]
            if any(time.overlaps(one.interval) for time in taken) and not self._stands_by(one, person):
                return "event", person
        return None

    def _stands_by(self, one: Appointment, person: PartnerId) -> bool:
        """Whether that person has said that it holds, whatever their calendar says."""
        key = own_key(one.adult, one.index)
        said = [self.question("mend", key), self.question("cover", key)]
        return any(
            q is not None
            and q.outcome in ("kept", "taken")
            and (q.settled_by, q.chosen) == (person, one.interval)
            for q in said
        )

    def _ask_when_instead(self, one: Appointment, owner: PartnerId, cause: Cause, breaker: PartnerId) -> None:
        """Ask once, and keep the times on offer true."""
        key, today = own_key(one.adult, one.index), self._today()
        options = next_slots(today, one.index, next_quarter(self.now))
        asked = self.question("mend", key)
        if asked is None or not asked.is_open or asked.asked != (breaker,):
            about = one.interval
            self.ask("mend", key, cause=cause, asker=owner, asked=(breaker,), about=about, options=options)
        elif asked.options != options:
            self.world.store.questions.save(self.household.id, replace(asked, options=options))

    def _today(self) -> Snapshot:
        return as_free_today(self.world, self.household, self.week, self.stored(), self.now)
