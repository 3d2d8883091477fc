"""A page is of one state: all that it reads is read in one transaction, which is over before it is sent.

One for each page instead of one for each question; on PostgreSQL that saves two round trips of three. What
changes something reads as it goes, since it has to know what others did meanwhile.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.ports import Store

_SHOWS = frozenset({"GET", "HEAD"})


class OneReading:
    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _SHOWS:
            await self._app(scope, receive, send)
            return
        with self._store.one_reading() as reading:

            async def send_when_read(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await run_in_threadpool(reading.end)
                await send(message)

            await self._app(scope, receive, send_when_read)
