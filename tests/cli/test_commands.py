"""The commands as people give them, against a real CalDAV server, a real mail server and SQLite."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from service import cli
from service.clock import SystemClock
from service.planner import to_json
from service.store import open_store
from tests.cli.household import CANARY, Terminal, a_terminal
from tests.planner.building import a_chore, a_time, a_week, a_wish, an_adult, on

ROOT = Path(__file__).resolve().parents[2]
WEEK = ROOT / "tests" / "planner" / "weeks" / "small-normal-0.json"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with a_terminal(tmp_path) as terminal:
        yield terminal


def test_every_command_has_a_body() -> None:
    for place in cli._RUNS_IT.values():
        module, _, function = place.partition(":")
        assert callable(getattr(importlib.import_module(module), function or "run"))


def test_a_week_from_the_question_to_both_calendars(terminal: Terminal) -> None:
    first = terminal.give("check-in", "answer", "--partner", "ana", "--state", "blown")
    assert first.code == 0
    assert "Both answers are shown once both are in." in first.out
    assert "blown" not in terminal.give("check-in", "status").out

    second = terminal.give("check-in", "answer", "--partner", "ben", "--state", "fine")
    assert "Ana: blown" in second.out
    assert "Cook" in second.out
    assert terminal.give("check-in", "agree", "--partner", "ana").code == 0
    assert "is agreed" in terminal.give("check-in", "agree", "--partner", "ben").out

    synced = terminal.give("sync", "--once")
    assert synced.code == 0, synced
    assert "created" in synced.out
    assert terminal.entries_of("ben")
    again = json.loads(terminal.give("sync", "--once", "--json").out)
    (home,) = again["households"]
    assert {partner["writes"] for partner in home["partners"].values()} == {0}


def test_the_snapshot_of_a_week_plans_to_the_same_week_without_the_house(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "week.json"
    written = terminal.give("snapshot", "--week", "2031-W10")
    file.write_text(written.out)
    planned = json.loads(terminal.give("plan", "--week", "2031-W10", "--json").out)
    again = subprocess.run(
        [sys.executable, "-m", "service", "plan", "--snapshot", file, "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    from_file = json.loads(again.stdout)
    assert planned.pop("week") == "2031-W10"
    assert from_file == planned


def test_a_plan_from_a_file_loads_neither_web_nor_database(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from service.cli import main\n"
        f"code = main(['plan', '--snapshot', {str(WEEK)!r}, '--json'])\n"
        "heavy = {'sqlalchemy', 'fastapi', 'pydantic', 'caldav', 'babel'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "proven"


def test_a_plan_from_a_file_says_what_was_left_out_why_and_what_would_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"), a_time("Wed", "17:00-18:00"), eligible=("ana",))
    ana = an_adult("Ana", busy=on("Tue 17:00-18:00"))
    file = tmp_path / "week.json"
    file.write_text(json.dumps(to_json(a_week(bath, adults=(ana, an_adult("Ben"))))))
    assert cli.main(["plan", "--snapshot", str(file)]) == 0
    said = capsys.readouterr()
    (line,) = [line for line in said.out.splitlines() if line.startswith("Bath, Tuesday")]
    assert "between 17:00 and 18:00 on Tuesday" in line
    assert "there is room on Tuesday at 16:30; there is room on Monday at 17:00" in line
    assert said.err == ""


def test_a_plan_from_a_file_says_why_a_time_for_oneself_found_no_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    adults = (an_adult("Ana"), an_adult("Ben", busy=on("Thu 16:00-22:00")))
    week = a_week(adults=adults, selfcare=(a_wish("Ana", title="Swim"),))
    file = tmp_path / "week.json"
    file.write_text(json.dumps(to_json(week)))
    assert cli.main(["plan", "--snapshot", str(file)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Swim")]
    assert "Nobody could be on duty for all of it" in line
    assert "there is time on Thursday at 19:00 if a sitter comes for 90 minutes" in line


def test_a_plan_from_a_file_shows_own_time_and_both_weeks_side_by_side_in_the_hours_of_the_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    bins = a_chore("Bins", a_time("Tue", "17:00-17:30"))
    bath = a_chore("Bath", a_time("Tue", "18:00-18:30"), eligible=("ben",), previous="ben")
    wishes = (a_wish("Ana", "Thu", "18:00-19:30", title="Swim"), a_wish("Ben", "Mon", "10:00-11:30"))
    file = tmp_path / "week.json"
    file.write_text(json.dumps(to_json(a_week(bins, bath, selfcare=wishes))))
    assert cli.main(["plan", "--snapshot", str(file)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "Swim Ana Thu 18:00-19:30 Ben" in lines
    assert "Time for yourself Ben Mon 10:00-11:30 nobody needed" in lines
    assert "day (Europe/Berlin) Ana Ben" in lines
    assert "Tue 24 Nov 17:00-17:30 Bins 18:00-18:30 Bath" in lines


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "cannot be planned"),
        ('{"version": 99}', "cannot be planned"),
        ("[" * 100_000, "is not JSON"),
        (" " * 4_000_001, "too large for one week"),
        (None, "cannot be read: No such file"),
    ],
    ids=["torn", "list", "version", "deep", "large", "absent"],
)
def test_a_snapshot_that_cannot_be_used_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    file = tmp_path / "week.json"
    if content is not None:
        file.write_text(content)
    assert cli.main(["plan", "--snapshot", str(file), "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err


def test_a_plan_tried_dry_leaves_nothing(terminal: Terminal) -> None:
    dry = terminal.give("plan", "--week", "2031-W10", "--dry-run")
    assert "Yours: swim" in dry.out
    assert "Status: proven." in dry.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["plan", "--week", "soon"], 2, "is not a week; write it like 2026-W48"),
        (["check-in", "answer", "--partner", "bem", "--state", "fine"], 2, "there are ana, ben"),
        (["check-in", "status"], 1, "“check-in open” opens one"),
        (["check-in", "agree", "--partner", "ana"], 1, "“check-in open” opens one"),
        (["leave", "--partner", "ana"], 1, "Nothing was changed. To go on without being asked, add --yes."),
        (["backup", "config.toml"], 1, "There is no database"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr_with_the_next_step(
    terminal: Terminal, words: list[str], code: int, says: str
) -> None:
    done = terminal.give(*words)
    assert done.code == code
    assert says in done.err


def test_without_a_configuration_the_next_step_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor", "--config", str(tmp_path / "config.toml")]) == 2
    assert "write one with “init”" in capsys.readouterr().err


def test_an_answer_with_hand_overs_that_nobody_holds_is_refused_whole(terminal: Terminal) -> None:
    done = terminal.give(
        "check-in",
        "answer",
        "--partner",
        "ana",
        "--state",
        "weeds",
        "--hand-over",
        "bins",
        "--hand-over",
        "cook",
    )
    assert done.code == 2
    assert "bins" in done.err


def test_doctor_sees_every_part_and_tells_no_secret(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    done = terminal.give("doctor", "--json")
    report = json.loads(done.out)
    names = {part["name"] for part in report["parts"]}
    assert {"Python", "database", "mail server", "Ana's calendar", "Ben's calendar", "packages"} <= names
    assert [part for part in report["parts"] if part["health"] == "fail"] == []
    assert done.code == 0
    assert report["configuration"]["time_zone"] == "Europe/Berlin"
    assert CANARY not in done.out + terminal.give("doctor").out


def test_doctor_says_what_is_broken_and_what_to_do(terminal: Terminal) -> None:
    text = terminal.config.read_text().replace('username = "ben"', 'username = "bem"')
    terminal.config.write_text(re.sub(r"smtp://127.0.0.1:\d+", "smtp://127.0.0.1:1", text))
    done = terminal.give("doctor", "--json")
    broken = {part["name"]: part for part in json.loads(done.out)["parts"] if part["health"] == "fail"}
    assert done.code == 1
    assert set(broken) == {"mail server", "Ben's calendar"}
    assert all(part["next_step"] for part in broken.values())


def test_a_household_that_another_process_holds_is_not_passed_over_in_silence(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    data = terminal.config.parent / "data"
    with closing(open_store(f"sqlite:///{data / 'offplate.db'}", key=data / "offplate.key")) as store:
        (household,) = store.households.ids()
        store.due.wake(household, at=SystemClock().now())
        lease = timedelta(minutes=10)
        store.due.claim(now=SystemClock().now(), owner="another", lease=lease, limit=1)
        done = terminal.give("sync", "--once")
        assert done.code == 1
        assert "another process has this household's turn" in done.err
        store.due.release(owner="another")
    assert terminal.give("sync", "--once").code == 0


def test_a_partner_whose_password_is_wrong_makes_sync_ask_for_a_person(terminal: Terminal) -> None:
    terminal.config.write_text(terminal.config.read_text().replace("BEN_PASSWORD", "ANA_PASSWORD"))
    done = terminal.give("sync", "--once", "--json")
    partners = json.loads(done.out)["households"][0]["partners"]
    assert done.code == 1
    assert partners["ben"]["problem"]
    assert partners["ana"]["problem"] is None
    assert CANARY not in done.out + done.err


def test_a_backup_comes_back(terminal: Terminal, tmp_path: Path) -> None:
    terminal.give("check-in", "answer", "--partner", "ana", "--state", "fine")
    copy = tmp_path / "copy.db"
    assert terminal.give("backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert terminal.give("backup", str(copy)).code == 1
    terminal.give("check-in", "answer", "--partner", "ben", "--state", "fine")
    assert "Ana: fine" in terminal.give("check-in", "status").out

    assert terminal.give("restore", str(copy), said="no\n").code == 1
    assert terminal.give("restore", str(copy), said="yes\n").code == 0
    assert "Both answers are shown once both are in." in terminal.give("check-in", "status").out


def test_a_new_key_opens_everything(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    key = terminal.config.parent / "data" / "offplate.key"
    before = key.read_text()
    assert terminal.give("rotate-key").code == 0
    assert key.read_text() != before
    assert terminal.give("sync", "--once").code == 0
    assert terminal.give("migrate").code == 0


def test_who_leaves_takes_their_entries_and_everything_stored_with_them(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    assert terminal.entries_of("ana")
    done = terminal.give("leave", "--partner", "ana", "--yes")
    assert done.code == 0, done
    assert terminal.entries_of("ana") == []
    database = (terminal.config.parent / "data" / "offplate.db").read_bytes()
    assert b"ana@example.org" not in database


def test_erasing_the_household_empties_both_calendars(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    assert terminal.give("erase", "--yes").code == 0
    assert terminal.entries_of("ana") == terminal.entries_of("ben") == []


def test_nobody_is_erased_while_their_calendar_cannot_be_reached(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    terminal.config.write_text(terminal.config.read_text().replace("ANA_PASSWORD", "BEN_PASSWORD"))
    done = terminal.give("erase", "--yes")
    assert done.code == 1
    assert "Nothing was erased yet" in done.err
    assert terminal.give("check-in", "open").code == 0
