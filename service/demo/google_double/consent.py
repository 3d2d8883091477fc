"""The page on which somebody lets an app in: choose the account, tick rights, continue or cancel.

A real page for a real browser, without script. What it refuses to show, it refuses as Google does:
with a page of its own and never by sending anybody to an address that was not registered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from service.demo.google_double.discovery import DOCUMENT
from service.demo.google_double.oauth import IDENTITY, OAuth, spelled
from service.demo.google_double.wire import Answer, Request

KNOWN_SCOPES: Mapping[str, str] = {
    scope: said["description"] for scope, said in DOCUMENT["auth"]["oauth2"]["scopes"].items()
}
_KEPT = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "access_type", "prompt",
    "include_granted_scopes", "code_challenge", "code_challenge_method", "login_hint", "nonce",
)  # fmt: skip


class PageRefusalError(Exception):
    """A page that says what is wrong with the request, as `Error 400: redirect_uri_mismatch`."""

    def __init__(self, status: int, error: str, said: str) -> None:
        super().__init__(f"{status} {error}: {said}")
        self.status = status
        self.error = error
        self.said = said


class ConsentPage:
    """`ticked`: whether the boxes arrive ticked; Google leaves that open
    (https://developers.google.com/identity/protocols/oauth2/resources/granular-permissions)."""

    def __init__(self, oauth: OAuth) -> None:
        self._oauth = oauth
        self.ticked = True

    def show(self, request: Request) -> Answer:
        asked = {name: values[0] for name, values in request.query.items()}
        try:
            rights = self.rights_asked_for(asked)
        except PageRefusalError as refusal:
            return _page(refusal.status, f"Error {refusal.status}: {refusal.error}", escape(refusal.said))
        return _page(
            200,
            "Offplate wants to access your Google account",
            self._form(asked, rights),
            _origin(asked["redirect_uri"]),
        )

    def answer(self, request: Request) -> Answer:
        form = parse_qs(request.body.decode(errors="replace"))
        asked = {name: form[name][0] for name in _KEPT if name in form}
        try:
            if form.get("answer") != ["continue"]:
                return _redirect(self.denied(asked))
            email = form.get("account", [""])[0]
            return _redirect(self.granted(asked, email, form.get("right", [])))
        except PageRefusalError as refusal:
            return _page(refusal.status, f"Error {refusal.status}: {refusal.error}", escape(refusal.said))

    def granted(self, asked: Mapping[str, str], email: str, rights: Collection[str]) -> str:
        """Where the browser goes after *Continue* with those rights ticked.

        Raises:
            PageRefusalError: the request is none, or nobody has that address.
        """
        wanted = self.rights_asked_for(asked)
        if email not in self._oauth.accounts.accounts:
            raise PageRefusalError(400, "invalid_account", "There is no such account.")
        identity = [scope for scope in asked["scope"].split() if scope in _SIGN_IN]
        # A single right is granted or denied as a whole: it has no box.
        ticked = [right for right in wanted if right in rights or len(wanted) == 1]
        code = self._oauth.grant(asked, email, [*identity, *ticked])
        scope = " ".join(sorted(spelled([*identity, *ticked])))
        return _back(asked, {"code": code, "scope": scope, "authuser": "0", "prompt": "consent"})

    def denied(self, asked: Mapping[str, str]) -> str:
        """Where the browser goes after *Cancel* (RFC 6749 section 4.1.2.1)."""
        self.rights_asked_for(asked)
        return _back(asked, {"error": "access_denied"})

    def rights_asked_for(self, asked: Mapping[str, str]) -> list[str]:
        """Those scopes that get a box, in order.

        Raises:
            PageRefusalError: Google would show an error and not the question.
        """
        client = self._oauth.clients.get(asked.get("client_id", ""))
        if client is None:
            raise PageRefusalError(401, "invalid_client", "The OAuth client was not found.")
        if client.deleted:
            raise PageRefusalError(401, "deleted_client", "The OAuth client was deleted.")
        if asked.get("redirect_uri") not in client.redirect_uris:
            raise PageRefusalError(400, "redirect_uri_mismatch", "This address is not registered.")
        if asked.get("response_type") != "code":
            raise PageRefusalError(400, "unsupported_response_type", "Only codes are given.")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            raise PageRefusalError(400, "invalid_request", "Only S256 is played here.")
        scopes = asked.get("scope", "").split()
        unknown = [scope for scope in scopes if scope not in KNOWN_SCOPES and scope not in _SIGN_IN]
        if unknown or not scopes:
            raise PageRefusalError(400, "invalid_scope", f"No such scope: {' '.join(unknown)}")
        return [scope for scope in dict.fromkeys(scopes) if scope not in _SIGN_IN]

    def _form(self, asked: Mapping[str, str], rights: list[str]) -> str:
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked[name])}">'
            for name in _KEPT
            if name in asked
        )
        accounts = list(self._oauth.accounts.accounts)
        hint = asked.get("login_hint", "")
        first = hint if hint in accounts else next(iter(accounts), "")
        people = "".join(
            f'<p><label><input type="radio" name="account" value="{escape(email)}"'
            f"{' checked' if email == first else ''}> {escape(email)}</label></p>"
            for email in accounts
        )
        boxes = "".join(
            f'<p><label><input type="checkbox" name="right" value="{escape(right)}"'
            f"{' checked' if self.ticked else ''}> {escape(KNOWN_SCOPES[right])}</label></p>"
            for right in rights
        )
        if len(rights) == 1:
            boxes = f"<p>{escape(KNOWN_SCOPES[rights[0]])}</p>"
        return (
            f'<form method="post" action="{AUTHORIZE}">{hidden}'
            f"<fieldset><legend>Account</legend>{people}</fieldset>"
            f"<fieldset><legend>What it may do</legend>{boxes}</fieldset>"
            '<p><button name="answer" value="continue">Continue</button> '
            '<button name="answer" value="cancel">Cancel</button></p></form>'
        )


AUTHORIZE = "/o/oauth2/v2/auth"
STYLE = "/double.css"
_SIGN_IN = frozenset((*IDENTITY, *IDENTITY.values()))


_SHEET = b"""
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; font-weight: 500; line-height: 1.25; }
fieldset { border: 1px solid; border-radius: .5rem; margin: 1rem 0; padding: .25rem 1rem; }
legend { padding: 0 .25rem; }
label { display: flex; gap: .75rem; align-items: baseline; padding: .25rem 0; overflow-wrap: anywhere; }
button { font: inherit; min-height: 2.75rem; padding: 0 1.25rem; margin: 0 .5rem .5rem 0; }
"""


def style() -> Answer:
    return Answer(200, {"content-type": "text/css; charset=utf-8", "cache-control": "no-store"}, _SHEET)


def _back(asked: Mapping[str, str], more: Mapping[str, str]) -> str:
    state = {"state": asked["state"]} if "state" in asked else {}
    sep = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return f"{asked['redirect_uri']}{sep}{urlencode({**state, **more})}"


def _redirect(address: str) -> Answer:
    return Answer(302, {"location": address, "cache-control": "no-store"})


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _page(status: int, title: str, content: str, goes_to: str = "") -> Answer:
    """`goes_to`: Chromium holds the answer to a form to the policy of its page."""
    policy = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {goes_to}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="stylesheet" href="{STYLE}">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>"
        "<p>This stands in for Google. Nothing leaves this machine.</p>"
        f"{content}</main></body></html>"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy.replace("  ", " "),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    return Answer(status, headers, page.encode())
