"""The live demo, walked as two people would: mail, link, answer, agree, look at the calendar."""

from __future__ import annotations

import html
import re
import signal
import socket
import urllib.parse
import urllib.request
from contextlib import AbstractContextManager
from http.cookiejar import CookieJar
from pathlib import Path

from service.clock import SystemClock
from service.demo.dav import DavAccount
from service.demo.live import week_to_show
from tests.demo.command import Demo, demo, processes_of, titles_and_places, wait_until

READY = "Ctrl-C stops everything"


class Phone:
    """A browser without JavaScript that keeps cookies."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self.last = base_url
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, address: str) -> str:
        self.last = urllib.parse.urljoin(self._base_url, address)
        with self.browser.open(self.last, timeout=60) as page:
            return str(page.read().decode())

    def send(self, page: str, **fields: str) -> str:
        """Fill in the last form of `page`, which is its plain next step, and send it."""
        forms = re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL)
        assert forms, page
        address, inside = forms[-1]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside)
        values = {name: html.unescape(value) for name, value in hidden} | fields
        request = urllib.request.Request(
            urllib.parse.urljoin(self._base_url, address),
            data=urllib.parse.urlencode(values).encode(),
            headers={"Origin": self._base_url},
        )
        with self.browser.open(request, timeout=120) as answer:
            return str(answer.read().decode())


def test_a_week_goes_from_mail_to_calendar_and_a_second_start_finds_it(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        demo(tmp_path, "--port", str(taken.getsockname()[1])) as first,
    ):
        said = first.wait_for(READY)
        assert f"Port {taken.getsockname()[1]} is taken by something else" in said
        accounts = {person: account_of(person, said) for person in ("ana", "ben")}
        before = {person: entries(account) for person, account in accounts.items()}

        with demo_in_the_same_folder(tmp_path) as refused:
            assert refused.process.wait(60) == 1
            assert "running already" in refused.said()

        walk_through(base_url(said))
        wait_until(
            lambda: entries(accounts["ana"]) != before["ana"] and entries(accounts["ben"]) != before["ben"],
            seconds=90,
        )
        agreed = settled(accounts)
        assert len(agreed["ben"]) > len(agreed["ana"])
        nothing_private_in(tmp_path / "state")
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(90) == 0
    assert processes_of(tmp_path) == []

    with demo(tmp_path, "--port", base_url(said).rpartition(":")[2]) as second:
        said_again = second.wait_for(READY)
        again = {person: account_of(person, said_again) for person in ("ana", "ben")}
        assert {person: entries(account) for person, account in again.items()} == agreed
        assert "agreed" in Phone(base_url(said_again)).open(link_of("Ana, how are you?", said_again)).lower()
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(90) == 0
        assert "Stopped." in second.said()
    assert processes_of(tmp_path) == []


def test_a_fresh_start_forgets_what_a_demo_left_and_nothing_else(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "passwords").mkdir(parents=True)
    (state / "passwords" / "ana").write_text("of-last-time")
    with demo(tmp_path, "--port", "0", "--fresh") as stranger:
        stranger.wait_for("planning a first week")
    assert (state / "passwords" / "ana").read_text() == "of-last-time"

    assert (state / "places.json").exists()
    assert processes_of(tmp_path) == []
    with demo(tmp_path, "--port", "0", "--fresh") as fresh:
        fresh.wait_for("planning a first week")
    assert (state / "passwords" / "ana").read_text() not in ("", "of-last-time")


def test_a_demo_that_was_killed_is_tidied_up_by_the_next(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as killed:
        killed.wait_for("planning a first week")
        killed.process.kill()
        killed.process.wait(90)
        orphans = processes_of(tmp_path)
    assert len(orphans) == 1
    with demo(tmp_path, "--port", "0") as next_one:
        next_one.wait_for("planning a first week")
        assert len(processes_of(tmp_path)) == 1
    assert processes_of(tmp_path) == []


def walk_through(site: str) -> None:
    """Both answer from their own mail, then both agree."""
    ana, ben, anybody = Phone(site), Phone(site), Phone(site)
    inbox = anybody.open("/mailbox")
    assert inbox.count("How are you?") == 2
    forms = {}
    for number in (1, 2):
        mail = anybody.open(f"/mailbox/{number}")
        owner = "ana" if "To ana@example.org" in mail else "ben"
        link = re.findall(r'href="([^"]+/c/[^"?]+)"', mail)[-1]
        forms[owner] = (ana if owner == "ana" else ben).open(link)
        assert "/c/" in anybody.open(f"/mailbox/{number}/html")
    ana.send(forms["ana"], state="blown")
    together = ben.send(forms["ben"], state="fine")
    assert "How you both are" in together
    week = week_to_show(SystemClock().now())
    for person in (ana, ben):
        person.send(person.open(f"/check-in/{week}?next=1"))


def demo_in_the_same_folder(folder: Path) -> AbstractContextManager[Demo]:
    """A second start while the first runs; its output goes beside the other's."""
    beside = folder / "beside"
    beside.mkdir()
    (beside / "state").symlink_to(folder / "state")
    return demo(beside, "--port", "0")


def entries(account: DavAccount) -> dict[str, str]:
    ours = account.calendars().get("Offplate")
    return dict(account.events(ours)) if ours else {}


def settled(accounts: dict[str, DavAccount]) -> dict[str, dict[str, str]]:
    """What stands there once two looks in a row see the same."""
    seen: list[dict[str, dict[str, str]]] = [{}, {}]

    def unchanged() -> bool:
        seen.append({person: entries(account) for person, account in accounts.items()})
        return seen[-1] == seen[-2] == seen[-3]

    wait_until(unchanged, seconds=90)
    return seen[-1]


def nothing_private_in(state: Path) -> None:
    """Their titles stand in their calendars, and in no file of ours."""
    secrets = titles_and_places(week_to_show(SystemClock().now()), seed=1)
    ours = [
        file
        for file in state.rglob("*")
        if file.is_file() and "collections" not in file.relative_to(state).parts
    ]
    assert any(file.name == "offplate.db" for file in ours)
    for file in ours:
        content = file.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, file


def base_url(said: str) -> str:
    found = re.search(r"(http://127\.0\.0\.1:\d+)/mailbox", said)
    assert found, said
    return found[1]


def link_of(name: str, said: str) -> str:
    found = re.search(rf"{re.escape(name)}\s+(\S+)", said)
    assert found, said
    return found[1]


def account_line(person: str, said: str) -> tuple[str, str]:
    found = re.search(rf"(http://\S+)\s+user {person}\s+password (\S+)", said)
    assert found, said
    return found[1], found[2]


def account_of(person: str, said: str) -> DavAccount:
    url, password = account_line(person, said)
    return DavAccount(url, person, password)
