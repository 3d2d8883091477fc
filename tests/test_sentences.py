"""What the connectors have to say is said in any language: errors, advice, notes, whatever they are about."""

from __future__ import annotations

import pickle
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args

import pytest
import requests

from connectors.caldav import client, locating, onboarding
from connectors.caldav.providers import PROVIDERS
from connectors.errors import AccessDeniedError, AuthExpiredError, ConnectorError, UnavailableError
from connectors.google import errors as google_errors
from connectors.google import listing
from connectors.google.declined import declined
from connectors.google.refusals import Refusal, Verdict
from connectors.google.rights import SCOPES, what_goes_without
from connectors.guard import check_address, plain_error
from connectors.sentences import NOTHING, Sentence
from service.words import _, said, said_of, speaking
from tests.pseudo import PSEUDO, unspoken

READ_ONLY = Sentence("The calendar is read-only.")
HOST = "cal.example.org"
LETTER = "\u0441"
LOOKS_ALIKE = f"{LETTER}al.example.org"


@pytest.fixture
def another_language() -> Iterator[None]:
    with speaking(PSEUDO):
        yield


spoken_elsewhere = pytest.mark.usefixtures("another_language")


def every(kind: type[ConnectorError]) -> list[type[ConnectorError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in every(below))]


ALL = sorted(set(every(ConnectorError)) - {locating.NoPasswordAccessError}, key=lambda kind: kind.__name__)


def english(text: str, *names: str) -> list[str]:
    return unspoken(said(text), names)


def test_as_text_it_is_english_with_its_facts() -> None:
    gone = Sentence("There is no server called %(host)s.", host=HOST)
    assert gone == f"There is no server called {HOST}."
    assert Sentence("Half of 100% is 50%.") == "Half of 100% is 50%."
    assert gone.then(NOTHING) == NOTHING.then(gone) == gone
    assert gone.then(READ_ONLY) == f"{gone} The calendar is read-only."
    assert pickle.loads(pickle.dumps(gone)) == gone
    assert str(UnavailableError(READ_ONLY)) == f"{READ_ONLY} {UnavailableError.next_step}"


@spoken_elsewhere
def test_in_another_language_the_words_are_that_language_s_and_the_facts_stay() -> None:
    inner = Sentence("no reason given")
    spoken = said(Sentence("Google refuses this Offplate itself (%(reason)s).", reason=inner).then(READ_ONLY))
    assert spoken == " ".join(
        [_("Google refuses this Offplate itself (%(reason)s).") % {"reason": _(inner)}, _(READ_ONLY)]
    )
    assert unspoken(spoken, ()) == []
    assert said("Personal") == "Personal"


@spoken_elsewhere
@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_no_next_step_stays_english(kind: type[ConnectorError]) -> None:
    assert {client.SentElsewhereError, google_errors.SignedOutError, listing.MakingUnknownError} <= set(ALL)
    assert unspoken(said_of(kind(READ_ONLY)), ()) == []
    assert said_of(kind(READ_ONLY)) != str(kind(READ_ONLY))


@spoken_elsewhere
@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_no_advice_about_a_provider_stays_english(provider: object) -> None:
    (found,) = [each for each in PROVIDERS if each is provider]
    for text in (found.password_advice, found.username, found.instead, *found.limits):
        assert english(text, found.name) == []
    error = AuthExpiredError(READ_ONLY)
    onboarding._advise(error, found)
    assert unspoken(said_of(error), [found.name]) == []
    if found.url is None:
        assert unspoken(said_of(locating.NoPasswordAccessError(found)), [found.name]) == []


@spoken_elsewhere
@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_no_refusal_of_google_stays_english(verdict: Verdict) -> None:
    for right in ("", *SCOPES.values()):
        for reasons in ((), ("quotaExceeded",)):
            error = google_errors.error_of(verdict, Refusal(403, reasons), right=right)
            assert unspoken(said_of(error), ["quotaExceeded"]) == []


@spoken_elsewhere
@pytest.mark.parametrize(
    "word", ["access_denied", "org_internal", "invalid_request", "login_required", "new", "?"]
)
def test_no_way_back_from_google_without_a_yes_stays_english(word: str) -> None:
    assert unspoken(said_of(declined(word)), ["new"]) == []


@spoken_elsewhere
@pytest.mark.parametrize("right", SCOPES.values())
def test_no_missing_right_stays_english(right: str) -> None:
    assert english(what_goes_without(right)) == []


@spoken_elsewhere
@pytest.mark.parametrize(
    "address",
    [
        "https://[bad", "https://a b/", "ftp://cal.example.org/", f"https://{LETTER * 70}.org/",
        f"https://{LOOKS_ALIKE}/", "https://me@cal.example.org/", "https://cal.example.org:22/",
        "http://cal.example.org/",
    ],
)  # fmt: skip
def test_no_refused_address_stays_english(address: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        check_address(address, frozenset())
    assert unspoken(said_of(refused.value), [HOST, LOOKS_ALIKE.encode("idna").decode()]) == []


@spoken_elsewhere
@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_AGAIN, ""),
        socket.gaierror(socket.EAI_NONAME, ""),
        requests.exceptions.InvalidURL(),
        ssl.SSLError(1, "WRONG_VERSION_NUMBER"),
        ConnectionRefusedError(),
        requests.exceptions.ReadTimeout(),
        requests.exceptions.ContentDecodingError(),
        requests.exceptions.ChunkedEncodingError(),
        ValueError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_broken_connection_stays_english(error: Exception) -> None:
    told = plain_error(error, f"https://{HOST}/")
    assert unspoken(said_of(told), [HOST, "ValueError"]) == []


@spoken_elsewhere
def test_what_still_counts_is_said_beside_what_went_wrong() -> None:
    error = AccessDeniedError(READ_ONLY)
    read_at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    still = Sentence("What it said at %(time)s still counts.", time=f"{read_at:%Y-%m-%d %H:%M}")
    error.detail = error.detail.then(still)
    assert "2026-12-01 09:00" in said_of(error)
    assert unspoken(said_of(error), ()) == []
