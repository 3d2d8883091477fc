"""What holds for both, one kind at a time: as it stands, in words, and laid upon the household. Pure.

A kind's value is plain JSON of one form, for what stands and for what is proposed: so a proposal can be
compared with what stands, and both are said in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, cast

from service.dates import first_day, in_hours, weekly, weekly_moment
from service.domain.chores import Chore, OnlyReason, Shed
from service.domain.household import CheckInTimes, Household, OtherWeek, PartnerId, RuleKind, Sitter
from service.domain.week import Week, WeeklyMoment, WeeklyWindow
from service.words import _

Value = Mapping[str, Any]
MOMENTS = ("opens", "meets", "closes")
"""Of the weekly question, in their order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rule is laid upon: the household and, for those about one, its chore."""

    household: Household
    chore: Chore | None = None

    @property
    def the_chore(self) -> Chore:
        """Raises KeyError for a rule that is about no chore of the list."""
        if self.chore is None:
            raise KeyError("chore")
        return self.chore


class Kind(Protocol):
    def heading(self, at: Standing) -> str:
        """What it is about, as the end of “Ana proposes: …”."""
        ...

    def now(self, at: Standing) -> Value: ...

    def words(self, at: Standing, value: Value) -> tuple[str, ...]: ...

    def laid_upon(self, at: Standing, value: Value) -> Standing: ...


def shed_words() -> dict[Shed, str]:
    """What happens to something in a small week, from what goes first to what never does."""
    return {
        "drop": _("goes first"),
        "drop_last": _("goes next"),
        "shrink": _("gets smaller"),
        "never": _("is never left out"),
    }


def reason_words() -> dict[OnlyReason, str]:
    return {
        "breastfeeding": _("breastfeeding"),
        "licence": _("a licence"),
        "medical": _("a medical reason"),
        "legal": _("a legal reason"),
    }


class BaseSplit:
    def heading(self, at: Standing) -> str:  # noqa: ARG002
        return _("how an ordinary week is split")

    def now(self, at: Standing) -> Value:
        parts = at.household.base_split
        return {"parts": {partner.id: parts.get(partner.id, 1) for partner in at.household.partners}}

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:
        whole = sum(value["parts"].values()) or 1
        parts = [
            f"{at.household.name_of(partner)} {round(100 * part / whole)}"
            for partner, part in value["parts"].items()
        ]
        return (", ".join(parts),)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        parts = {PartnerId(partner): part for partner, part in value["parts"].items()}
        return replace(at, household=replace(at.household, base_split=parts))


class ShedOrder:
    def heading(self, at: Standing) -> str:
        return _("what happens to “%(chore)s” in a small week") % {"chore": at.the_chore.name}

    def now(self, at: Standing) -> Value:
        return {"shed": at.the_chore.shed}

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:  # noqa: ARG002
        return (shed_words()[cast("Shed", value["shed"])],)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        return replace(at, chore=replace(at.the_chore, shed=value["shed"]))


class Only:
    """Who alone can do a chore holds it, too: the thinking comes with it."""

    def heading(self, at: Standing) -> str:
        return _("who can do “%(chore)s”") % {"chore": at.the_chore.name}

    def now(self, at: Standing) -> Value:
        chore = at.the_chore
        one = chore.only[0] if len(chore.only) == 1 else None
        reason = chore.only_reason if one else None
        return only_value(one, reason, chore.feed_gap_minutes, bottle_is_fine=chore.bottle_is_fine)

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:
        if value["only"] is None:
            return (_("either of you"),)
        said = {"name": at.household.name_of(value["only"])}
        if value["reason"] is None:
            return (_("%(name)s alone") % said,)
        reason = reason_words()[cast("OnlyReason", value["reason"])]
        alone = _("%(name)s alone, for %(reason)s") % (said | {"reason": reason})
        if value.get("bottle_is_fine"):
            return (alone, _("a bottle is fine meanwhile"))
        if gap := value.get("feed_gap_minutes"):
            return (alone, _("a feed every %(time)s") % {"time": in_hours(gap)})
        return (alone,)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        who = value["only"]
        if who is None:
            free = replace(at.the_chore, only=(), only_reason=None)
            return replace(at, chore=replace(free, feed_gap_minutes=None, bottle_is_fine=False))
        held = replace(
            at.the_chore,
            only=(PartnerId(who),),
            only_reason=value["reason"],
            owner=PartnerId(who),
            feed_gap_minutes=value.get("feed_gap_minutes"),
            bottle_is_fine=value.get("bottle_is_fine", False),
        )
        return replace(at, chore=held)


class Standard:
    """What is enough, and the minutes it takes then."""

    def heading(self, at: Standing) -> str:
        return _("what is enough for “%(chore)s”") % {"chore": at.the_chore.name}

    def now(self, at: Standing) -> Value:
        return {"standard": at.the_chore.standard, "minutes": at.the_chore.effort_minutes}

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:  # noqa: ARG002
        minutes = _("%(minutes)s minutes") % {"minutes": value["minutes"]}
        return (f"{value['standard']} ({minutes})" if value["standard"] else minutes,)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        chore = replace(at.the_chore, standard=value["standard"], effort_minutes=value["minutes"])
        return replace(at, chore=chore)


class HandOver:
    """Whole, for good: turns that were taken at it end."""

    def heading(self, at: Standing) -> str:
        return _("to hand over “%(chore)s” whole") % {"chore": at.the_chore.name}

    def now(self, at: Standing) -> Value:
        return {"to": at.the_chore.owner, "learning": False}

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:
        said = {"name": at.household.name_of(value["to"])}
        if value["learning"]:
            return (_("with %(name)s, who learns it for four weeks") % said,)
        return (_("with %(name)s") % said,)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        chore = at.the_chore
        mode = "whole" if chore.mode == "alternating" else chore.mode
        return replace(at, chore=replace(chore, owner=PartnerId(value["to"]), mode=mode))


class ChildrensHours:
    def heading(self, at: Standing) -> str:  # noqa: ARG002
        return _("when the children are out and when they sleep")

    def now(self, at: Standing) -> Value:
        return hours_value(at.household.away, at.household.asleep, at.household.other_week)

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:  # noqa: ARG002
        other = value.get("other_week")
        if other is None:
            return _hours_words(value)
        day = first_day(Week.of(date.fromisoformat(other["from_on"])))
        return (
            *_hours_words(value),
            _("every other week, such as that of %(day)s:") % {"day": day},
            *(_hours_words(other) if other["here"] else (_("not here at all"),)),
        )

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        household = replace(
            at.household,
            away=_windows(value["away"]),
            asleep=_windows(value["asleep"]),
            other_week=_other_week(value.get("other_week")),
        )
        return replace(at, household=household)


def _hours_words(value: Value) -> tuple[str, str]:
    away, asleep = (weekly(_windows(value[key])) for key in ("away", "asleep"))
    return (
        _("out: %(hours)s") % {"hours": away} if away else _("never out"),
        _("asleep: %(hours)s") % {"hours": asleep} if asleep else _("no hours of sleep"),
    )


def _other_week(value: Value | None) -> OtherWeek | None:
    if value is None:
        return None
    away, asleep = _windows(value["away"]), _windows(value["asleep"])
    return OtherWeek(date.fromisoformat(value["from_on"]), value["here"], away, asleep)


class Sitters:
    def heading(self, at: Standing) -> str:  # noqa: ARG002
        return _("who sits with the children, and when")

    def now(self, at: Standing) -> Value:
        return sitters_value(at.household.sitters)

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:  # noqa: ARG002
        return tuple(
            f"{sitter['name']}: {weekly(_windows(sitter['hours']))}" for sitter in value["sitters"]
        ) or (_("nobody"),)

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        sitters = tuple(
            Sitter(sitter["id"], sitter["name"], _windows(sitter["hours"])) for sitter in value["sitters"]
        )
        return replace(at, household=replace(at.household, sitters=sitters))


class Moments:
    """When the week is asked about, talked about and closed."""

    def heading(self, at: Standing) -> str:  # noqa: ARG002
        return _("when the two of you look at the week")

    def now(self, at: Standing) -> Value:
        return moments_value(at.household.check_in)

    def words(self, at: Standing, value: Value) -> tuple[str, ...]:  # noqa: ARG002
        opens, meets, closes = (weekly_moment(WeeklyMoment.parse(value[name])) for name in MOMENTS)
        return (
            _("the question comes: %(moment)s") % {"moment": opens},
            _("you sit down: %(moment)s") % {"moment": meets},
            _("it closes: %(moment)s") % {"moment": closes},
        )

    def laid_upon(self, at: Standing, value: Value) -> Standing:
        times = CheckInTimes(*(WeeklyMoment.parse(value[name]) for name in MOMENTS))
        return replace(at, household=replace(at.household, check_in=times))


def only_value(
    who: PartnerId | None, reason: OnlyReason | None, feed_gap_minutes: int | None, *, bottle_is_fine: bool
) -> Value:
    """Feeds are a part of it where the reason is breastfeeding."""
    feeds = reason == "breastfeeding"
    return {
        "only": who,
        "reason": reason,
        "feed_gap_minutes": feed_gap_minutes if feeds else None,
        "bottle_is_fine": feeds and bottle_is_fine,
    }


def moments_value(times: CheckInTimes) -> Value:
    return {name: str(getattr(times, name)) for name in MOMENTS}


def hours_value(
    away: Sequence[WeeklyWindow], asleep: Sequence[WeeklyWindow], other: OtherWeek | None
) -> Value:
    return {
        "away": _windows_value(away),
        "asleep": _windows_value(asleep),
        "other_week": {
            "from_on": other.from_on.isoformat(),
            "here": other.here,
            "away": _windows_value(other.away),
            "asleep": _windows_value(other.asleep),
        }
        if other
        else None,
    }


def sitters_value(sitters: Sequence[Sitter]) -> Value:
    return {
        "sitters": [{"id": one.id, "name": one.name, "hours": _windows_value(one.hours)} for one in sitters]
    }


def _windows_value(windows: Sequence[WeeklyWindow]) -> list[list[Any]]:
    """The same in whatever order they were written."""
    return sorted([sorted(window.days), window.start_minute, window.end_minute] for window in windows)


def _windows(value: Sequence[Sequence[Any]]) -> tuple[WeeklyWindow, ...]:
    return tuple(WeeklyWindow(tuple(days), start, end) for days, start, end in value)


OF_BOTH: tuple[RuleKind, ...] = ("base_split", "children", "sitters", "moments")
"""Those that are about no single chore, in the order of their page."""
KINDS: Mapping[RuleKind, Kind] = {
    "hand_over": HandOver(),
    "standard": Standard(),
    "base_split": BaseSplit(),
    "shed": ShedOrder(),
    "only": Only(),
    "children": ChildrensHours(),
    "sitters": Sitters(),
    "moments": Moments(),
}
