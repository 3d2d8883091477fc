"""What people did to our entries, told from what stands on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.model import CalendarId, EntryRef, EntrySeen, ETag, TimeRange
from service.domain.entries import Entry, JournalEntry, Standing
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.week import Week
from service.flow import follow_edits as flow

START = datetime(2026, 12, 1, 18, tzinfo=UTC)
INTERVAL = Interval(START, START + timedelta(minutes=30))
LATER = Interval(START + timedelta(hours=2), START + timedelta(hours=3))
HOME = CalendarId("home")
BEFORE, AFTER = START - timedelta(hours=1), START + timedelta(hours=1)


def follow_edits(
    journal: list[JournalEntry],
    seen: list[EntrySeen],
    *,
    now: datetime = BEFORE,
    removed: bool = False,
    moved: flow.MovedAway = flow.NOTHING_MOVED,
) -> flow.Followed:
    return flow.follow_edits(journal, seen, calendar=HOME, now=now, removed=removed, moved=moved)


def _row(standing: Standing = "standing") -> JournalEntry:
    entry = Entry(
        partner=PartnerId("ana"), week=Week.parse("2026-W49"), key="laundry.0", kind="chore",
        title="Laundry", description="", interval=INTERVAL, busy=False, private=False,
    )  # fmt: skip
    return JournalEntry(entry, 1, "uid-1", HOME, "a.ics", '"1"', "as written", standing, INTERVAL)


def _seen(href: str = "a.ics", uid: str = "uid-1", **facts: object) -> EntrySeen:
    seen = EntrySeen(
        ref=EntryRef(HOME, href, uid, ETag('"2"')),
        start_at=INTERVAL.start_at,
        end_at=INTERVAL.end_at,
        times=(TimeRange(INTERVAL.start_at, INTERVAL.end_at),),
        busy=True,
        recurring=False,
        gesture="none",
        fingerprint="as written",
        mark=None,
    )
    return replace(seen, **facts)  # type: ignore[arg-type]


def test_an_unchanged_entry_only_learns_its_etag() -> None:
    (row,) = follow_edits([_row()], [_seen()]).changed
    assert (row.standing, row.etag) == ("standing", '"2"')
    assert follow_edits([row], [_seen()]).changed == ()


def test_a_moved_entry_is_kept_where_it_is() -> None:
    moved = _seen(fingerprint="moved", start_at=LATER.start_at, end_at=LATER.end_at)
    (row,) = follow_edits([_row()], [moved]).changed
    assert (row.standing, row.interval) == ("kept", LATER)


def test_an_entry_made_recurring_is_a_persons() -> None:
    (row,) = follow_edits([_row()], [_seen(recurring=True)]).changed
    assert row.standing == "kept"


@pytest.mark.parametrize("standing", ["standing", "kept", "replacing", "missing"])
def test_a_deletion_before_the_start_is_for_the_flow_to_decide_and_after_it_settles(
    standing: Standing,
) -> None:
    (settled,) = follow_edits([_row(standing)], [], now=AFTER).changed
    assert settled.standing == "settled"
    assert [row.standing for row in follow_edits([_row(standing)], []).changed] in (["missing"], [])


def test_what_its_person_said_is_gone_rightly_stays_gone() -> None:
    (row,) = follow_edits([_row()], [], removed=True).changed
    assert row.standing == "settled"


def test_a_deletion_of_ours_that_a_crash_cut_off_is_done() -> None:
    (row,) = follow_edits([_row("deleting")], []).changed
    assert row.standing == "gone"


def test_a_deletion_that_waited_overrides_no_edit_made_meanwhile() -> None:
    waiting = replace(_row("deleting"), etag='"1"')
    assert [row.standing for row in follow_edits([waiting], [_seen()]).changed] == ["deleting"]
    dragged = _seen(fingerprint="moved", start_at=LATER.start_at, end_at=LATER.end_at)
    (row,) = follow_edits([waiting], [dragged]).changed
    assert (row.standing, row.interval) == ("kept", LATER)
    passed_on_as_dragged = replace(waiting, etag='"2"')
    assert follow_edits([passed_on_as_dragged], [dragged]).changed == ()


def test_a_title_that_begins_with_x_is_done_for_ever() -> None:
    (row,) = follow_edits([_row()], [_seen(fingerprint="x Laundry", gesture="done")]).changed
    assert row.standing == "done"
    assert follow_edits([row], [], now=BEFORE).changed == ()
    (back,) = follow_edits([row], [_seen(ref=EntryRef(HOME, "a.ics", "uid-1", ETag('"3"')))]).changed
    assert back.standing == "standing"


def test_what_was_said_on_the_page_holds_until_the_entry_is_touched() -> None:
    said = replace(_row("done"), etag='"2"')
    assert follow_edits([said], [_seen()]).changed == ()
    touched = _seen(ref=EntryRef(HOME, "a.ics", "uid-1", ETag('"3"')), fingerprint="moved")
    (after,) = follow_edits([said], [touched]).changed
    assert after.standing == "kept"


def test_a_title_that_begins_with_an_arrow_asks_the_other() -> None:
    followed = follow_edits([_row()], [_seen(fingerprint="> Laundry", gesture="hand_over")])
    assert [row.standing for row in followed.changed] == ["kept"]
    assert followed.handed_over == {_row().entry.block}


def test_a_name_of_ours_that_looks_like_a_gesture_is_none() -> None:
    xray = replace(_row(), entry=replace(_row().entry, title="X-ray for Mia"))
    (row,) = follow_edits([xray], [_seen(fingerprint="moved", gesture="done")]).changed
    assert row.standing == "kept"


def test_an_entry_not_yet_created_is_not_missing() -> None:
    assert follow_edits([_row("creating")], []).changed == ()


def test_the_same_uid_at_a_new_href_is_the_same_entry() -> None:
    (row,) = follow_edits([_row()], [_seen(href="b.ics")]).changed
    assert (row.href, row.standing) == ("b.ics", "standing")


def test_a_copy_is_a_strangers_and_busy() -> None:
    copy = _seen(href="copy.ics", uid="another", mark="the same mark")
    followed = follow_edits([_row()], [_seen(), copy])
    assert followed.foreign_busy == (INTERVAL,)


def test_a_free_event_of_a_stranger_does_not_count() -> None:
    assert follow_edits([], [_seen(busy=False)]).foreign_busy == ()


def test_a_replacement_that_never_arrived_is_not_a_persons_edit() -> None:
    waiting = replace(_row("replacing"), fingerprint="new", etag='"2"')
    assert follow_edits([waiting], [_seen(fingerprint="old")]).changed == ()


def test_an_entry_whose_time_cannot_be_read_is_kept() -> None:
    (row,) = follow_edits([_row()], [_seen(fingerprint="odd", start_at=None, end_at=None)]).changed
    assert (row.standing, row.interval) == ("kept", INTERVAL)


def test_an_entry_of_a_calendar_that_moved_here_is_followed_like_any_other() -> None:
    before = replace(_row(), calendar="before")
    (row,) = follow_edits([before], [_seen()]).changed
    assert (row.calendar, row.standing) == (HOME, "standing")
    dragged = _seen(fingerprint="moved", start_at=LATER.start_at, end_at=LATER.end_at)
    (row,) = follow_edits([before], [dragged]).changed
    assert (row.calendar, row.standing, row.interval) == (HOME, "kept", LATER)


def test_what_is_missing_from_a_calendar_that_moved_here_was_deleted() -> None:
    here, missing = (replace(_row(), calendar="before", uid=uid, href="") for uid in ("uid-1", "uid-2"))
    assert [row.standing for row in follow_edits([here, missing], [_seen()]).changed] == [
        "standing",
        "missing",
    ]


@pytest.mark.parametrize("standing", ["standing", "replacing", "kept", "deleting"])
def test_what_stood_in_a_calendar_that_was_left_may_be_written_anew(standing: Standing) -> None:
    (row,) = follow_edits([_row(standing).left()], []).changed
    assert row.standing == "gone"


@pytest.mark.parametrize("standing", ["creating", "missing", "settled", "done"])
def test_what_its_person_settled_in_a_calendar_that_was_left_stays_so(standing: Standing) -> None:
    assert follow_edits([_row(standing).left()], []).changed == ()


def test_a_strangers_file_of_the_same_name_in_another_calendar_is_not_ours() -> None:
    followed = follow_edits([replace(_row(), calendar="before")], [_seen(uid="another")])
    assert [row.standing for row in followed.changed] == ["gone"]
    assert followed.foreign_busy == (INTERVAL,)


def test_an_entry_that_its_person_deleted_does_not_make_two_calendars_one() -> None:
    """They dragged it into a calendar of their own, and have Offplate write there now."""
    deleted = replace(_row("settled"), calendar="before")
    other = replace(_row(), calendar="before", uid="uid-2", href="b.ics")
    standings = {row.uid: row.standing for row in follow_edits([deleted, other], [_seen()]).changed}
    assert standings == {"uid-1": "settled", "uid-2": "gone"}


def test_what_was_said_on_the_page_holds_in_a_calendar_that_moved() -> None:
    (row,) = follow_edits([replace(_row("done"), calendar="before")], [_seen()]).changed
    assert (row.calendar, row.standing) == (HOME, "done")


THERE = flow.MovedAway({_row().entry.block: LATER})


@pytest.mark.parametrize("standing", ["creating", "standing", "kept", "replacing", "deleting", "settled"])
def test_what_is_missing_and_lies_in_another_calendar_of_theirs_is_moved(standing: Standing) -> None:
    (row,) = follow_edits([_row(standing)], [], moved=THERE).changed
    assert (row.standing, row.interval) == ("moved", LATER)
    assert follow_edits([row], [], moved=THERE).changed == ()


def test_a_copy_of_the_same_name_in_another_calendar_leaves_ours_where_it_stands() -> None:
    (row,) = follow_edits([_row()], [_seen()], moved=THERE).changed
    assert row.standing == "standing"


def test_a_moved_entry_whose_time_cannot_be_read_stays_at_the_time_that_is_known() -> None:
    (row,) = follow_edits([_row()], [], moved=flow.MovedAway({_row().entry.block: None})).changed
    assert (row.standing, row.interval) == ("moved", INTERVAL)


@pytest.mark.parametrize("standing", ["standing", "kept", "missing", "moved"])
def test_nothing_is_taken_for_deleted_while_a_calendar_was_not_read(standing: Standing) -> None:
    assert follow_edits([_row(standing)], [], moved=flow.MovedAway(unread=True)).changed == ()


def test_what_its_person_said_is_gone_rightly_needs_no_reading() -> None:
    (row,) = follow_edits([_row()], [], removed=True, moved=flow.MovedAway(unread=True)).changed
    assert row.standing == "settled"


def test_a_chore_deleted_where_it_was_moved_to_is_settled() -> None:
    (row,) = follow_edits([_row("moved")], []).changed
    assert row.standing == "settled"


def test_a_moved_entry_that_comes_back_is_ours_again() -> None:
    (row,) = follow_edits([_row("moved")], [_seen()]).changed
    assert (row.standing, row.interval) == ("standing", INTERVAL)


def test_what_was_written_again_before_it_was_seen_elsewhere_has_to_go() -> None:
    late = flow.MovedAway(THERE.to, late=frozenset(THERE.to))
    again = replace(_row(), generation=2)
    (row,) = follow_edits([again], [_seen()], moved=late).changed
    assert (row.standing, row.interval) == ("doubled", LATER)
    assert follow_edits([again], [_seen(fingerprint="edited")], moved=late).changed[0].standing == "kept"
    past = INTERVAL.end_at + timedelta(minutes=1)
    assert follow_edits([again], [_seen()], now=past, moved=late).changed[0].standing == "standing"


def test_a_calendar_of_ours_that_was_left_is_not_one_they_moved_everything_to() -> None:
    (row,) = follow_edits([replace(_row(), calendar="")], [], moved=THERE).changed
    assert row.standing == "gone"


def test_a_moved_entry_stays_so_when_our_calendar_is_another_one() -> None:
    assert follow_edits([replace(_row("moved"), calendar="")], []).changed == ()
    (row,) = follow_edits([replace(_row("moved"), calendar="")], [], moved=THERE).changed
    assert (row.calendar, row.standing, row.interval) == (HOME, "moved", LATER)
