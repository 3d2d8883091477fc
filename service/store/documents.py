"""Domain objects to JSON and back, for what is stored as a whole: household, chore, times, entry.

Ours on both sides, so reading trusts what writing wrote. Each document that may outlive a release
carries its `version`; one that is newer than this code is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.model import CalendarId, SkippedItem
from service.domain.chores import Cadence, Chore, ChoreId
from service.domain.entries import Copy, Entry
from service.domain.household import (
    CheckInTimes,
    Household,
    HouseholdId,
    OtherWeek,
    Partner,
    PartnerId,
    RuleChange,
    SelfCareWish,
    Sitter,
)
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyMoment, WeeklyWindow
from service.store.engine import StoreError

VERSION = 1

Json = dict[str, Any]


def household_to_json(household: Household) -> Json:
    times = household.check_in
    return {
        "version": VERSION,
        "name": household.name,
        "zone": household.zone.key,
        "partners": [_partner_to_json(partner) for partner in household.partners],
        "check_in": {
            "opens": _moment_to_json(times.opens),
            "meets": _moment_to_json(times.meets),
            "closes": _moment_to_json(times.closes),
        },
        "base_split": dict(household.base_split),
        "stretch_percent": household.stretch_percent,
        "children_born": [day.isoformat() for day in household.children_born],
        "away": windows_to_json(household.away),
        "asleep": windows_to_json(household.asleep),
        "other_week": _other_week_to_json(household.other_week) if household.other_week else None,
        "sitters": [
            {"id": sitter.id, "name": sitter.name, "hours": windows_to_json(sitter.hours)}
            for sitter in household.sitters
        ],
        "in_set_up": household.in_set_up,
        "set_up_on": household.set_up_on.isoformat() if household.set_up_on else None,
        "stopped_on": household.stopped_on.isoformat() if household.stopped_on else None,
        "run_by": household.run_by,
        "pending": [_rule_change_to_json(change) for change in household.pending],
        "declined": list(household.declined),
        "holders": dict(household.holders),
        "handed_over": household.handed_over,
        "joined": list(household.joined),
    }


def household_from_json(household_id: str, document: Mapping[str, Any]) -> Household:
    """Raises StoreError for a document of a newer version."""
    _check_version(document)
    times = document["check_in"]
    return Household(
        id=HouseholdId(household_id),
        name=document["name"],
        zone=ZoneInfo(document["zone"]),
        partners=tuple(_partner(each) for each in document["partners"]),
        check_in=CheckInTimes(_moment(times["opens"]), _moment(times["meets"]), _moment(times["closes"])),
        base_split={PartnerId(partner): part for partner, part in document["base_split"].items()},
        stretch_percent=document.get("stretch_percent", 125),
        children_born=tuple(date.fromisoformat(day) for day in document["children_born"]),
        away=windows_from_json(document["away"]),
        asleep=windows_from_json(document["asleep"]),
        other_week=_other_week(found) if (found := document.get("other_week")) else None,
        sitters=tuple(
            Sitter(sitter["id"], sitter["name"], windows_from_json(sitter["hours"]))
            for sitter in document["sitters"]
        ),
        in_set_up=document.get("in_set_up", False),
        set_up_on=date.fromisoformat(day) if (day := document.get("set_up_on")) else None,
        stopped_on=date.fromisoformat(day) if (day := document.get("stopped_on")) else None,
        run_by=document.get("run_by", ""),
        pending=tuple(_rule_change(each) for each in document.get("pending", ())),
        declined=tuple(document.get("declined", ())),
        holders=document.get("holders", {}),
        handed_over=document.get("handed_over", False),
        joined=tuple(map(PartnerId, document.get("joined", ()))),
    )


def chore_to_json(chore: Chore) -> Json:
    cadence = chore.cadence
    return {
        "version": VERSION,
        "name": chore.name,
        "owner": chore.owner,
        "effort_minutes": chore.effort_minutes,
        "cadence": {
            "text": cadence.text,
            "times": cadence.times,
            "every_weeks": cadence.every_weeks,
            "monthly": cadence.monthly,
            "weekdays": list(cadence.weekdays),
            "rrule": cadence.rrule,
        },
        "windows": windows_to_json(chore.windows),
        "mode": chore.mode,
        "at_home": chore.at_home,
        "thinking_weight": chore.thinking_weight,
        "shed": chore.shed,
        "only": list(chore.only),
        "liking": dict(chore.liking),
        "routine": chore.routine,
        "standard": chore.standard,
        "usual": None if chore.usual is None else _moment_to_json(chore.usual),
        "noisy": chore.noisy,
        "with_children": chore.with_children,
        "min_gap_days": chore.min_gap_days,
        "blocked": chore.blocked,
        "needs": list(chore.needs),
        "only_reason": chore.only_reason,
        "for_children": chore.for_children,
        "feed_gap_minutes": chore.feed_gap_minutes,
        "bottle_is_fine": chore.bottle_is_fine,
        "shorter_minutes": chore.shorter_minutes,
        "alarm": chore.alarm,
    }


def chore_from_json(chore_id: str, document: Mapping[str, Any]) -> Chore:
    """Raises StoreError for a document of a newer version."""
    _check_version(document)
    cadence = document["cadence"]
    return Chore(
        id=ChoreId(chore_id),
        name=document["name"],
        owner=document["owner"],
        effort_minutes=document["effort_minutes"],
        cadence=Cadence(
            text=cadence["text"],
            times=cadence["times"],
            every_weeks=cadence["every_weeks"],
            monthly=cadence["monthly"],
            weekdays=tuple(cadence["weekdays"]),
            rrule=cadence["rrule"],
        ),
        windows=windows_from_json(document["windows"]),
        mode=document["mode"],
        at_home=document["at_home"],
        thinking_weight=document["thinking_weight"],
        shed=document["shed"],
        only=tuple(document["only"]),
        liking=dict(document["liking"]),
        routine=document["routine"],
        standard=document["standard"],
        usual=None if document["usual"] is None else _moment(document["usual"]),
        noisy=document["noisy"],
        with_children=document["with_children"],
        min_gap_days=document["min_gap_days"],
        blocked=document["blocked"],
        needs=tuple(document["needs"]),
        only_reason=document.get("only_reason"),
        for_children=document.get("for_children", False),
        feed_gap_minutes=document.get("feed_gap_minutes"),
        bottle_is_fine=document.get("bottle_is_fine", False),
        shorter_minutes=document.get("shorter_minutes"),
        alarm=document.get("alarm", False),
    )


def intervals_to_json(intervals: Iterable[Interval]) -> list[list[str]]:
    return [[interval.start_at.isoformat(), interval.end_at.isoformat()] for interval in intervals]


def intervals_from_json(document: Sequence[Sequence[str]]) -> list[Interval]:
    return [
        Interval(datetime.fromisoformat(start).astimezone(UTC), datetime.fromisoformat(end).astimezone(UTC))
        for start, end in document
    ]


def copies_to_json(copies: Iterable[Copy]) -> list[Json]:
    return [
        {
            "of": copy.of,
            "generation": copy.generation,
            "uid": copy.uid,
            "calendar": copy.calendar,
            "href": copy.href,
            "etag": copy.etag,
            "standing": copy.standing,
            "interval": intervals_to_json([copy.interval])[0],
        }
        for copy in copies
    ]


def copies_from_json(document: Sequence[Json]) -> list[Copy]:
    return [Copy(**{**each, "interval": intervals_from_json([each["interval"]])[0]}) for each in document]


def skipped_to_json(skipped: Iterable[SkippedItem]) -> list[list[str]]:
    return [[item.calendar, item.href, item.reason] for item in skipped]


def skipped_from_json(document: Sequence[Sequence[str]]) -> list[SkippedItem]:
    return [SkippedItem(CalendarId(calendar), href, reason) for calendar, href, reason in document]


def entry_to_json(entry: Entry) -> tuple[Json, Json]:
    """The entry in two parts: its facts, which are stored open, and its words, which are sealed."""
    facts = {
        "kind": entry.kind,
        "interval": intervals_to_json([entry.interval])[0],
        "busy": entry.busy,
        "private": entry.private,
        "alarm_minutes_before": entry.alarm_minutes_before,
    }
    return facts, {"title": entry.title, "description": entry.description}


def entry_from_json(
    partner: str, week: Week, key: str, facts: Mapping[str, Any], words: Mapping[str, Any]
) -> Entry:
    return Entry(
        partner=PartnerId(partner),
        week=week,
        key=key,
        kind=facts["kind"],
        title=words["title"],
        description=words["description"],
        interval=intervals_from_json([facts["interval"]])[0],
        busy=facts["busy"],
        private=facts["private"],
        alarm_minutes_before=facts["alarm_minutes_before"],
    )


def _partner_to_json(partner: Partner) -> Json:
    return {
        "id": partner.id,
        "name": partner.name,
        "email": partner.email,
        "quiet_hours": windows_to_json(partner.quiet_hours),
        "most_minutes_a_day": partner.most_minutes_a_day,
        "offered_minutes_a_day": partner.offered_minutes_a_day,
        "self_care": [
            {
                "name": wish.name,
                "minutes": wish.minutes,
                "per_week": wish.per_week,
                "windows": windows_to_json(wish.windows),
                "needs_cover": wish.needs_cover,
            }
            for wish in partner.self_care
        ],
        "busy_means": partner.busy_means,
        "travel_seconds": int(partner.travel.total_seconds()),
        "consents": sorted(partner.consents),
        "mailed": partner.mailed,
        "discreet": partner.discreet,
    }


def _partner(document: Mapping[str, Any]) -> Partner:
    return Partner(
        id=PartnerId(document["id"]),
        name=document["name"],
        email=document["email"],
        quiet_hours=windows_from_json(document["quiet_hours"]),
        most_minutes_a_day=document["most_minutes_a_day"],
        offered_minutes_a_day=document.get("offered_minutes_a_day"),
        self_care=tuple(
            SelfCareWish(
                name=wish["name"],
                minutes=wish["minutes"],
                per_week=wish["per_week"],
                windows=windows_from_json(wish["windows"]),
                needs_cover=wish["needs_cover"],
            )
            for wish in document["self_care"]
        ),
        busy_means=document["busy_means"],
        travel=timedelta(seconds=document["travel_seconds"]),
        consents=frozenset(document.get("consents", ("stretch",))),
        mailed=document.get("mailed", True),
        discreet=document.get("discreet", False),
    )


def _other_week_to_json(other: OtherWeek) -> Json:
    return {
        "from_on": other.from_on.isoformat(),
        "here": other.here,
        "away": windows_to_json(other.away),
        "asleep": windows_to_json(other.asleep),
    }


def _other_week(document: Mapping[str, Any]) -> OtherWeek:
    return OtherWeek(
        from_on=date.fromisoformat(document["from_on"]),
        here=document["here"],
        away=windows_from_json(document["away"]),
        asleep=windows_from_json(document["asleep"]),
    )


def _rule_change_to_json(change: RuleChange) -> Json:
    return {
        "kind": change.kind,
        "about": change.about,
        "by": change.by,
        "proposed_at": change.proposed_at.isoformat(),
        "value": dict(change.value),
    }


def _rule_change(document: Mapping[str, Any]) -> RuleChange:
    return RuleChange(
        kind=document["kind"],
        about=document["about"],
        by=PartnerId(document["by"]),
        proposed_at=datetime.fromisoformat(document["proposed_at"]).astimezone(UTC),
        value=document["value"],
    )


def windows_to_json(windows: Iterable[WeeklyWindow]) -> list[Json]:
    return [
        {"days": list(window.days), "start_minute": window.start_minute, "end_minute": window.end_minute}
        for window in windows
    ]


def windows_from_json(document: Iterable[Mapping[str, Any]]) -> tuple[WeeklyWindow, ...]:
    return tuple(
        WeeklyWindow(tuple(window["days"]), window["start_minute"], window["end_minute"])
        for window in document
    )


def _moment_to_json(moment: WeeklyMoment) -> Json:
    return {"day": moment.day, "minute": moment.minute}


def _moment(document: Mapping[str, Any]) -> WeeklyMoment:
    return WeeklyMoment(document["day"], document["minute"])


def _check_version(document: Mapping[str, Any]) -> None:
    if document["version"] > VERSION:
        raise StoreError("this database was written by a newer Offplate; install that version or a later one")
