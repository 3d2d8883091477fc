"""Ana and Ben's home as the file a real household would have, and the folder it lives in.

`templates/household.toml` is the living example of a config.toml; here it gets its addresses and is
written beside its secrets. It is read by the same loader as everybody's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

PEOPLE = ("ana", "ben")
ZONE = ZoneInfo("Europe/Berlin")
"""Needed before config.toml is there: around which week their calendars are filled."""

_TEMPLATE = Path(__file__).parent / "templates" / "household.toml"
_BENS_CALENDAR = Template("""\
[partner.calendar]
url = "$caldav_url"
username = "ben"
password_file = "passwords/ben"
busy = ["Personal", "Work"]
""")
_WORDS = 3
_SYLLABLES = ("ba", "de", "fi", "go", "ka", "lo", "mi", "nu", "pa", "ri", "so", "ta", "ve", "wo", "xi", "zu")


def config_text(*, base_url: str, caldav_url: str, smtp_port: int, google: str = "") -> str:
    """The whole config.toml. `base_url` is where the pages are, without a slash at its end; with a `google`
    section Ben's calendar is not named, for he connects it himself."""
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        base_url=base_url,
        listen=base_url.removeprefix("http://"),
        caldav_url=caldav_url,
        mail_url=f"smtp://127.0.0.1:{smtp_port}",
        google=google,
        bens_calendar="" if google else _BENS_CALENDAR.substitute(caldav_url=caldav_url),
    )


def write_config(folder: Path, *, base_url: str, caldav_url: str, smtp_port: int, google: str = "") -> Path:
    """Write config.toml into `folder`, over the one of last time, and return where it is."""
    path = folder / "config.toml"
    text = config_text(base_url=base_url, caldav_url=caldav_url, smtp_port=smtp_port, google=google)
    path.write_text(text, encoding="utf-8")
    return path


def passwords_in(folder: Path) -> Mapping[str, str]:
    """Each partner's calendar password, made at the first start and the same ever after."""
    place = folder / "passwords"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {person: _kept(place / person) for person in PEOPLE}


def _kept(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(_new_password(), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def _new_password() -> str:
    """48 bits as syllables, to be typed into a phone without a mistake."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(4)) for _ in range(_WORDS))
