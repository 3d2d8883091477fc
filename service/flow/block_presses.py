"""What one may do with a block of one's own on the week page: mark it as done, or ask the other to take it.

The same as the gestures in a calendar app, without opening one. Reads: the journal, the published plan,
questions. Writes: a journal row or a question. Never: a calendar, or anything of the other's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.entries import JournalEntry
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.plan import Block
from service.domain.questions import Question, question_id
from service.domain.week import Week
from service.flow.plan_week import stored_snapshot
from service.flow.views import Press
from service.planner import Snapshot
from service.ports import StoredPlan, World
from service.words import _


class PressRefusedError(ValueError):
    """It is not possible any more; the sentence says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class OwnBlocks:
    """One partner's chores of a week, with all that decides what may be done with each.

    `asked` are the week's questions by id, in the order in which they were asked."""

    household: Household
    partner: PartnerId
    blocks: Mapping[str, Block]
    snapshot: Snapshot
    journal: Mapping[str, JournalEntry]
    asked: Mapping[str, Question]
    now: datetime

    def presses(self, key: str) -> tuple[Press, ...]:
        block, row, question = self.blocks.get(key), self.journal.get(key), self._question(key)
        if block is None:
            return ()
        found: list[Press] = []
        if row is not None and row.standing == "done":
            return ("not_done",)
        if row is not None and (row.is_as_put or row.standing == "standing"):
            found.append("done")
        if question is not None and question.is_open and question.cause == "page":
            found.append("keep")
        elif question is None and block.interval.start_at > self.now and self._other_can(block):
            found.append("hand_over")
        return tuple(found)

    def _question(self, key: str) -> Question | None:
        question = self.asked.get(question_id("take_over", key))
        return question if question and question.asker == self.partner else None

    def _other_can(self, block: Block) -> bool:
        if len(self.household.partners) < 2:
            return False
        chore = next(one for one in self.snapshot.responsibilities if one.id == block.responsibility)
        return self.household.other(self.partner).id in chore.eligible


def own_blocks(
    world: World, household: Household, partner_id: PartnerId, week: Week, stored: StoredPlan
) -> OwnBlocks:
    return OwnBlocks(
        household=household,
        partner=partner_id,
        blocks={block.id: block for block in stored.plan.blocks_of(partner_id)},
        snapshot=stored_snapshot(stored),
        journal={
            row.entry.key: row for row in world.store.journal.of_week(household.id, week, partner=partner_id)
        },
        asked={one.id: one for one in world.store.questions.of_week(household.id, week)},
        now=world.clock.now(),
    )


def press(
    world: World, household_id: HouseholdId, partner_id: PartnerId, week: Week, key: str, wanted: str
) -> None:
    """Do it, once however often it is pressed; the other is asked at the next tick, which is woken.

    Raises:
        PressRefusedError: the block is not theirs, or not there any more, or its time has come.
    """
    household = world.store.households.get(household_id)
    stored = world.store.plans.get(household_id, week, "published")
    mine = own_blocks(world, household, partner_id, week, stored) if stored else None
    possible = mine.presses(key) if mine else ()
    if mine is None or key not in mine.blocks:
        raise PressRefusedError(_("This is not planned any more; nothing was changed."))
    if _is_so_already(possible, wanted):
        return
    match next((known for known in possible if known == wanted), None):
        case "done":
            world.store.journal.save(household_id, [replace(mine.journal[key], standing="done")])
        case "not_done":
            row = mine.journal[key]
            moved = row.interval != row.entry.interval
            world.store.journal.save(household_id, [replace(row, standing="kept" if moved else "standing")])
        case "hand_over":
            world.store.questions.save(
                household_id, _ask(household, partner_id, week, mine.blocks[key], mine.now)
            )
            world.store.due.wake(household_id, at=mine.now)
        case "keep":
            world.store.questions.withdraw(household_id, mine.asked[question_id("take_over", key)])
        case None:
            raise PressRefusedError(_("This has been settled meanwhile; the week stands as you see it here."))


def _is_so_already(possible: Sequence[Press], wanted: str) -> bool:
    """Whether the same press came before: a double click, or a second tab."""
    opposite: dict[str, Press] = {"done": "not_done", "not_done": "done", "hand_over": "keep"}
    return wanted not in possible and opposite.get(wanted) in possible


def _ask(household: Household, partner: PartnerId, week: Week, block: Block, now: datetime) -> Question:
    return Question(
        week=week,
        kind="take_over",
        key=block.id,
        cause="page",
        asker=partner,
        asked=(household.other(partner).id,),
        about=block.interval,
        opened_at=now,
    )
