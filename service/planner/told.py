"""What is said of one chore of a plan: the same sentences on the page, in the mail, in an entry and on the
terminal. The reasons themselves stand in the plan (`explain`); here each finds its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain.plan import Move, Plan, Unplaced
from service.planner.hands import passed
from service.planner.part import LONGER_FORM
from service.planner.snapshot import Responsibility, SelfCare, Snapshot
from service.planner.spoken import counted, day_name, number_word
from service.words import _, ngettext

_MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class MovedLine:
    """What somebody else does than its owner (nobody: None): a chore, or some times of one done in turns.
    `times` is how many blocks of it they do. `own_reasons` is what somebody reads instead of `reason`."""

    chore: str
    giver: str | None
    taker: str
    reason: str
    times: int
    own_reasons: Mapping[str, str] = field(default_factory=dict)


def moved_lines(snapshot: Snapshot, plan: Plan) -> tuple[MovedLine, ...]:
    """One line a chore and taker; how many of how many, where only some of its times pass."""
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    return tuple(_moved(chores[move.responsibility], plan, move) for move in plan.moves)


def _moved(chore: Responsibility, plan: Plan, move: Move) -> MovedLine:
    times = len(passed(chore, plan.blocks, move))
    whole = sum(block.responsibility == chore.id for block in plan.blocks)
    name = chore.title
    if times < whole:
        often = ngettext("%(number)s of %(whole)s time", "%(number)s of %(whole)s times", whole)
        name = f"{name}, {counted(often, times, whole=number_word(whole))}"
    return MovedLine(name, move.giver, move.taker, move.reason, times, move.own_reasons)


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """A chore, or one time of it, that can wait or found no place; `offers` say what would have to give.

    `on_purpose`: the week is better without it, so that nobody needs to look for a way. `must_happen`: it is
    never left out, so that somebody has to look for one."""

    chore: str
    sentence: str
    offers: tuple[str, ...] = ()
    on_purpose: bool = False
    must_happen: bool = False

    @property
    def offered(self) -> str:
        """Its offers as a sentence, for whom it asks something; empty else."""
        if self.on_purpose or not self.offers:
            return ""
        return _("What would have to give: %(offers)s.") % {"offers": "; ".join(self.offers)}


def left_out_lines(snapshot: Snapshot, plan: Plan) -> tuple[LeftOutLine, ...]:
    """One line a chore, however many of its times found no place, its day where it is one of several; and one
    for each part of a block that goes without it."""
    by_chore: dict[str, list[Unplaced]] = {}
    for unplaced in plan.unplaced:
        by_chore.setdefault(unplaced.responsibility, []).append(unplaced)
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    whole = [
        _left_out(chores[chore], times, on_purpose=not any(one.no_place for one in times))
        for chore, times in by_chore.items()
    ]
    return (*whole, *_left_out_of_blocks(snapshot, plan))


def _left_out_of_blocks(snapshot: Snapshot, plan: Plan) -> Iterator[LeftOutLine]:
    """One line for each part that the blocks of its chore go without."""
    waits = _("%(routine)s goes without it this week. It can wait.")
    enough = _("%(minutes)s minutes instead of %(usual)s this week. That is enough.")
    for chore in snapshot.going_without(plan.without).responsibilities:
        for part in chore.without:
            if part.id in plan.without.get(chore.id, ()):
                longer = {"minutes": chore.minutes, "usual": chore.minutes + part.minutes}
                sentence = enough % longer if part.id == LONGER_FORM else waits % {"routine": chore.title}
                yield LeftOutLine(part.title, sentence, on_purpose=True)


def wish_name(snapshot: Snapshot, index: int) -> str:
    """What its partner called the self-care at that place in the snapshot (`Swim`)."""
    title = snapshot.selfcare[index].title if index < len(snapshot.selfcare) else None
    return title or _("Time for yourself")


def why_short(wish: SelfCare) -> str:
    """Why a time for oneself is shorter than its person wished it; empty where it is not."""
    if wish.wished_min is None:
        return ""
    said = {"minutes": wish.minutes, "wished": wish.wished_min}
    return _("%(minutes)s minutes and not %(wished)s: no longer than between two feeds.") % said


def why_here(snapshot: Snapshot, plan: Plan, chore_id: str, adult: str) -> tuple[str, ...]:
    """What `adult`, who does that chore this week, reads of it in an entry: why it came to them, and which
    times or parts of it are left out. Nothing in it says where the other one is or how they are."""
    moves = [move for move in plan.moves if (move.responsibility, move.taker) == (chore_id, adult)]
    came = [reason for move in moves if (reason := move.reason_for(adult))]
    mine = replace(
        plan,
        unplaced=tuple(u for u in plan.unplaced if u.responsibility == chore_id),
        without={chore: parts for chore, parts in plan.without.items() if chore == chore_id},
    )
    without = [
        " ".join(filter(None, (f"{line.chore}: {line.sentence}", line.offered)))
        for line in left_out_lines(snapshot, mine)
    ]
    return (*came, *without)


def _left_out(chore: Responsibility, times: Sequence[Unplaced], *, on_purpose: bool) -> LeftOutLine:
    offers = dict.fromkeys(offer for unplaced in times for offer in unplaced.offers)
    return LeftOutLine(
        _name(chore, times), times[0].reason, tuple(offers)[:_MOST_OFFERS], on_purpose, chore.priority == 0
    )


def _name(chore: Responsibility, times: Sequence[Unplaced]) -> str:
    """`Cook`, or `Cook, Friday`, or `Cook, two times`."""
    occurrence = times[0].occurrence
    if occurrence is None or len(times) == len(chore.occurrences):
        return chore.title
    if len(times) > 1:
        often = ngettext("%(number)s time", "%(number)s times", len(times))
        return f"{chore.title}, {counted(often, len(times))}"
    days = chore.numbered(occurrence).days
    return f"{chore.title}, {day_name(days[0])}" if len(days) == 1 else chore.title
