"""Read a WebDAV multistatus (RFC 4918 section 13) into members, and nothing more.

Rules that real servers taught: a property counts only under a 200 propstat; a member may carry its
own status instead; hrefs come absolute or as a path, quoted in any style, and are compared by the
unquoted path but sent back as spelled. Pure: a parsed tree in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from connectors.errors import BadResponseError
from connectors.sentences import Sentence

Element: TypeAlias = Any
"""An lxml element; lxml brings no types of its own."""

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CALENDARSERVER = "{http://calendarserver.org/ns/}"

GONE_STATUSES = frozenset({404, 410, 418})
"""How servers say "removed" in a report; 418 is Infomaniak's and older Nextclouds'."""


@dataclass(frozen=True, slots=True)
class Member:
    """One `response`: its URL as spelled by the server, its own status if any, and its 200 properties."""

    url: str
    status: int | None
    props: Mapping[str, Element]

    @property
    def key(self) -> str:
        return path_key(self.url)

    def text(self, tag: str) -> str | None:
        """The stripped text of a property, `None` when it is absent or empty."""
        element = self.props.get(tag)
        return ((element.text or "").strip() or None) if element is not None else None

    def hrefs(self, tag: str) -> list[str]:
        """The hrefs inside a property, resolved against the member's own URL and not yet judged."""
        element = self.props.get(tag)
        if element is None:
            return []
        return [urljoin(self.url, href.text.strip()) for href in element.iter(f"{DAV}href") if href.text]

    def has(self, tag: str, inner: str) -> bool:
        """Whether a property contains an element `inner`, however deep."""
        element = self.props.get(tag)
        return element is not None and next(element.iter(inner), None) is not None


@dataclass(frozen=True, slots=True)
class Multistatus:
    members: tuple[Member, ...]
    sync_token: str | None

    def besides(self, collection: str) -> Iterator[Member]:
        """The members but the collection itself, which some servers list among its own children."""
        own = path_key(collection)
        return (member for member in self.members if member.key != own)

    def itself(self, collection: str) -> Member | None:
        """The collection's own entry; a lone answer is taken for it however it spells the href."""
        own = path_key(collection)
        for member in self.members:
            if member.key == own:
                return member
        return self.members[0] if len(self.members) == 1 else None


def path_key(url: str) -> str:
    """What identifies a resource on its server: the unquoted path without a closing slash."""
    return unquote(urlsplit(url).path).rstrip("/")


def on_this_server(href: str, base: str) -> str:
    """`href` as an absolute URL on the server of `base`.

    Scheme and port are ours, not the server's: behind a proxy it often believes in others.

    Raises:
        BadResponseError: the href names another host.
    """
    ours, theirs = urlsplit(base), urlsplit(urljoin(base, href))
    if theirs.hostname != ours.hostname:
        raise BadResponseError(
            Sentence("The server at %(host)s lists items of another host.", host=ours.hostname)
        )
    return urlunsplit((ours.scheme, ours.netloc, theirs.path, theirs.query, ""))


def read_multistatus(tree: Element, request_url: str) -> Multistatus:
    """The members of a parsed multistatus body.

    Raises:
        BadResponseError: it is no multistatus, or a member has no usable href.
    """
    root = tree if tree is None or tree.tag == f"{DAV}multistatus" else tree.find(f".//{DAV}multistatus")
    if root is None:
        raise BadResponseError(
            Sentence("The server at %(host)s sent no multistatus.", host=urlsplit(request_url).hostname)
        )
    members = []
    for response in root.findall(f"{DAV}response"):
        href = (response.findtext(f"{DAV}href") or "").strip()
        if not href:
            raise BadResponseError(
                Sentence("The server at %(host)s sent a nameless item.", host=urlsplit(request_url).hostname)
            )
        members.append(
            Member(
                url=on_this_server(href, request_url),
                status=_status(response.findtext(f"{DAV}status")),
                props=_good_props(response),
            )
        )
    token = (root.findtext(f"{DAV}sync-token") or "").strip() or None
    return Multistatus(tuple(members), token)


def _good_props(response: Element) -> dict[str, Element]:
    return {
        prop.tag: prop
        for propstat in response.findall(f"{DAV}propstat")
        if _status(propstat.findtext(f"{DAV}status")) in (None, 200)
        for prop in propstat.iterfind(f"{DAV}prop/*")
        if isinstance(prop.tag, str)
    }


def _status(line: str | None) -> int | None:
    """The code in `HTTP/1.1 404 Not Found`."""
    for word in (line or "").split():
        if len(word) == 3 and word.isdigit():
            return int(word)
    return None
