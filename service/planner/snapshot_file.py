"""A snapshot as the file that docs/planner.md describes, and its hash. `service.planner.parse` reads it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from service.domain.interval import Interval
from service.planner.part import Part
from service.planner.snapshot import (
    STEP_MINUTES,
    VERSION,
    Adult,
    Children,
    Occurrence,
    Responsibility,
    SelfCare,
    Snapshot,
    Window,
)


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The canonical file: people and chores by id, days sorted, every default written out.

    Self-care keeps its order, because an appointment names its wish by place.
    """
    return {
        "version": VERSION,
        "name": snapshot.name,
        "tz": snapshot.tz,
        "monday": snapshot.monday.isoformat(),
        "step_min": STEP_MINUTES,
        "now": _instant(snapshot.now) if snapshot.now else None,
        "adults": [_adult(adult) for adult in sorted(snapshot.adults, key=lambda a: a.id)],
        "children": _children(snapshot.children),
        "quiet": _pairs(snapshot.quiet),
        "sitters": [
            {"id": s.id, "name": s.name, "hours": _pairs(s.hours)}
            for s in sorted(snapshot.sitters, key=lambda s: s.id)
        ],
        "selfcare": [_selfcare(wish) for wish in snapshot.selfcare],
        "responsibilities": [
            _responsibility(chore) for chore in sorted(snapshot.responsibilities, key=lambda r: r.id)
        ],
        "published": snapshot.published.to_json() if snapshot.published else None,
        **({"held": sorted(snapshot.held)} if snapshot.held else {}),
    }


def snapshot_hash(snapshot: Snapshot) -> str:
    """SHA-256 of the canonical file, hexadecimal: equal for equal weeks, whatever their order."""
    text = json.dumps(to_json(snapshot), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _pairs(intervals: tuple[Interval, ...]) -> list[list[str]]:
    return [[_instant(i.start_at), _instant(i.end_at)] for i in sorted(intervals)]


def _adult(adult: Adult) -> dict[str, Any]:
    limits = {str(day): minutes for day, minutes in sorted(adult.day_limits.items())}
    return {
        **({"day_limits": limits} if limits else {}),
        **{name: True for name in ("partly_away", "was_alone") if getattr(adult, name)},
        "id": adult.id,
        "name": adult.name,
        "state": adult.state,
        "offered_min": adult.offered_min,
        "capacity_min": adult.capacity_min,
        "share_weight": adult.weight,
        "day_limit_min": adult.day_limit_min,
        "ledger_min": adult.ledger_min,
        "may_be_planned": _pairs(adult.may_be_planned),
        "at_home": _pairs(adult.at_home),
        "busy": _pairs(adult.busy),
    }


def _children(children: Children) -> dict[str, Any]:
    written: dict[str, Any] = {"home": _pairs(children.home), "awake": _pairs(children.awake)}
    return written | ({"kept_home": sorted(children.kept_home)} if children.kept_home else {})


def _window(window: Window) -> dict[str, Any]:
    return {"days": sorted(window.days), "start": window.start, "end": window.end}


def _selfcare(wish: SelfCare) -> dict[str, Any]:
    written: dict[str, Any] = {
        "adult": wish.adult,
        "minutes": wish.minutes,
        "windows": [_window(window) for window in wish.windows],
        "usual_min": wish.usual_min,
        "usual_day": wish.usual_day,
        "needs_cover": wish.needs_cover,
    }
    if isinstance(wish.fixed_start, datetime):
        written["fixed_start"] = _instant(wish.fixed_start)
    elif wish.fixed_start == "left_out":
        written["fixed_start"] = None
    if wish.title is not None:
        written["title"] = wish.title
    if wish.wished_min is not None:
        written["wished_min"] = wish.wished_min
    return written


def _occurrence(one: Occurrence) -> dict[str, Any]:
    fixed = {adult: _instant(at) for adult, at in sorted(one.fixed_start.items())}
    written = {**_window(one.window), "usual_day": one.usual_day}
    return {**written, "fixed_start": fixed} if fixed else written


def _called_off(chore: Responsibility) -> dict[str, Any]:
    numbered = sorted(chore.called_off, key=lambda one: one[0])
    return {"called_off": [{"number": n, **_occurrence(one)} for n, one in numbered]} if numbered else {}


def _parts(name: str, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {name: [asdict(part) for part in sorted(parts, key=lambda one: one.id)]} if parts else {}


def _responsibility(chore: Responsibility) -> dict[str, Any]:
    return {
        "id": chore.id,
        "title": chore.title,
        "priority": chore.priority,
        "minutes": chore.minutes,
        "mental_min": chore.mental_min,
        "at_home": chore.at_home,
        "with_children_ok": chore.with_children_ok,
        "noisy": chore.noisy,
        "eligible": sorted(chore.eligible),
        "previous": chore.previous,
        "fixed_doer": chore.fixed_doer,
        "burden_percent": dict(sorted(chore.burden_percent.items())),
        "usual_min": chore.usual_min,
        "min_gap_days": chore.min_gap_days,
        "tenure_weeks": chore.tenure_weeks,
        "mode": chore.mode,
        "needs": sorted(chore.needs),
        "blocked": chore.blocked,
        "shrinks": chore.shrinks,
        "first_occurrence": chore.first_occurrence,
        "occurrences": [_occurrence(occurrence) for occurrence in chore.occurrences],
        **({"left_out_weeks": chore.left_out_weeks} if chore.left_out_weeks else {}),
        **({"asked_last": sorted(chore.asked_last)} if chore.asked_last else {}),
        **_called_off(chore),
        **_parts("parts", chore.parts),
        **_parts("without", chore.without),
    }
