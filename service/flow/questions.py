"""Open questions on the week page: how they are put to each reader, and what an answer does.

Reads and writes: questions, journal rows, the published plan. Never: a calendar; the next tick, which is
woken, writes there. Who may answer is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.domain.questions import Outcome, Question
from service.domain.week import Week
from service.flow.entries import cover_key, own_key
from service.flow.own_time import anew, as_free_today, move
from service.flow.plan_week import keep_published, next_quarter, stored_snapshot
from service.planner.own_time import is_possible
from service.planner.pass_on import pass_on
from service.ports import StoredPlan, World
from service.words import _

TAKE, NOT_THIS_TIME, KEEP, LET_GO = "take", "not-this-time", "keep", "let-go"


class QuestionClosedError(ValueError):
    """It is not asked (any more), or not of this person, or the answer no longer fits. Nothing changed."""


def answer(
    world: World, household_id: HouseholdId, partner_id: PartnerId, week: Week, question: str, choice: str
) -> None:
    """Take one partner's answer; calendars follow at the next tick, which is woken.

    `choice` is TAKE, NOT_THIS_TIME, KEEP, LET_GO, or the start of another time (ISO 8601, with offset).

    Raises:
        QuestionClosedError: with a sentence for the reader.
    """
    asked = next((q for q in world.store.questions.of_week(household_id, week) if q.id == question), None)
    now = world.clock.now()
    stored = world.store.plans.get(household_id, week, "published")
    if asked is None or stored is None or partner_id not in asked.asked:
        raise QuestionClosedError(_("This is not being asked any more; the week stands as you see it here."))
    if not asked.is_open or asked.about.start_at <= now or _of_an_earlier_plan(asked, stored):
        raise QuestionClosedError(_("This has been settled meanwhile; the week stands as you see it here."))
    answering = _Answering(world, household_id, partner_id, asked, stored, now)
    match (asked.kind, choice):
        case ("take_over" | "who_takes", "take"):
            answering.take()
        case ("cover", "take"):
            answering.be_there()
        case ("take_over" | "cover", "not-this-time"):
            answering.settle("declined")
        case ("mend", "keep") if asked.cause != "given_up":
            answering.keep()
        case ("mend", "let-go") if partner_id == asked.asker:
            answering.let_go()
        case ("mend", start):
            answering.choose(start)
        case _:
            raise QuestionClosedError(_("That is not among the answers; nothing was changed."))
    world.store.due.wake(household_id, at=now)


def _of_an_earlier_plan(question: Question, stored: StoredPlan) -> bool:
    """Whether the week was planned anew meanwhile and holds fewer times for oneself."""
    if question.kind not in ("mend", "cover"):
        return False
    return int(question.key.rpartition(".")[2]) >= len(stored_snapshot(stored).selfcare)


class _Answering:
    """One answer being carried out."""

    def __init__(
        self,
        world: World,
        household_id: HouseholdId,
        partner_id: PartnerId,
        question: Question,
        stored: StoredPlan,
        now: datetime,
    ) -> None:
        self._world, self._question, self._stored, self._now = world, question, stored, now
        self._household = world.store.households.get(household_id)
        self._partner = partner_id

    def settle(self, outcome: Outcome, chosen: Interval | None = None) -> None:
        settled = replace(self._question, outcome=outcome, settled_by=self._partner, chosen=chosen)
        self._world.store.questions.save(self._household.id, settled)

    def take(self) -> None:
        """The block becomes theirs: at its time if that is free, else at the nearest."""
        block = next((b for b in self._stored.plan.blocks if b.id == self._question.key), None)
        if block is None:
            raise QuestionClosedError(_("This is not planned any more; nothing was changed."))
        if block.adult != self._partner:
            today = as_free_today(self._world, self._household, self._question.week, self._stored, self._now)
            passed = pass_on(
                stored_snapshot(self._stored),
                self._stored.plan,
                block.id,
                to=next(adult for adult in today.adults if adult.id == self._partner),
                now=self._now,
                reason=_("You agreed on it between you."),
            )
            if passed is None:
                raise QuestionClosedError(
                    _(
                        "Your week has no free place for it when it is due, so it stays where it is. "
                        "Nothing was changed."
                    )
                )
            snapshot, plan = passed
            keep_published(
                self._world,
                self._household,
                self._question.week,
                plan,
                snapshot,
                instead_of=self._stored,
            )
            self._write_anew({block.id})
        self.settle("taken", block.interval)

    def be_there(self) -> None:
        if not self._move(self._question.about, cover=self._partner):
            raise QuestionClosedError(_("It cannot be there any more; nothing was changed."))
        self._write_anew({cover_key(*self._wish)}, of=self._partner)
        self.settle("taken", self._question.about)

    def choose(self, start: str) -> None:
        """Another time for it; the old one stood until now."""
        slot = self._slot(start)
        today = as_free_today(self._world, self._household, self._question.week, self._stored, self._now)
        index = self._wish[1]
        possible = is_possible(today, index, slot, after=next_quarter(self._now))
        if not possible or not self._move(slot):
            raise QuestionClosedError(_("That time has gone meanwhile. Here are the ones that are left."))
        self._write_anew({own_key(*self._wish), cover_key(*self._wish)})
        self.settle("moved", slot)

    def keep(self) -> None:
        self._write_anew({own_key(*self._wish), cover_key(*self._wish)}, of=self._partner)
        self.settle("kept", self._question.about)

    def let_go(self) -> None:
        """Out of both calendars, and nothing of it is kept."""
        if self._question.cause != "given_up":
            self._move(None)
        self._world.store.questions.withdraw(self._household.id, self._question)

    @property
    def _wish(self) -> tuple[str, int]:
        """Whose wish it is, and its index in the snapshot."""
        return self._question.asker, int(self._question.key.rpartition(".")[2])

    def _slot(self, start: str) -> Interval:
        wish = stored_snapshot(self._stored).selfcare[self._wish[1]]
        try:
            start_at = datetime.fromisoformat(start)
            return Interval(start_at, start_at.astimezone(UTC) + timedelta(minutes=wish.minutes))
        except ValueError as error:
            raise QuestionClosedError(_("That is not among the answers; nothing was changed.")) from error

    def _move(self, to: Interval | None, *, cover: str | None = None) -> bool:
        return move(
            self._world,
            self._household,
            self._question.week,
            self._wish[1],
            to,
            cover=cover,
            now=self._now,
        )

    def _write_anew(self, keys: set[str], *, of: PartnerId | None = None) -> None:
        """What a person changed or deleted is written again, now that they have said so."""
        rows = self._world.store.journal.of_week(self._household.id, self._question.week)
        changed = [
            anew(row)
            for row in rows
            if row.entry.key in keys and of in (None, row.entry.partner) and anew(row) != row
        ]
        self._world.store.journal.save(self._household.id, changed)
