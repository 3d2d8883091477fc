"""Onboarding without a network: whoever has an account on the memory server is found there."""

from __future__ import annotations

from connectors.memory import MemoryConnector
from connectors.memory_server import MemoryServer
from connectors.model import Found, FoundCalendar, Located


class MemoryOnboarding:
    """`can_make_calendars` is what the next accounts are said to be able to."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.can_make_calendars = True

    def locate(self, typed: str) -> Located:
        return Located("memory:", typed.rpartition("@")[2], advice=("Make an app password there.",))

    def try_account(self, url: str, username: str, password: str) -> Found:
        calendars = MemoryConnector(self.server, username, password=password).list_calendars()
        return Found(
            url,
            None,
            "memory:",
            tuple(FoundCalendar(ref.id, ref.name, ref.writable, True, "tag", ref.mark) for ref in calendars),
            self.can_make_calendars,
        )
