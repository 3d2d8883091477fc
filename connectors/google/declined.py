"""What Google sends a person back with instead of a code, each with a sentence of its own. Pure.

The words are those of RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6 and Google's guide for web
servers (https://developers.google.com/identity/protocols/oauth2/web-server). Some are only ever shown on
Google's own page; whichever comes back has its sentence here, and every other word a general one.
"""

from __future__ import annotations

from connectors.errors import ConsentRefusedError

NOTHING_HAPPENED = ConsentRefusedError.next_step
_HOST = "Whoever runs this Offplate"
_IN_TESTING = f"If Google would not let you, its project is in “Testing”: {_HOST.lower()} publishes it."

_SAID: dict[str, tuple[str, str]] = {
    "access_denied": (
        "Google says that you did not agree.",
        f"{NOTHING_HAPPENED} {_IN_TESTING}",
    ),
    "admin_policy_enforced": (
        "The administrator of this Google account does not let people connect Offplate.",
        "Ask them to allow it, or start again and choose a Google account of your own.",
    ),
    "org_internal": (
        "The Google project of this Offplate lets in accounts of its own organisation only.",
        f"{_HOST} sets its audience to “External” in the Google console (docs/google.md).",
    ),
    "invalid_scope": (
        "Google does not know one of the rights that Offplate asked for.",
        f"{_HOST} switches the Google Calendar API on for the project (docs/google.md).",
    ),
    "redirect_uri_mismatch": (
        "Google does not send anybody back to the address of this Offplate.",
        f"{_HOST} enters it under “Authorised redirect URIs”, to the letter; doctor shows it.",
    ),
    "disallowed_useragent": (
        "Google does not open inside another app.",
        "Open Offplate in your browser and start again there.",
    ),
    "temporarily_unavailable": (
        "Google is busy just now.",
        "Nothing was connected; start again in a few minutes.",
    ),
    "server_error": (
        "Something went wrong at Google.",
        "Nothing was connected; start again in a few minutes.",
    ),
    "invalid_request": (
        "Google did not understand the question.",
        f"Start again from your own page. If it stays so, {_HOST.lower()} reports it.",
    ),
}
_CLIENT = (
    "Google does not know this Offplate any more.",
    f"{_HOST} looks at the project's client in the Google console (docs/google.md).",
)
_ASK_AGAIN = (
    "Google wanted to ask you something first, and could not.",
    "Sign in at Google in this browser, then start again.",
)
_SAID |= dict.fromkeys(
    ("invalid_client", "deleted_client", "disabled_client", "unauthorized_client"), _CLIENT
)
_SAID |= dict.fromkeys(
    ("interaction_required", "login_required", "consent_required", "account_selection_required"), _ASK_AGAIN
)


def declined(word: str) -> ConsentRefusedError:
    """The error for Google's `error=word`. A word that is no plain word is not shown."""
    if word in _SAID:
        detail, next_step = _SAID[word]
    else:
        named = f" ({word})" if word.replace("_", "").isalnum() and word.isascii() and len(word) <= 60 else ""
        detail, next_step = f"Google sent you back without a yes{named}.", NOTHING_HAPPENED
    error = ConsentRefusedError(detail)
    error.next_step = next_step
    return error
