"""What Google sends a person back with instead of a code, each with a sentence of its own. Pure.

The words are those of RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6 and Google's guide for web
servers (https://developers.google.com/identity/protocols/oauth2/web-server). Some are only ever shown on
Google's own page; whichever comes back has its sentence here, and every other word a general one.
"""

from __future__ import annotations

from connectors.errors import ConsentRefusedError
from connectors.sentences import Sentence

NOTHING_HAPPENED = ConsentRefusedError.next_step

_SAID: dict[str, tuple[Sentence, Sentence]] = {
    "access_denied": (
        Sentence("Google says that you did not agree."),
        NOTHING_HAPPENED.then(
            Sentence(
                "If Google would not let you, its project is in “Testing”: whoever runs this Offplate "
                "publishes it."
            )
        ),
    ),
    "admin_policy_enforced": (
        Sentence("The administrator of this Google account does not let people connect Offplate."),
        Sentence("Ask them to allow it, or start again and choose a Google account of your own."),
    ),
    "org_internal": (
        Sentence("The Google project of this Offplate lets in accounts of its own organisation only."),
        Sentence(
            "Whoever runs this Offplate sets its audience to “External” in the Google console "
            "(docs/google.md)."
        ),
    ),
    "invalid_scope": (
        Sentence("Google does not know one of the rights that Offplate asked for."),
        Sentence(
            "Whoever runs this Offplate switches the Google Calendar API on for the project (docs/google.md)."
        ),
    ),
    "redirect_uri_mismatch": (
        Sentence("Google does not send anybody back to the address of this Offplate."),
        Sentence(
            "Whoever runs this Offplate enters it under “Authorised redirect URIs”, to the letter; doctor "
            "shows it."
        ),
    ),
    "disallowed_useragent": (
        Sentence("Google does not open inside another app."),
        Sentence("Open Offplate in your browser and start again there."),
    ),
    "temporarily_unavailable": (
        Sentence("Google is busy just now."),
        Sentence("Nothing was connected; start again in a few minutes."),
    ),
    "server_error": (
        Sentence("Something went wrong at Google."),
        Sentence("Nothing was connected; start again in a few minutes."),
    ),
    "invalid_request": (
        Sentence("Google did not understand the question."),
        Sentence("Start again from your own page. If it stays so, whoever runs this Offplate reports it."),
    ),
}
_CLIENT = (
    Sentence("Google does not know this Offplate any more."),
    Sentence(
        "Whoever runs this Offplate looks at the project's client in the Google console (docs/google.md)."
    ),
)
_ASK_AGAIN = (
    Sentence("Google wanted to ask you something first, and could not."),
    Sentence("Sign in at Google in this browser, then start again."),
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
    elif word.replace("_", "").isalnum() and word.isascii() and len(word) <= 60:
        detail = Sentence("Google sent you back without a yes (%(word)s).", word=word)
        next_step = NOTHING_HAPPENED
    else:
        detail, next_step = Sentence("Google sent you back without a yes."), NOTHING_HAPPENED
    error = ConsentRefusedError(detail)
    error.next_step = next_step
    return error
