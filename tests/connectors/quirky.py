"""Other servers' habits, put on a real one as requests and replies pass by: one name each.

Who has them is said in connectors/caldav/quirks.py and docs/connectors.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from tests.servers import Reply

_readings = count()

Forward = Callable[[str, str, dict[str, str], bytes], Reply]


def quirky(
    quirks: set[str], forward: Forward, method: str, path: str, headers: dict[str, str], body: bytes
) -> Reply:
    """The reply of the server behind `forward`, as a server with these quirks would give it."""
    sync = b"sync-collection" in body
    if sync and "no_sync" in quirks:
        return Reply(415)
    if "no_description" in quirks and method == "MKCALENDAR":
        body = re.sub(rb"<C:calendar-description>.*</C:calendar-description>", b"", body, flags=re.DOTALL)
    if "no_if_none_match" in quirks:
        headers.pop("If-None-Match", None)
    if "no_if_match_delete" in quirks and method == "DELETE":
        headers.pop("If-Match", None)
    reply = forward(method, path, headers, body)
    refused_update = method == "PUT" and reply.status == 412 and "If-Match" in headers
    if "whole_for_a_bad_token" in quirks and sync and reply.status in (403, 409):
        whole = re.sub(rb"(<D:sync-token>)[^<]+", rb"\1", body)
        reply = forward(method, path, headers, whole)
        removed = rb"<response><href>[^<]*</href><status>HTTP/1.1 404 Not Found</status></response>"
        reply.body = re.sub(removed, b"", reply.body)
    if "deaf_delta" in quirks and sync and (asked := re.search(rb"<D:sync-token>([^<]+)", body)):
        echo = rb"\g<1>" + asked[1] + rb"\g<2>"
        reply.body = _without_responses(re.sub(rb"(<(?:\w+:)?sync-token>)[^<]*(</)", echo, reply.body))
    creates = "if_match_creates" in quirks and refused_update
    if creates and forward("GET", path, {**headers}, b"").status == 404:
        del headers["If-Match"]
        reply = forward(method, path, headers, body)
    if "odd_content_type" in quirks and method == "GET":
        reply.headers = {n: v for n, v in reply.headers.items() if n.lower() != "content-type"}
        reply.headers["Content-Type"] = "application/ics"
    if method == "PUT":
        _spoil_etag(quirks, reply)
    if method in ("PROPFIND", "REPORT"):
        _spoil_multistatus(quirks, reply, sync=sync, first=b"<D:sync-token></D:sync-token>" in body)
    if "silent_create_status" in quirks and method == "PUT" and reply.status == 201:
        reply.status = 204
    return reply


def _spoil_etag(quirks: set[str], reply: Reply) -> None:
    for name in [name for name in reply.headers if name.lower() == "etag"]:
        if "no_put_etag" in quirks:
            del reply.headers[name]
        elif "weak_put_etag" in quirks:
            reply.headers[name] = "W/" + reply.headers[name]
        elif "gzip_put_etag" in quirks:
            reply.headers[name] = reply.headers[name].rstrip('"') + '-gzip"'


def _spoil_multistatus(quirks: set[str], reply: Reply, *, sync: bool, first: bool) -> None:
    if "teapot" in quirks:
        reply.body = re.sub(rb"(</(?:\w+:)?href>\s*<(?:\w+:)?status>HTTP/1.1) 404", rb"\1 418", reply.body)
    if "no_ctag" in quirks:
        reply.body = re.sub(rb"<(\w+:)?getctag>[^<]*</(\w+:)?getctag>", b"", reply.body)
    if "no_token" in quirks or ("no_ctag" in quirks and not sync):
        reply.body = re.sub(rb"<(\w+:)?sync-token>[^<]*</(\w+:)?sync-token>", b"", reply.body)
    if "keeps_no_description" in quirks:
        described = rb"<(C:)?calendar-description>[^<]*</(C:)?calendar-description>"
        reply.body = re.sub(described, b"", reply.body)
    if "no_etag" in quirks:
        reply.body = re.sub(rb"<(\w+:)?getetag>[^<]*</(\w+:)?getetag>", b"", reply.body)
    if "restless_etags" in quirks:
        fresh = str(next(_readings)).encode()
        reply.body = re.sub(rb"(getetag>[^<]*?)((?:&quot;|\")?</)", rb"\g<1>-" + fresh + rb"\2", reply.body)
    if "token_412" in quirks and reply.status in (403, 409):
        reply.status = 412
    if "empty_delta" in quirks and sync and not first:
        reply.body = _without_responses(reply.body)
    if "empty_listing_once" in quirks and sync and first:
        reply.body = _without_responses(reply.body)
        quirks.discard("empty_listing_once")
    if "hides_shared" in quirks and not sync:
        hidden = rb"<response>(?:(?!</response>).)*/shared-\d+/</href>.*?</response>"
        reply.body = re.sub(hidden, b"", reply.body)
    if "raw_control_character" in quirks:
        reply.body = reply.body.replace(b"BREAKS", b"BREA\x01KS")


def _without_responses(body: bytes) -> bytes:
    return re.sub(rb"<(\w+:)?response>.*?</(\w+:)?response>", b"", body, flags=re.DOTALL)
