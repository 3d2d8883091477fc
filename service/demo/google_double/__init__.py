"""A Google of our own: Calendar API v3 and its OAuth, for the demo and for the tests.

It takes no request that Google would refuse. Each passes a gate made from the discovery document that
comes with Google's client, and from Google's prose (`rules`, each with its source); each answer is held
to the schemas. It knows no pytest.

    double = GoogleDouble(now=lambda: at)                     # the clock is yours, aware
    ben = double.add_account("ben@example.com")               # a Person, with a main calendar
    ben.add("primary", "Choir", start, end)                   # events, past HTTP and past the gate
    refresh_token = double.connect(ben.email, SCOPES)         # a consent, without its page

In process, for Google's client:
    http = InProcessHttp(double, double.access_token(ben.email, SCOPES))
    build("calendar", "v3", http=http, static_discovery=True, cache_discovery=False)
or, signed in by google-auth: `AuthorizedHttp(credentials, http=InProcessHttp(double))`. A lost answer is
a ConnectionResetError.

On loopback, for a connector, a service or a browser:
    with serving(double) as at:    # at.api, at.authorize, at.token, at.revoke, at.userinfo
and `double.add_client(id, secret, redirect_uris=[...])` before anybody opens the consent page; CLIENT_ID
and CLIENT_SECRET are there from the start, without a redirect.

A double that outlives its process: `with kept_in(double, file) as was_there:`, then `double.person(email)`.

Levers:
    double.answer_consent(address, email, untick=[scope])     # partial; deny=True; any account
    double.consent.ticked = False                             # the page's boxes arrive unticked
    double.set_testing(); double.revoke(email); double.delete_client()
    double.expire_access_tokens(); double.expire_sync_tokens(); double.set_access_token_life(...)
    double.lists.largest_page = 2                             # more pages than were asked for
    double.lists.changes_join_pages = True                    # and what changes meanwhile, once more
    double.faults.refuse("events.insert", 403, "rateLimitExceeded", retry_after_seconds=30)
    double.faults.drop("events.insert", carried_out=True)     # committed, the answer lost
    double.faults.cut("events.list"), .bad_gateway("*")       # half of the JSON; 502 with a web page
    ben.drag(...), .retitle(...), .delete(...), .move_to(...), .edit(...), .delete_calendar(...)

What was asked: `double.log`. At the end of every test: `assert double.problems == []`, which names each
request that Google would not have taken, and who says so.

Not played, and answered 501: watch, acl, settings, colors, instances, import, move, quickAdd,
singleEvents=true without two bounds, sync tokens of calendarList.
"""

from __future__ import annotations

from service.demo.google_double.consent import PageRefusalError
from service.demo.google_double.double import CLIENT_ID, CLIENT_SECRET, GoogleDouble
from service.demo.google_double.keeping import kept_in
from service.demo.google_double.person import Person
from service.demo.google_double.transports import InProcessHttp, Served, serving

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "GoogleDouble",
    "InProcessHttp",
    "PageRefusalError",
    "Person",
    "Served",
    "kept_in",
    "serving",
]
