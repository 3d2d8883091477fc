"""A CalDAV server of canned replies, for answers that no server here gives on its own."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from tests.servers import Door, Reply

Answer = Reply | Callable[[dict[str, str], str], Reply]

PRINCIPAL = "<D:current-user-principal><D:href>{}</D:href></D:current-user-principal>"
HOME = "<C:calendar-home-set><D:href>{}</D:href></C:calendar-home-set>"
ADDRESSES = "<C:calendar-user-address-set>{}</C:calendar-user-address-set>"
CALENDAR = "<D:displayname>{}</D:displayname><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
COLLECTION = "<D:resourcetype><D:collection/></D:resourcetype>"
ETAG = "<D:getetag>{}</D:getetag>"


def response(href: str, props: str = "", *, status: int | None = None) -> str:
    """One member: its properties under 200, or a status of its own."""
    inner = f"<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
    if status is not None:
        inner = f"<D:status>HTTP/1.1 {status} Said</D:status>"
    return f"<D:response><D:href>{href}</D:href>{inner}</D:response>"


def multistatus(*responses: str, token: str | None = None) -> Reply:
    end = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    text = (
        '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
        f'xmlns:CS="http://calendarserver.org/ns/">{"".join(responses)}{end}</D:multistatus>'
    )
    return Reply(207, {"Content-Type": "application/xml; charset=utf-8"}, text.encode())


def text_of(href: str, text: str, etag: str) -> str:
    """A member of a multiget reply."""
    return response(href, f"{ETAG.format(etag)}<C:calendar-data>{escape(text)}</C:calendar-data>")


class StubServer(Door):
    """Answers by method and path; a plain 404 where nothing was said. Remembers bodies in `bodies`."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1/")
        self.answers: dict[tuple[str, str], Answer] = {}
        self.bodies: list[tuple[str, str, str]] = []

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        self.seen.append((method, path))
        self.bodies.append((method, path, body.decode()))
        answer = self.answers.get((method, path), Reply(404))
        return answer if isinstance(answer, Reply) else answer(headers, body.decode())
