"""A double that is stopped and started again is the same Google."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from service.demo.google_double import CLIENT_ID, CLIENT_SECRET, GoogleDouble, InProcessHttp, kept_in
from service.demo.google_double.keeping import restore

NOW = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
BEN = "ben@example.com"
RIGHT = "https://www.googleapis.com/auth/calendar.app.created"
API = "https://www.googleapis.com/calendar/v3/calendars"
EVENT = {"id": "abcde", "start": {"date": "2026-11-30"}, "end": {"date": "2026-12-01"}}


def new() -> GoogleDouble:
    return GoogleDouble(lambda: NOW)


def renewed(double: GoogleDouble, token: str) -> str:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    _, content = InProcessHttp(double).request("https://oauth2.googleapis.com/token", "POST", urlencode(form))
    return str(json.loads(content)["access_token"])


def test_events_rights_and_taken_ids_are_still_there(tmp_path: Path) -> None:
    file = tmp_path / "google.json"
    double = new()
    with kept_in(double, file) as was_there:
        assert not was_there
        ben = double.add_account(BEN)
        ben.add("primary", "Choir", NOW, NOW + timedelta(hours=1))
        token = double.connect(BEN, [RIGHT])
        http = InProcessHttp(double, renewed(double, token))
        home = json.loads(http.request(API, "POST", '{"summary": "Offplate"}')[1])["id"]
        http.request(f"{API}/{home}/events", "POST", json.dumps(EVENT))
        stopped_hard = file.read_text()
        shown = ben.events(home), ben.events("primary")
    again = new()
    restore(again, stopped_hard)
    ben = again.person(BEN)
    assert (ben.events(home), ben.events("primary")) == shown
    with kept_in(again := new(), file) as was_there:
        assert was_there
        http = InProcessHttp(again, renewed(again, token))
        assert http.request(f"{API}/{home}/events", "POST", json.dumps(EVENT))[0].status == 409
        made = json.loads(http.request(API, "POST", '{"summary": "Second"}')[1])["id"]
        assert made not in (home, BEN)
        assert http.request(f"{API}/primary/events")[0].status == 403
    assert (file.stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize("text", ["", "[]", '{"form": 2}', '{"form": 1}'])
def test_another_file_is_refused_and_changes_nothing(text: str) -> None:
    double = new()
    double.add_account(BEN)
    with pytest.raises(ValueError, match="not what the double of Google keeps"):
        restore(double, text)
    assert double.person(BEN).events("primary") == {}
