"""`init` asks, repeats what it cannot use, and writes a file that loads."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from unittest import mock

import pytest

from connectors.errors import CalendarGoneError
from connectors.model import Located
from service.cli import main
from service.clock import local_zone
from service.commands.init import compose
from service.config import load_config
from service.wiring import build_onboarding


def locate(typed: str) -> Located:
    if "nowhere.example" in typed:
        raise CalendarGoneError("There is no server called nowhere.example.")
    return build_onboarding().locate(typed)


def test_the_answers_become_a_configuration_that_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    household = ["", "Europe/Bonn", "Europe/Paris", "last year", "2025-11-02"]
    ana = ['Ana "the swimmer"', "nobody", "ana@example.org", "Swim"]
    calendar = ["https://", "ana@nowhere.example", "ana@icloud.com", ""]
    answers = iter([*household, *ana, *calendar, "Ben", "ben@example.org", "", "", "perhaps", "yes"])
    path = tmp_path / "config.toml"
    path.write_text(compose(lambda _question: next(answers), zone="Europe/Berlin", locate=locate))
    home = load_config(path, {"ANA_THE_SWIMMER_CALDAV_PASSWORD": "x"})
    assert str(home.household().zone) == "Europe/Paris"
    assert [partner.id for partner in home.household().partners] == ["ana-the-swimmer", "ben"]
    (account,) = home.accounts()
    assert (account.url, account.username) == ("https://caldav.icloud.com/", "ana@example.org")
    said = capsys.readouterr().out
    assert "is not a time zone" in said
    assert "is not a day" in said
    assert "must be yes or no" in said
    assert "is not one e-mail address" in said
    assert "“https://” is not an address" in said
    assert "There is no server called nowhere.example." in said
    assert "app password" in said
    assert "connect --partner ben" in said


@pytest.mark.parametrize("born", ["2025-11-02", ""])
def test_the_first_week_has_chores_and_time_of_ones_own(tmp_path: Path, born: str) -> None:
    answers = iter(["", "", born, "Ana", "ana@example.org", "Swim", "", "Ben", "ben@example.org", "", "", ""])
    path = tmp_path / "config.toml"
    path.write_text(compose(lambda _question: next(answers), zone="Europe/Berlin", locate=locate))
    home = load_config(path, {})
    ana, ben = home.household().partners
    assert [wish.name for wish in ana.self_care] == ["Swim"]
    assert ben.self_care == ()
    names = {chore.name for chore in home.chores()}
    assert {"Dinner", "Bins"} <= names
    assert ("Bath and bed" in names) == bool(home.household().children_born) == bool(born)
    assert {chore.owner for chore in home.chores()} == {"ana", "ben"}


def test_who_wants_no_list_begins_with_none(tmp_path: Path) -> None:
    answers = iter(["", "", "", "Ana", "ana@example.org", "", "", "Ben", "ben@example.org", "", "", "no"])
    path = tmp_path / "config.toml"
    path.write_text(compose(lambda _question: next(answers), zone="UTC", locate=locate))
    assert not load_config(path, {}).chores()


def test_an_address_that_cannot_be_asked_now_is_kept_and_the_reason_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = "https://nowhere.example/"
    answers = iter(["", "", "", "Ana", "ana@example.org", "", url, "", "Ben", "ben@example.org", "", "", ""])
    assert f'url = "{url}"' in compose(lambda _question: next(answers), zone="UTC", locate=locate)
    assert "There is no server called" in capsys.readouterr().out


def test_what_is_missing_before_the_start_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = "\n\n\nAna\nana@example.org\n\nhttps://cloud.example.org/dav/\n\nBen\nben@example.org\n\n\n\n"
    path = tmp_path / "config.toml"
    with mock.patch.object(sys, "stdin", io.StringIO(answers)):
        assert main(["init", str(path)]) == 1
    said = capsys.readouterr().err
    assert "then run “doctor”" in said
    assert "names ANA_CALDAV_PASSWORD, which is not set" in said
    assert main(["init", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_answers_that_end_early_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with mock.patch.object(sys, "stdin", io.StringIO("Home\n")):
        assert main(["init", str(path)]) == 1
    assert not path.exists()


def test_the_machine_offers_its_own_zone() -> None:
    assert local_zone()
