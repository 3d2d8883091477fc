"""Partners' published calendars: where each address comes from, and whether it may be asked."""

from __future__ import annotations

from collections.abc import Mapping

from service.config.checks import check_calendar_address
from service.config.kinds import feed_address
from service.config.lines import Path
from service.config.passwords import Secrets
from service.config.reading import Findings, Values
from service.domain.household import PartnerId


def find_feeds(values: Values, secrets: Secrets, findings: Findings) -> Mapping[PartnerId, Mapping[str, str]]:
    """Each partner's feeds, name to address; what is wrong with one is a problem that never quotes it."""
    allowed = values["sync"]["allow_private_hosts"] or ()
    found: dict[PartnerId, dict[str, str]] = {}
    for n, partner in enumerate(values["partner"]):
        feeds = found.setdefault(PartnerId(partner["id"] or ""), {})
        for m, table in enumerate(partner["feed"]):
            at: Path = ("partner", n, "feed", m)
            if table["name"] in feeds:
                findings.problem((*at, "name"), f"“{table['name']}” is the name of another feed as well")
            address, path = _address(table, at, secrets, findings)
            if address:
                check_calendar_address(address, path, "its address", allowed, findings)
                feeds[table["name"] or ""] = address
    return found


def _address(table: Values, at: Path, secrets: Secrets, findings: Findings) -> tuple[str | None, Path]:
    """The address and the key it came from; no address when there is a problem, which is noted."""
    given = [key for key in ("url_env", "url_file", "url") if table[key]]
    if len(given) != 1:
        says = "gives more than one address; keep" if given else "needs its address; give"
        findings.problem(at, f"{says} one of url_env, url_file and url")
        return None, at
    path = (*at, given[0])
    if given == ["url"]:
        return table["url"], path
    secret = secrets.read(table, at, name="url")
    try:
        return (feed_address(secret) if secret else None), path
    except ValueError as error:
        findings.problem(path, f"holds what {error}")
        return None, path
