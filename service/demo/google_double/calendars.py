"""The methods of calendars, of a person's list of them, and of free/busy.

https://developers.google.com/workspace/calendar/api/v3/reference/calendars, /calendarList, /freebusy
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.demo.google_double.accounts import Accounts, StoredCalendar, etag_of
from service.demo.google_double.event_shown import merged
from service.demo.google_double.reach import Caller, insist_on_owning, reach
from service.demo.google_double.recurrence import busy_times
from service.demo.google_double.rules import Call
from service.demo.google_double.wire import RefusalError, not_found

_ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_SETTABLE = ("summary", "description", "location", "time_zone")


@dataclass
class Calendars:
    accounts: Accounts

    def insert(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        made = self.accounts.add_calendar(caller.account.email, call.body["summary"], made_by=caller.client)
        _set(made, call.body)
        return _calendar(made)

    def get(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        return _calendar(reach(self.accounts, caller, call.path["calendarId"]).calendar)

    def patch(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        found = reach(self.accounts, caller, call.path["calendarId"])
        insist_on_owning(found)
        _set(found.calendar, call.body)
        found.calendar.sequence = self.accounts.next_sequence()
        return _calendar(found.calendar)

    def delete(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> None:
        found = reach(self.accounts, caller, call.path["calendarId"])
        insist_on_owning(found)
        if found.calendar.id == found.calendar.owner:
            raise RefusalError(400, "cannotDeletePrimaryCalendar", "The main calendar cannot be deleted.")
        del self.accounts.calendars[found.calendar.id]

    def listed(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        """`calendarList.list`. All of it on one page unless fewer are asked for."""
        if "syncToken" in call.query:
            raise RefusalError(501, "notPlayed", "The double gives no sync tokens for lists of calendars.")
        email = caller.account.email
        lowest = _ROLES.index(call.one("minAccessRole") or _ROLES[0])
        hidden = call.one("showHidden") == "true"
        found = [
            _entry(each, email)
            for each in self.accounts.calendars.values()
            if email in each.listed
            and _ROLES.index(each.roles[email]) >= lowest
            and (hidden or not each.listed[email].get("hidden"))
        ]
        start = _page_start(call)
        end = start + min(int(call.one("maxResults") or 100), 250)
        more = {"nextPageToken": f"page-{end}"} if end < len(found) else {}
        head = {"kind": "calendar#calendarList", "etag": etag_of(self.accounts.last_sequence)}
        return {**head, "items": found[start:end], **more}

    def list_entry(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        """`calendarList.get`."""
        calendar = reach(self.accounts, caller, call.path["calendarId"]).calendar
        if caller.account.email not in calendar.listed:
            raise not_found()
        return _entry(calendar, caller.account.email)

    def patch_entry(self, caller: Caller, call: Call, headers: Mapping[str, str]) -> dict[str, Any]:
        """`calendarList.patch`: one account's own view; the calendar itself stays as it is."""
        self.list_entry(caller, call, headers)
        calendar = reach(self.accounts, caller, call.path["calendarId"]).calendar
        own = ("colorId", "selected", "hidden", "summaryOverride", "defaultReminders", "notificationSettings",
               "backgroundColor", "foregroundColor")  # fmt: skip
        sent = {name: value for name, value in call.body.items() if name in own}
        calendar.listed[caller.account.email] = merged(calendar.listed[caller.account.email], sent)
        calendar.sequence = self.accounts.next_sequence()
        return _entry(calendar, caller.account.email)

    def busy(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        """`freebusy.query`. A calendar that is not there is an error inside a 200."""
        start, end = (datetime.fromisoformat(call.body[name]) for name in ("timeMin", "timeMax"))
        asked = [item["id"] for item in call.body.get("items") or ()]
        return {
            "kind": "calendar#freeBusy",
            "timeMin": call.body["timeMin"],
            "timeMax": call.body["timeMax"],
            "calendars": {each: self._busy_of(caller, each, start, end) for each in asked},
        }

    def _busy_of(self, caller: Caller, calendar_id: str, start: datetime, end: datetime) -> dict[str, Any]:
        try:
            found = reach(self.accounts, caller, calendar_id)
        except RefusalError:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        times = busy_times(found.calendar, start, end)
        return {"busy": [{"start": _written(begins), "end": _written(ends)} for begins, ends in times]}


def _set(calendar: StoredCalendar, body: Mapping[str, Any]) -> None:
    for name, attribute in (("timeZone", "time_zone"), *((name, name) for name in _SETTABLE[:3])):
        if body.get(name) is not None:
            setattr(calendar, attribute, body[name])
        elif name in body and name in ("description", "location"):
            setattr(calendar, attribute, "")


def _calendar(calendar: StoredCalendar) -> dict[str, Any]:
    found = {
        "kind": "calendar#calendar",
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
        "description": calendar.description,
        "location": calendar.location,
        "timeZone": calendar.time_zone,
        "dataOwner": calendar.owner,
    }
    return {name: value for name, value in found.items() if value != ""}


def _entry(calendar: StoredCalendar, email: str) -> dict[str, Any]:
    entry = {
        **_calendar(calendar),
        "kind": "calendar#calendarListEntry",
        "accessRole": calendar.roles[email],
        "defaultReminders": [],
        **calendar.listed[email],
    }
    if calendar.id == email:
        entry["primary"] = True
    return entry


def _page_start(call: Call) -> int:
    token = call.one("pageToken")
    if token is None:
        return 0
    number = token.removeprefix("page-")
    if not number.isdigit():
        raise RefusalError(400, "invalid", "Invalid Value", location="pageToken")
    return int(number)


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
