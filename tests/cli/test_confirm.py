"""When a guard has stopped: what it says, and the one command that goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.household import a_terminal


def test_a_calendar_that_is_gone_is_asked_about_and_made_anew_only_when_confirmed(tmp_path: Path) -> None:
    with a_terminal(tmp_path) as terminal:
        assert terminal.give("sync", "--once").code == 0
        written = len(terminal.entries_of("ana"))
        assert written
        for calendar in (terminal.dav / "data" / "collection-root" / "ana").glob("[!.]*"):
            shutil.rmtree(calendar)
        for _ in range(2):
            stopped = terminal.give("sync", "--once")
            assert stopped.code == 1
            assert "is gone" in stopped.err
            assert "--confirm ana" in stopped.err
            assert terminal.entries_of("ana") == []
        unknown = terminal.give("sync", "--once", "--confirm", "eve")
        assert (unknown.code, unknown.err) == (2, "There is no partner “eve”; there are ana, ben.\n")
        assert terminal.give("sync", "--once", "--confirm", "ana").code == 0
        assert len(terminal.entries_of("ana")) == written


def test_entries_that_are_all_gone_stay_gone_when_confirmed(tmp_path: Path) -> None:
    with a_terminal(tmp_path) as terminal:
        terminal.give("sync", "--once")
        for entry in (terminal.dav / "data" / "collection-root" / "ana").glob("[!.]*/*.ics"):
            entry.unlink()
        stopped = terminal.give("sync", "--once")
        assert stopped.code == 1
        assert "gone from this calendar at once" in stopped.err
        assert terminal.give("sync", "--once", "--confirm", "ana").code == 0
        assert terminal.entries_of("ana") == []


def test_a_calendar_that_was_moved_is_followed_and_nothing_stands_twice(tmp_path: Path) -> None:
    with a_terminal(tmp_path) as terminal:
        terminal.give("sync", "--once")
        written = terminal.entries_of("ana")
        (calendar,) = (terminal.dav / "data" / "collection-root" / "ana").glob("[!.]*")
        calendar.rename(calendar.parent / "moved")
        for _ in range(2):
            assert terminal.give("sync", "--once").code == 0
            assert terminal.entries_of("ana") == written
        assert [folder.name for folder in calendar.parent.glob("[!.]*")] == ["moved"]
