"""What is wrong on one side: one sentence with the next step on stderr, and the other half done."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.household import Terminal, a_terminal

Change = Callable[[str], str]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with a_terminal(tmp_path) as terminal:
        yield terminal


class LoginPage(BaseHTTPRequestHandler):
    """What many servers answer at an address that is not that of their calendars."""

    def do_PROPFIND(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        page = b"<!doctype html><title>Sign in</title><form></form>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_OPTIONS = do_REPORT = do_PROPFIND  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def login_page() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), LoginPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def of_ana(terminal: Terminal, change: Change) -> None:
    """Change the lines of Ana's account and no others."""
    text = terminal.config.read_text()
    before, account, after = text.partition("[partner.calendar]")
    lines, self_care, rest = after.partition("[[partner.self_care]]")
    terminal.config.write_text(f"{before}{account}{change(lines)}{self_care}{rest}")


@pytest.mark.parametrize(
    ("change", "says", "next_step"),
    [
        (lambda own: own.replace("ANA_", "BEN_"), "refused the user name or password", "Check the user name"),
        (
            lambda own: own.replace("http://127.0.0.1", "https://no-such-host.invalid"),
            "no-such-host.invalid",
            "Check the address",
        ),
        (lambda own: own + 'busy = ["Wrok"]\n', "There is no calendar “Wrok”", "Choose again which count"),
    ],
)
def test_half_a_household_goes_on_and_the_other_half_is_told_why_not(
    terminal: Terminal, change: Change, says: str, next_step: str
) -> None:
    of_ana(terminal, change)
    for _ in range(2):
        done = terminal.give("sync", "--once")
        assert done.code == 1
        assert says in done.err
        assert next_step in done.err
        assert len(done.err.splitlines()) == 1
        assert says not in done.out
    assert terminal.entries_of("ana") == []
    assert terminal.entries_of("ben")


def test_a_login_page_is_no_success(terminal: Terminal, login_page: str) -> None:
    of_ana(terminal, lambda own: f'\nurl = "{login_page}"\nusername = "ana"\npassword_env = "ANA_PASSWORD"\n')
    done = terminal.give("sync", "--once")
    assert done.code == 1
    assert "a web page, not with CalDAV" in done.err
    assert terminal.entries_of("ben")


def test_what_was_put_right_on_the_server_is_tried_as_soon_as_somebody_asks(terminal: Terminal) -> None:
    users = terminal.dav / "users"
    both = users.read_text()
    users.write_text("\n".join(line for line in both.splitlines() if not line.startswith("ana")))
    assert terminal.give("sync", "--once").code == 1
    users.write_text(both)
    assert terminal.give("sync", "--once").code == 0
    assert terminal.entries_of("ana")


def test_doctor_says_once_what_sync_could_not_do_and_that_it_has_not_passed(terminal: Terminal) -> None:
    of_ana(terminal, lambda own: own + 'busy = ["Wrok"]\n')
    terminal.give("sync", "--once")
    report = terminal.give("doctor", "--json")
    (part,) = [p for p in json.loads(report.out)["parts"] if "Wrok" in p["says"]]
    assert (part["name"], part["health"]) == ("Ana's calendar", "fail")
    assert "sync --once" in part["next_step"]
    assert report.code == 1


def test_doctor_says_what_nobody_would_find_in_any_week(terminal: Terminal) -> None:
    text = terminal.config.read_text()
    chores = text.index("[[chore]]")
    terminal.config.write_text(text[:chores])
    says = parts_of(terminal)
    assert says["chores"] == "none, so no week has any"

    terminal.config.write_text(text)
    says = parts_of(terminal)
    assert says["own time"] == "Ben has no time of their own in any week"
    assert says["chores"] == "2"
    assert says["household"] == "as in config.toml; from now on the pages edit it"
    text = text.replace('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Paris"')
    text = text.replace('email = "ben@', 'email = "benjamin@')
    terminal.config.write_text(f'{text}[[chore]]\nid = "fridge"\nname = "Fridge"\n')
    says = parts_of(terminal)
    assert says["household"] == "differs from config.toml, which is not read again for it: zone, Ben"
    assert says["chores"] == "fridge: in config.toml, and not on the list, which the page /list edits"


def parts_of(terminal: Terminal) -> dict[str, str]:
    report = json.loads(terminal.give("doctor", "--json").out)
    return {part["name"]: part["says"] for part in report["parts"]}


def test_a_backup_into_nowhere_is_one_sentence(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    done = terminal.give("backup", str(terminal.config.parent / "nowhere" / "copy.db"))
    assert done.code == 1
    assert done.err.endswith("cannot be written: No such file or directory. Choose another place.\n")


def test_what_cannot_be_handed_over_is_answered_with_what_can(terminal: Terminal) -> None:
    weeds = ("check-in", "answer", "--partner", "ana", "--state", "weeds", "--hand-over")
    assert terminal.give(*weeds, "swimming").err.splitlines()[-1] == "There are: cook."


def test_agreeing_too_early_is_not_told_to_open_what_is_open(terminal: Terminal) -> None:
    opened = terminal.give("check-in", "open")
    assert "mails the question" in opened.out
    early = terminal.give("check-in", "agree", "--partner", "ana")
    assert early.code == 1
    assert "once both of you have answered" in early.err
    assert "check-in open" not in early.err


def test_who_erases_is_told_what_stays_on_the_server(terminal: Terminal) -> None:
    assert "calendar itself stays" not in terminal.give("erase", "--yes").out
    terminal.give("sync", "--once")
    assert (
        "The calendar itself stays in the account" in terminal.give("leave", "--partner", "ben", "--yes").out
    )
    assert "The calendar itself stays in the account" in terminal.give("erase", "--yes").out
