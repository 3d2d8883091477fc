"""`demo --google`: Ben connects at a Google of our own, and gets a calendar of ours beside his own."""

from __future__ import annotations

import html
import re
import urllib.parse
import urllib.request
from pathlib import Path

from tests.demo.command import demo, wait_until
from tests.demo.test_live import READY, Phone, base_url


def test_ben_connects_and_gets_a_calendar_of_ours_at_google(tmp_path: Path) -> None:
    with demo(tmp_path, "--google", "--port", "0") as running:
        said = running.wait_for(READY)
        phone = Phone(base_url(said))
        mine = re.search(r"Ben's week\s+(\S+)", said)
        assert mine
        assert "Connect your calendar" in phone.open(mine[1])
        assert "Office" in phone.open("/google")
        asked = phone.send(phone.open("/connect"))
        address = re.search(r'class="primary" href="([^"]+)"', asked)
        assert address
        consent = phone.open(html.unescape(address[1]))
        rights = re.findall(r'name="right" value="([^"]+)"', consent)
        assert len(rights) == 2
        found = at_google(phone, consent, rights)
        assert "This is ben@example.org." in found
        assert "Your calendar is connected." in phone.send(found)
        wait_until(lambda: "<h2>Offplate</h2>" in phone.open("/google"), seconds=60)
        assert "Office" in phone.open("/google"), "what was his is untouched"
    assert not (tmp_path / "state").exists(), "the plain demo's Ben has an account, and none to connect"


def at_google(phone: Phone, consent: str, rights: list[str]) -> str:
    """Tick all and go on, as the consent page's form would."""
    action = re.search(r'<form method="post" action="([^"]+)"', consent)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', consent)
    assert action
    fields = [(name, html.unescape(value)) for name, value in hidden]
    fields += [
        ("account", "ben@example.org"),
        *(("right", right) for right in rights),
        ("answer", "continue"),
    ]
    origin = urllib.parse.urljoin(phone.last, "/")
    request = urllib.request.Request(
        urllib.parse.urljoin(origin, html.unescape(action[1])),
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Origin": origin.rstrip("/")},
    )
    with phone.browser.open(request, timeout=60) as answer:
        return str(answer.read().decode())
