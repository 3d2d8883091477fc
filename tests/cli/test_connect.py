"""`connect`: an account by its address on a real server, from a prompt or from a script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import requests

from connectors.caldav import bodies
from service.commands.house import open_house
from service.domain.household import PartnerId
from service.ports import Account
from tests.cli.household import CANARY, Terminal, a_terminal
from tests.connectors.stubs import CALENDAR, COLLECTION, HOME, StubServer, multistatus, response
from tests.servers import Reply, running_door

BEN = PartnerId("ben")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Ana's account is in the file, Ben's is not. On the server he has two calendars."""
    with a_terminal(tmp_path) as terminal:
        head, _, tail = terminal.config.read_text().rpartition("[partner.calendar]")
        terminal.config.write_text(head + tail[tail.index("[[chore]]") :])
        for name in ("Work", "Family"):
            requests.request(
                "MKCALENDAR", f"{server(terminal)}ben/{name.lower()}/",
                data=bodies.make_calendar(name, ""), auth=("ben", f"{CANARY}-ben"), timeout=10,
            ).raise_for_status()  # fmt: skip
        yield terminal


def server(terminal: Terminal) -> str:
    return next(
        line.split('"')[1] for line in terminal.config.read_text().splitlines() if 'url = "http' in line
    )


def saved(terminal: Terminal, partner: PartnerId = BEN) -> Account | None:
    with mock.patch.dict(os.environ, terminal.environment), open_house(terminal.config) as house:
        return house.store.accounts.get(house.household.id, partner)


def connected(terminal: Terminal, *words: str, said: str = "") -> tuple[int, str, str]:
    done = terminal.give("connect", *words, said=said)
    assert CANARY not in done.out + done.err
    return done.code, done.out, done.err


def test_a_person_is_asked_shown_what_is_there_and_ticks(terminal: Terminal) -> None:
    answers = f"{server(terminal)}\nben\n{CANARY}-ben\n2\n"
    code, out, err = connected(terminal, said=answers)
    assert (code, err) == (0, "")
    assert out.index("the password goes to 127.0.0.1") < out.index("(App) password")
    assert "Work" in out
    assert "config.toml needs nothing for it" in out
    account = saved(terminal)
    assert account is not None
    assert account.busy is not None
    assert [url.rsplit("/", 2)[1] for url in account.busy] in (["work"], ["family"])
    assert (account.username, account.secret, account.home) == ("ben", f"{CANARY}-ben", "Offplate")


def test_the_account_survives_the_next_start_and_is_written_to(terminal: Terminal) -> None:
    given = ("--partner", "ben", "--url", server(terminal), "--username", "ben")
    code, _, err = connected(terminal, *given, "--password-env", "BEN_PASSWORD", "--busy", "Work")
    assert (code, err) == (0, "")
    assert CANARY not in terminal.config.read_text()
    for partner in ("ana", "ben"):
        terminal.give("check-in", "answer", "--partner", partner, "--state", "fine")
        terminal.give("check-in", "agree", "--partner", partner)
    synced = terminal.give("sync", "--once")
    assert synced.code == 0, synced
    assert terminal.entries_of("ben")
    assert "calendars" in terminal.give("doctor").out


@pytest.mark.parametrize("address", ["ben@gmail.com", "ben@googlemail.com", "calendar.google.com"])
def test_an_address_at_google_leads_to_the_persons_own_page(terminal: Terminal, address: str) -> None:
    code, _, err = connected(terminal, "--partner", "ben", "--url", address, said="")
    assert code == 2
    assert "/connect/google" in err
    assert "First name the project in [google]" in err
    assert saved(terminal) is None
    project = '[google]\nclient_id = "x"\nclient_secret_file = "google-secret"\n\n'
    (terminal.config.parent / "google-secret").write_text("secret")
    (terminal.config.parent / "google-secret").chmod(0o600)
    terminal.config.write_text(project + terminal.config.read_text())
    code, _, err = connected(terminal, "--partner", "ben", "--url", address, said="")
    assert code == 2
    assert "First name" not in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--partner", "nobody"), 2, "There is no partner"),
        (("--partner", "ana"), 2, "named in config.toml"),
        (("--username", "ben"), 2, "--url is missing"),
        (("--url", "{server}"), 2, "--username is missing"),
        (("--url", "{server}", "--username", "ben", "--busy", "Golf"), 2, "“Golf” is not one"),
        (("--url", "{server}", "--username", "ben", "--home", "Golf"), 2, "“Golf” is not one"),
        (("--url", "{server}", "--username", "ana"), 1, "refused the user name or password"),
        (("--url", "http://127.0.0.1:65501/", "--username", "ben"), 1, "Nothing was saved; try again"),
        (("--url", "http://cloud.example.org/", "--username", "ben"), 1, "plain http"),
        (("--url", "ben@outlook.com", "--username", "ben"), 1, "cannot be connected like this"),
    ],
)
def test_whatever_is_wrong_is_said_and_nothing_is_saved(
    terminal: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    given = [word.format(server=server(terminal)) for word in words]
    result, _, err = connected(terminal, *given, "--password-env", "BEN_PASSWORD")
    assert result == code, err
    assert said in err
    assert saved(terminal) is None


def test_a_password_that_is_not_there_is_named(terminal: Terminal) -> None:
    given = ("--url", server(terminal), "--username", "ben", "--password-env", "NOT_SET")
    assert "names NOT_SET, which is not set" in connected(terminal, *given)[2]


def test_answers_that_end_early_save_nothing(terminal: Terminal) -> None:
    code, _, err = connected(terminal, said=f"{server(terminal)}\nben\n")
    assert (code, err.strip()) == (1, "The answers ended too early; nothing was saved.")


def test_a_script_never_sends_a_password_to_a_host_that_nobody_named(terminal: Terminal) -> None:
    with running_door("http://127.0.0.1/", door=(other := StubServer())):
        place = f"http://localhost:{other.url.rsplit(':', 1)[1]}dav/"
        with running_door("http://127.0.0.1/", door=(asked := StubServer())):
            asked.answers["GET", "/.well-known/caldav"] = Reply(301, {"Location": place})
            given = ("--url", asked.url, "--username", "ben", "--password-env", "BEN_PASSWORD")
            code, _, err = connected(terminal, *given)
    assert code == 1
    assert f"give --url {place}" in err
    assert other.seen == []


def test_an_account_that_cannot_make_calendars_has_one_chosen(terminal: Terminal) -> None:
    read = "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>"
    with running_door("http://127.0.0.1/", door=(server := StubServer())):
        server.answers["PROPFIND", "/h/"] = multistatus(
            response("/h/", HOME.format("/h/") + COLLECTION + read),
            response("/h/work/", CALENDAR.format("Work")),
            response("/h/club/", CALENDAR.format("Club") + read),
        )
        given = ("--url", f"{server.url}h/", "--username", "ben", "--password-env", "BEN_PASSWORD")
        code, out, err = connected(terminal, *given)
        assert (code, "--home is missing" in err) == (2, True)
        assert "make one there first" in out
        assert connected(terminal, *given, "--home", "Club")[0] == 2
        assert saved(terminal) is None
        assert connected(terminal, *given, "--home", "Work")[0] == 0
    account = saved(terminal)
    assert account is not None
    assert account.home == f"{server.url}h/work/"
