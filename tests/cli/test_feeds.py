"""A published calendar from config.toml to the week, over real HTTP; its address is told nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.household import Terminal, a_terminal
from tests.connectors.events import vcalendar, vevent
from tests.connectors.publisher import SECRET_PATH, Publisher, running_publisher

FEED = '[[partner.feed]]\nname = "Roster"\nurl_file = "roster"\n[[chore]]\nid = "bins"'


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with running_publisher() as running:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        start, end = f"{tomorrow:%Y%m%d}T060000Z", f"{tomorrow:%Y%m%d}T220000Z"
        running.publish(vcalendar(vevent(f"DTSTART:{start}", f"DTEND:{end}")), etag='"1"')
        yield running


@pytest.fixture
def terminal(tmp_path: Path, publisher: Publisher) -> Iterator[Terminal]:
    """Ben has a roster and no account."""
    with a_terminal(tmp_path) as made:
        text = made.config.read_text()
        without = text[: text.rindex("[partner.calendar]")] + text[text.index("[[chore]]") :]
        made.config.write_text(without.replace('[[chore]]\nid = "bins"', FEED))
        address = tmp_path / "roster"
        address.write_text(publisher.url)
        address.chmod(0o600)
        yield made


def parts(terminal: Terminal) -> dict[str, Any]:
    done = terminal.give("doctor", "--json")
    assert SECRET_PATH not in done.out + done.err
    return {part["name"]: part for part in json.loads(done.out)["parts"]}


def test_a_roster_is_read_kept_and_its_loss_is_told(terminal: Terminal, publisher: Publisher) -> None:
    synced = terminal.give("sync", "--once")
    assert synced.code == 0, synced
    assert "Ben: busy time from feeds only" in synced.out
    again = terminal.give("sync", "--once", "--json")
    assert json.loads(again.out)["households"][0]["partners"]["ben"]["feeds"] == {"fine": 1, "problems": []}
    assert publisher.asked[-1]["If-None-Match"] == '"1"'
    assert len(publisher.asked) == 2
    fine = parts(terminal)
    assert fine["Ben's feed “Roster”"]["health"] == "ok"
    assert fine["Ben's calendar"]["health"] == "ok"

    publisher.status = 404
    lost = terminal.give("sync", "--once")
    assert lost.code == 0
    assert "“Roster” was last read on" in lost.out
    assert SECRET_PATH not in lost.out + lost.err
    part = parts(terminal)["Ben's feed “Roster”"]
    assert part["health"] == "warn"
    assert "no longer published at 127.0.0.1" in part["says"]


def test_a_feed_that_leaves_the_file_makes_nobody_busy(terminal: Terminal) -> None:
    terminal.give("sync", "--once")
    assert busy_of_ben(terminal)
    terminal.config.write_text(terminal.config.read_text().replace(FEED, '[[chore]]\nid = "bins"'))
    terminal.give("sync", "--once")
    assert "Ben's feed “Roster”" not in parts(terminal)
    assert busy_of_ben(terminal) == []


def busy_of_ben(terminal: Terminal) -> list[Any]:
    week = f"{datetime.now(UTC) + timedelta(days=1):%G-W%V}"
    snapshot = json.loads(terminal.give("snapshot", "--week", week).out)
    (ben,) = [adult for adult in snapshot["adults"] if adult["id"] == "ben"]
    return list(ben["busy"])
