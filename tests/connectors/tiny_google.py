"""A small Google Calendar: what the connector's contract needs of the API, over plain HTTP.

Semantics from the discovery document and Google's guides: event ids stay taken after a deletion,
ETags change with every change, sync tokens are bound to a calendar and expire, times come back in the
calendar's zone and defaults are left out. The owner of the account goes in past HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tests.servers import Reply

SCOPES = "https://www.googleapis.com/auth/"
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Calendar:
    id: str
    summary: str
    description: str = ""
    role: str = "owner"
    app_made: bool = False
    main: bool = False
    events: dict[str, dict[str, Any]] = field(default_factory=dict)


class RefusalError(Exception):
    def __init__(self, status: int, reason: str, message: str = "", location: str = "") -> None:
        self.status = status
        error = {"domain": "global", "reason": reason, "message": message or reason, "location": location}
        self.body = {"error": {"code": status, "message": message or reason, "errors": [error]}}


class TinyGoogle:
    """One account. `now` moves when the test moves it; `log` is what came in by HTTP."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.calendars: dict[str, Calendar] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.access_tokens: dict[str, tuple[str, datetime]] = {}
        self.log: list[tuple[str, str, Any]] = []
        self.generation = 0
        self.calls_old_tokens_garbage = False
        self.page_size = 250
        self._sequence = 0
        self._made = 0

    # The owner of the account.

    def connect(self, scopes: str) -> str:
        self._made += 1
        token = f"1//refresh-{self._made}"
        self.refresh_tokens[token] = scopes
        return token

    def add_calendar(self, summary: str, *, role: str = "owner", **more: Any) -> Calendar:
        self._made += 1
        calendar = Calendar(f"c{self._made}@group.calendar.google.com", summary, role=role, **more)
        self.calendars[calendar.id] = calendar
        return calendar

    def put(self, calendar: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Add or overwrite an event, as a calendar app does."""
        events = self.calendars[calendar].events
        self._made += 1
        new = {"id": f"made{self._made}", "status": "confirmed", **deepcopy(dict(event))}
        new.setdefault("iCalUID", f"{new['id']}@google.com")
        events[new["id"]] = self._stamped(new)
        return events[new["id"]]

    def cancel(self, calendar: str, event_id: str) -> None:
        self.calendars[calendar].events[event_id] = self._stamped({"id": event_id, "status": "cancelled"})

    def standing(self, calendar: str) -> dict[str, dict[str, Any]]:
        events = self.calendars[calendar].events
        return {each: event for each, event in events.items() if event["status"] != "cancelled"}

    def _stamped(self, event: dict[str, Any]) -> dict[str, Any]:
        self._sequence += 1
        event |= {
            "etag": f'"{self._sequence}"',
            "updated": f"{self.now():%Y-%m-%dT%H:%M:%S}.{self._sequence:06d}Z",
        }
        event["#"] = self._sequence
        return event

    # HTTP.

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        lower = {name.lower(): value for name, value in headers.items()}
        try:
            if parts.path == "/token":
                return self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})
            scopes = self._scopes(lower.get("authorization", ""))
            sent = json.loads(body) if body else {}
            self.log.append((method, unquote(parts.path), sent))
            status, found = self._route(method, unquote(parts.path), query, lower, sent, scopes)
        except RefusalError as refusal:
            status, found = refusal.status, refusal.body
        wire = b"" if found is None else json.dumps(_without_marks(found)).encode()
        return Reply(status, {"Content-Type": "application/json; charset=UTF-8"}, wire)

    def _token(self, form: Mapping[str, str]) -> Reply:
        scopes = self.refresh_tokens.get(form.get("refresh_token", ""))
        if scopes is None:
            return Reply(400, {}, b'{"error": "invalid_grant", "error_description": "Bad Request"}')
        self._made += 1
        token = f"ya29.{self._made}"
        self.access_tokens[token] = (form["refresh_token"], self.now() + timedelta(seconds=3599))
        said = {"access_token": token, "expires_in": 3599, "scope": scopes, "token_type": "Bearer"}
        return Reply(200, {}, json.dumps(said).encode())

    def _scopes(self, authorization: str) -> str:
        refresh, until = self.access_tokens.get(authorization.removeprefix("Bearer "), ("", self.now()))
        if until <= self.now() or refresh not in self.refresh_tokens:
            raise RefusalError(401, "authError", "Invalid Credentials")
        return self.refresh_tokens[refresh]

    def _route(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        sent: Mapping[str, Any],
        scopes: str,
    ) -> tuple[int, Any]:
        path = path.removeprefix("/calendar/v3")
        if (method, path) == ("GET", "/users/me/calendarList"):
            _need(scopes, "calendar.calendarlist.readonly")
            return 200, {"items": [_in_list(each) for each in self.calendars.values()]}
        if (method, path) == ("POST", "/freeBusy"):
            _need(scopes, "calendar.events.freebusy")
            return 200, {"calendars": {item["id"]: self._busy(item["id"], sent) for item in sent["items"]}}
        if re.match(r"/calendars/(primary|[^/]+)/events", path) and self._is_main(path):
            _need(scopes, "calendar.events.owned")
        else:
            _need(scopes, "calendar.app.created")
        if (method, path) == ("POST", "/calendars"):
            made = self.add_calendar(sent["summary"], description=sent.get("description", ""), app_made=True)
            return 200, {"id": made.id, "summary": made.summary, "description": made.description}
        found = re.fullmatch(r"/calendars/([^/]+)(?:/events(?:/([^/]+))?)?", path)
        if found is None:
            raise RefusalError(404, "notFound")
        calendar = self._found(found[1])
        if calendar is None:
            raise RefusalError(404, "notFound", "Not Found")
        if not (calendar.app_made or (calendar.main and "/events" in path)):
            raise RefusalError(
                403, "insufficientPermissions", "Request had insufficient authentication scopes."
            )
        if "/events" not in path:
            return self._calendar(method, calendar)
        if found[2] is None:
            return self._insert(calendar, sent) if method == "POST" else self._list(calendar, query)
        return self._event(method, calendar, found[2], headers, sent)

    def _found(self, calendar_id: str) -> Calendar | None:
        mains = (each for each in self.calendars.values() if each.main)
        return next(mains, None) if calendar_id == "primary" else self.calendars.get(calendar_id)

    def _is_main(self, path: str) -> bool:
        calendar = self._found(path.split("/")[2])
        return calendar is not None and calendar.main

    def _calendar(self, method: str, calendar: Calendar) -> tuple[int, Any]:
        if method == "DELETE":
            del self.calendars[calendar.id]
            return 204, None
        return 200, {"id": calendar.id, "summary": calendar.summary, "description": calendar.description}

    def _insert(self, calendar: Calendar, sent: Mapping[str, Any]) -> tuple[int, Any]:
        if sent.get("id") in calendar.events:
            raise RefusalError(409, "duplicate", "The requested identifier already exists.")
        return 200, _shown(self.put(calendar.id, sent))

    def _event(
        self,
        method: str,
        calendar: Calendar,
        event_id: str,
        headers: Mapping[str, str],
        sent: Mapping[str, Any],
    ) -> tuple[int, Any]:
        event = calendar.events.get(event_id)
        if event is None:
            raise RefusalError(404, "notFound", "Not Found")
        if method == "GET":
            return 200, _shown(event)
        if method == "DELETE" and event["status"] == "cancelled":
            raise RefusalError(410, "deleted", "Resource has been deleted")
        if headers.get("if-match", event["etag"]) != event["etag"]:
            raise RefusalError(412, "conditionNotMet", "Precondition Failed", "If-Match")
        if method == "DELETE":
            self.cancel(calendar.id, event_id)
            return 204, None
        if event["status"] == "cancelled":
            raise RefusalError(403, "forbidden")
        merged = _merged(event, sent)
        calendar.events[event_id] = self._stamped(merged)
        return 200, _shown(merged)

    def _list(self, calendar: Calendar, query: Mapping[str, str]) -> tuple[int, Any]:
        if "timeMin" in query:
            start_at, end_at = (datetime.fromisoformat(query[name]) for name in ("timeMin", "timeMax"))
            standing = self.standing(calendar.id).values()
            hits = [
                event for event in standing if _at(event["start"]) < end_at and _at(event["end"]) > start_at
            ]
            return 200, {"items": [_shown(event) for event in hits]}
        since, start = 0, 0
        if token := query.get("syncToken"):
            found = re.fullmatch(r"sync-(\d+)-(\d+)-(.+)", token)
            old = found is not None and int(found[1]) != self.generation
            if found is None or (old and self.calls_old_tokens_garbage):
                raise RefusalError(400, "invalid", "Invalid Value", "syncToken")
            if int(found[1]) != self.generation or found[3] != calendar.id:
                raise RefusalError(410, "fullSyncRequired", "Sync token is no longer valid", "syncToken")
            since = int(found[2])
        if page := query.get("pageToken"):
            start = int(page)
        # A full list has lost its tombstones; that is the harder of the two things Google may do.
        listed = [
            event
            for event in sorted(calendar.events.values(), key=lambda e: e["#"])
            if event["#"] > since and (since or event["status"] != "cancelled")
        ]
        size = min(int(query.get("maxResults", "250")), self.page_size)
        body: dict[str, Any] = {"items": [_shown(event) for event in listed[start : start + size]]}
        if start + size < len(listed):
            return 200, body | {"nextPageToken": str(start + size)}
        return 200, body | {"nextSyncToken": f"sync-{self.generation}-{self._sequence}-{calendar.id}"}

    def _busy(self, calendar_id: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        calendar = self._found(calendar_id)
        if calendar is None:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        start, end = datetime.fromisoformat(sent["timeMin"]), datetime.fromisoformat(sent["timeMax"])
        times = sorted(
            time for event in self.standing(calendar.id).values() for time in _occurrences(event, start, end)
        )
        merged: list[list[datetime]] = []
        for begins, ends in times:
            if merged and begins <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], ends)
            else:
                merged.append([begins, ends])
        return {
            "busy": [
                {"start": f"{b:%Y-%m-%dT%H:%M:%SZ}", "end": f"{e:%Y-%m-%dT%H:%M:%SZ}"} for b, e in merged
            ]
        }


def _occurrences(event: Mapping[str, Any], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    declined = any(
        g.get("self") and g.get("responseStatus") == "declined" for g in event.get("attendees", ())
    )
    if event.get("transparency") == "transparent" or declined:
        return []
    first, last = _at(event["start"]), _at(event["end"])
    starts = [first]
    if event.get("recurrence"):
        rule = rrulestr("\n".join(event["recurrence"]), dtstart=first)
        starts = rule.between(start - (last - first), end, inc=True)
    times = [(max(at, start), min(at + (last - first), end)) for at in starts]
    return [(begins, ends) for begins, ends in times if begins < ends]


def _at(moment: Mapping[str, str]) -> datetime:
    if "date" in moment:
        return datetime.fromisoformat(moment["date"]).replace(tzinfo=ZONE).astimezone(UTC)
    return datetime.fromisoformat(moment["dateTime"]).astimezone(UTC)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """PATCH: objects are merged, `null` deletes, arrays are replaced."""
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = _merged(result[name], value)
        else:
            result[name] = deepcopy(value)
    return result


def _shown(event: Mapping[str, Any]) -> dict[str, Any]:
    shown = deepcopy(dict(event))
    for name, default in (("transparency", "opaque"), ("visibility", "default")):
        if shown.get(name) == default:
            del shown[name]
    for end in ("start", "end"):
        if "dateTime" in shown.get(end, {}):
            at = datetime.fromisoformat(shown[end]["dateTime"]).astimezone(ZONE)
            shown[end] = {"dateTime": at.isoformat(), "timeZone": ZONE.key}
    return shown


def _in_list(calendar: Calendar) -> dict[str, Any]:
    return {
        "id": calendar.id,
        "summary": calendar.summary,
        "description": calendar.description,
        "accessRole": calendar.role,
        "primary": calendar.main,
    }


def _need(scopes: str, scope: str) -> None:
    if SCOPES + scope not in scopes.split():
        raise RefusalError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")


def _without_marks(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _without_marks(value) for name, value in found.items() if name != "#"}
    return [_without_marks(each) for each in found] if isinstance(found, list) else found
