"""No more mails: one click of a mail program, one press on the page, and nothing by merely looking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from service.domain.household import PartnerId
from service.links import new_token, token_hash
from service.ports import Link, LinkPurpose, OutgoingMail
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import path_for

Phone = Callable[[], TestClient]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def stop_path(home: Home, *, purpose: LinkPurpose = "unsubscribe", days: int = 365) -> str:
    token = new_token()
    ends_at = home.clock.now() + timedelta(days=days)
    home.store.links.save(Link(token_hash(token), HOME, ANA, purpose, None, ends_at))
    return f"/u/{token}"


def is_mailed(home: Home, partner: PartnerId = ANA) -> bool:
    return home.store.households.get(HOME).partner(partner).mailed


def test_a_mail_program_ends_all_mails_without_cookie_or_origin(home: Home, phone: Phone) -> None:
    answer = phone().post(stop_path(home), data=ONE_CLICK)
    assert answer.status_code == 200
    assert not is_mailed(home)
    assert is_mailed(home, BEN)


def test_what_was_on_its_way_ends_unsent_but_for_what_somebody_asked_for(home: Home, phone: Phone) -> None:
    week, until = WEEK, home.clock.now() + timedelta(days=2)
    for partner, kind in ((ANA, "week"), (ANA, "invitation"), (BEN, "week")):
        address = f"{partner}@example.org"
        mail = OutgoingMail(0, HOME, partner, week, kind, 1, address, b"Subject: x\r\n\r\nx\r\n", until)  # type: ignore[arg-type]
        assert home.store.outbox.queue(mail)
    phone().post(stop_path(home), data=ONE_CLICK)
    left = {(mail.partner, mail.kind) for mail in home.store.outbox.due(now=home.clock.now())}
    assert left == {(ANA, "invitation"), (BEN, "week")}


def test_the_other_kind_of_form_is_understood_as_well(home: Home, phone: Phone) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert phone().post(stop_path(home), content=body, headers=kind).status_code == 200
    assert not is_mailed(home)


def test_looking_and_an_empty_form_change_nothing(home: Home, phone: Phone) -> None:
    path, scanner = stop_path(home), phone()
    for _ in range(3):
        assert "No more mails, Ana?" in scanner.get(path).text
        assert scanner.head(path).status_code == 200
        assert scanner.post(path).status_code == 200
        assert scanner.post(path, content=b"").status_code == 200
    assert is_mailed(home)


def test_it_can_be_taken_back_on_the_same_page(home: Home, phone: Phone) -> None:
    path = stop_path(home)
    assert "Send them again" in phone().post(path, data=ONE_CLICK).text
    assert "No more mails, Ana?" in phone().post(path, data={"again": "1"}).text
    assert is_mailed(home)


@pytest.mark.parametrize("purpose", ["check_in", "session"])
def test_no_other_link_can_end_mails(home: Home, phone: Phone, purpose: LinkPurpose) -> None:
    assert phone().post(stop_path(home, purpose=purpose), data=ONE_CLICK).status_code == 404
    assert phone().post(stop_path(home, days=-1), data=ONE_CLICK).status_code == 404
    assert phone().post("/u/x", data=ONE_CLICK).status_code == 404
    assert is_mailed(home)


def test_it_opens_nothing_else(home: Home, phone: Phone) -> None:
    path, client = stop_path(home), phone()
    client.get(path)
    assert client.get(path.replace("/u/", "/c/")).status_code == 404
    assert client.get("/week").status_code == 403
    assert client.get(path_for(home, "ana").replace("/c/", "/u/")).status_code == 404
