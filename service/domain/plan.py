"""One household's week as planned: who does what, when, and the figures that prove it.

`to_json` and `from_json` are the planner's answer format (docs/planner.md); the same JSON is
stored, printed by `plan --json` and carried in bug reports. Instants are UTC, `[start, end)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from service.domain.interval import Interval

Status = Literal["proven", "best_found", "greedy", "mended", "adjusted"]
"""How good a plan is known to be; *mended* is a published one with the fewest moves after an event,
*adjusted* a proposed one with what its people changed in it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One lexicographic level: what was reached, and the proven bound it cannot go below."""

    name: str
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """Self-care and its cover: one protected object, two entries.

    `index` is its place in the snapshot's list of wishes; `cover` is a partner, a sitter, or
    `None` when the wish needs no cover.
    """

    index: int
    adult: str
    interval: Interval
    cover: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """Planned time for one occurrence of a chore. `id` is stable: `<responsibility>.<occurrence>`."""

    id: str
    responsibility: str
    occurrence: int
    adult: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An occurrence that found no place, or a whole chore left out (`occurrence` is `None`).

    `no_place`: it is the hours that keep it out, and `offers` say what would make room; else it is let go on
    purpose.
    """

    responsibility: str
    occurrence: int | None
    reason: str
    offers: tuple[str, ...] = ()
    no_place: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A chore whose doer this week is not its owner. `giver` is `None` for an unowned chore. `own_reasons` is
    what somebody reads instead of `reason` whose own fact it is."""

    responsibility: str
    giver: str | None
    taker: str
    reason: str
    own_reasons: Mapping[str, str] = field(default_factory=dict)

    def reason_for(self, reader: str) -> str:
        return self.own_reasons.get(reader, self.reason)


@dataclass(frozen=True, slots=True)
class Trade:
    """A swap by which both gain: `giver` has `first`, `taker` has `second`. `gains` are in minutes as each
    feels them, `gap_min` is how far off the agreed share it leaves the week."""

    first: str
    second: str
    giver: str
    taker: str
    gains: Mapping[str, int]
    gap_min: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The week. `doers` names this week's doer of each chore, `None` for one that is shed; `without` what
    the blocks of a chore go without this week, by chore."""

    status: Status
    levels: tuple[Level, ...]
    doers: Mapping[str, str | None]
    selfcare: tuple[Appointment, ...]
    blocks: tuple[Block, ...]
    unplaced: tuple[Unplaced, ...]
    moves: tuple[Move, ...]
    trades: tuple[Trade, ...] = ()
    certificate: Mapping[str, Any] = field(default_factory=dict)
    solver: Mapping[str, Any] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def level(self, name: str) -> Level:
        """The level of that name.

        Raises:
            KeyError: the plan has no such level.
        """
        for level in self.levels:
            if level.name == name:
                return level
        raise KeyError(name)

    def blocks_of(self, adult: str) -> list[Block]:
        """That adult's blocks in the order of their start."""
        return sorted((b for b in self.blocks if b.adult == adult), key=lambda b: (b.interval, b.id))

    def to_json(self) -> dict[str, Any]:
        """The answer format: plain dicts, lists, strings and integers."""
        return {
            "status": self.status,
            "levels": [{"name": v.name, "value": v.value, "bound": v.bound} for v in self.levels],
            "owners": dict(self.doers),
            "selfcare": [
                {"index": a.index, "adult": a.adult, **_times(a.interval), "cover": a.cover}
                for a in self.selfcare
            ],
            "blocks": [
                {
                    "id": b.id,
                    "responsibility": b.responsibility,
                    "occurrence": b.occurrence,
                    "adult": b.adult,
                    **_times(b.interval),
                }
                for b in self.blocks
            ],
            "unplaced": [
                {
                    "responsibility": u.responsibility,
                    "occurrence": u.occurrence,
                    "reason": u.reason,
                    "offers": list(u.offers),
                    "no_place": u.no_place,
                }
                for u in self.unplaced
            ],
            "moves": [
                {
                    "responsibility": m.responsibility,
                    "from": m.giver,
                    "to": m.taker,
                    "reason": m.reason,
                    **({"own_reasons": dict(m.own_reasons)} if m.own_reasons else {}),
                }
                for m in self.moves
            ],
            "trades": [
                {
                    "give": t.first,
                    "take": t.second,
                    "from": t.giver,
                    "to": t.taker,
                    "gains": dict(t.gains),
                    "gap_min": t.gap_min,
                }
                for t in self.trades
            ],
            "certificate": dict(self.certificate),
            "solver": dict(self.solver),
            **({"without": {c: list(parts) for c, parts in self.without.items()}} if self.without else {}),
        }

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Plan:
        """The plan behind an answer that `to_json` made (our own store, never foreign input)."""
        return cls(
            status=answer["status"],
            levels=tuple(Level(v["name"], v["value"], v["bound"]) for v in answer["levels"]),
            doers=dict(answer["owners"]),
            selfcare=tuple(
                Appointment(a["index"], a["adult"], _interval(a), a["cover"]) for a in answer["selfcare"]
            ),
            blocks=tuple(
                Block(b["id"], b["responsibility"], b["occurrence"], b["adult"], _interval(b))
                for b in answer["blocks"]
            ),
            unplaced=tuple(
                Unplaced(
                    u["responsibility"],
                    u["occurrence"],
                    u["reason"],
                    tuple(u["offers"]),
                    # A plan kept from before this was noted: single times had no place, chores were let go.
                    no_place=u.get("no_place", u["occurrence"] is not None),
                )
                for u in answer["unplaced"]
            ),
            moves=tuple(
                Move(m["responsibility"], m["from"], m["to"], m["reason"], dict(m.get("own_reasons", {})))
                for m in answer["moves"]
            ),
            trades=tuple(
                Trade(t["give"], t["take"], t["from"], t["to"], dict(t["gains"]), t["gap_min"])
                for t in answer.get("trades", ())
            ),
            certificate=dict(answer["certificate"]),
            solver=dict(answer["solver"]),
            without={c: tuple(parts) for c, parts in answer.get("without", {}).items()},
        )


def _times(interval: Interval) -> dict[str, str]:
    return {"start": interval.start_at.isoformat(), "end": interval.end_at.isoformat()}


def _interval(times: Mapping[str, Any]) -> Interval:
    return Interval(
        datetime.fromisoformat(times["start"]).astimezone(UTC),
        datetime.fromisoformat(times["end"]).astimezone(UTC),
    )
