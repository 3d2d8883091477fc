"""What has to be true between keys: people who exist, moments in order, addresses that are safe."""

from __future__ import annotations

import difflib
import ipaddress
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from service.config.lines import Path
from service.config.reading import Findings, Values
from service.domain.chores import MOST_DISLIKED
from service.domain.week import WeeklyWindow

MOST_PARTNERS = 2


def check(values: Values, findings: Findings) -> None:
    """Every rule, each on its own: one problem hides no other."""
    partners, household, chores = values["partner"], values["household"], values["chore"]
    ids = [partner["id"] for partner in partners if partner["id"]]
    _check_partners(partners, findings)
    _check_household(household, ids, findings)
    for n, chore in enumerate(chores):
        _check_chore(chore, ids, ("chore", n), findings)
    _check_dislikes(chores, ids, findings)
    _check_routines(chores, findings)
    _no_id_twice(partners, ("partner",), findings)
    _no_id_twice(chores, ("chore",), findings)
    _no_id_twice(household["sitter"], ("household", "sitter"), findings)
    _check_addresses(values, findings)


def _check_partners(partners: Sequence[Values], findings: Findings) -> None:
    if len(partners) > MOST_PARTNERS:
        findings.problem(
            ("partner", MOST_PARTNERS),
            "is one too many: a household has one or two partners. Someone else who helps is a "
            "[[household.sitter]]",
        )
    addresses = Counter(partner["email"].lower() for partner in partners if partner["email"])
    for n, partner in enumerate(partners):
        if partner["email"] and addresses[partner["email"].lower()] > 1:
            findings.problem(("partner", n, "email"), "is shared; each needs an address that only they read")
        for m, wish in enumerate(partner["self_care"]):
            _fits(wish["minutes"], wish["window"], ("partner", n, "self_care", m), "minutes", findings)


def _check_household(household: Values, ids: Sequence[str], findings: Findings) -> None:
    path: Path = ("household",)
    for name in household["base_split"] or ():
        _exists(name, ids, (*path, "base_split"), findings)
    for name in ids if household["base_split"] else ():
        if name not in household["base_split"]:
            findings.problem((*path, "base_split"), f"leaves out {name}; give everyone a part, 0 to 1000")
    if household["base_split"] and not any(household["base_split"].values()):
        findings.problem((*path, "base_split"), "gives nobody a part; at least one must be above 0")
    other_week = household["children"]["other_week"]
    if other_week and other_week["here"] is False:
        for key in ("away", "asleep"):
            if other_week[key]:
                findings.problem(
                    (*path, "children", "other_week", key),
                    "counts for nothing in a week that they spend elsewhere (here = false); leave it out",
                )
    for key in ("away", "asleep", "other_week"):
        if household["children"][key] and not household["children_born"]:
            findings.warning(
                (*path, "children", key),
                "counts for nothing without children_born: nobody would have to be on duty for them",
            )
    moments = household["check_in"]
    for earlier, later in (("opens", "meets"), ("meets", "closes")):
        if moments[earlier] and moments[later] and not moments[earlier] < moments[later]:
            findings.problem(
                (*path, "check_in", later),
                f"({moments[later]}) must come after {earlier} ({moments[earlier]}); the week starts on "
                "Monday",
            )


def _check_chore(chore: Values, ids: Sequence[str], path: Path, findings: Findings) -> None:
    only = chore["only"] or ()
    if chore["owner"]:
        _exists(chore["owner"], ids, (*path, "owner"), findings)
        if only and chore["owner"] not in only:
            findings.problem((*path, "owner"), f"is {chore['owner']}, who by its own “only” cannot do it")
    for name in only:
        _exists(name, ids, (*path, "only"), findings)
    if chore["only_reason"] and len(only) != 1:
        findings.problem((*path, "only_reason"), "is why one alone can do it; name that one in “only”")
    for key in ("feed_gap", "bottle_is_fine"):
        if chore[key] and chore["only_reason"] != "breastfeeding":
            findings.problem((*path, key), 'is about breastfeeding; write only_reason = "breastfeeding" too')
    for name in chore["liking"] or ():
        _exists(name, ids, (*path, "liking"), findings)
    _fits(chore["effort_minutes"], chore["window"], path, "effort_minutes", findings)
    _check_shorter(chore, path, findings)
    cadence = chore["cadence"]
    if chore["mode"] == "duty" and cadence and not (cadence.weekdays or cadence.rrule):
        findings.problem(
            (*path, "cadence"),
            "leaves its days open, and a duty (mode) is held on set days; write daily, weekdays or an RRULE",
        )


def _check_dislikes(chores: Sequence[Values], ids: Sequence[str], findings: Findings) -> None:
    """Said where a partner's first one too many stands."""
    for partner in ids:
        disliked = [n for n, chore in enumerate(chores) if (chore["liking"] or {}).get(partner) == "dislike"]
        if len(disliked) > MOST_DISLIKED:
            findings.problem(
                ("chore", disliked[MOST_DISLIKED], "liking"),
                f"is one more than the {MOST_DISLIKED} that {partner} may dislike, so that each counts",
            )


def _check_shorter(chore: Values, path: Path, findings: Findings) -> None:
    if not chore["shorter"]:
        return
    if chore["effort_minutes"] and chore["shorter"] >= timedelta(minutes=chore["effort_minutes"]):
        findings.problem((*path, "shorter"), f"is no shorter than its {chore['effort_minutes']} minutes")
    if chore["shed"] == "never":
        findings.problem((*path, "shorter"), "is for a small week, and “never” (shed) changes nothing then")
    if chore["routine"]:
        findings.problem((*path, "shorter"), "is for a block of its own; a routine leaves all of it out")
    if chore["blocked"] is False or chore["mode"] in ("duty", "both"):
        findings.problem((*path, "shorter"), "is for what becomes a block that can be shorter")


def _check_routines(chores: Sequence[Values], findings: Findings) -> None:
    firsts: dict[str, Values] = {}
    for n, chore in enumerate(chores):
        if not chore["routine"]:
            continue
        first = firsts.setdefault(chore["routine"], chore)
        different = [key for key in ("owner", "cadence", "window") if chore[key] != first[key]]
        if different:
            findings.problem(
                ("chore", n, "routine"),
                f"is “{chore['routine']}”, and so is {first['id']}; chores of one routine share a block, and "
                f"these differ in {' and '.join(different)}",
            )


def _fits(
    minutes: int | None, windows: tuple[WeeklyWindow, ...] | None, path: Path, key: str, findings: Findings
) -> None:
    if minutes and windows:
        longest = max(window.end_minute - window.start_minute for window in windows)
        if minutes > longest:
            findings.problem((*path, key), f"is {minutes}, and its longest window has {longest} minutes")


def _exists(name: str, ids: Sequence[str], path: Path, findings: Findings) -> None:
    if name not in ids:
        close = difflib.get_close_matches(name, ids, n=1)
        hint = (
            f"did you mean {close[0]}?" if close else f"there are {', '.join(dict.fromkeys(ids)) or 'none'}"
        )
        findings.problem(path, f"names {name}, and no partner has that id; {hint}")


def _no_id_twice(tables: Iterable[Values], path: Path, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for n, table in enumerate(tables):
        name = table["id"] or ""
        if name in seen:
            findings.problem(
                (*path, n, "id"),
                f"“{name}” is the id of {path[-1]}[{seen[name]}] as well; give each an id of its own",
            )
        elif name:
            seen[name] = n


def _check_addresses(values: Values, findings: Findings) -> None:
    _check_plain_http(
        values["server"]["base_url"], ("server", "base_url"), "links that sign people in", findings
    )
    allowed = values["sync"]["allow_private_hosts"] or ()
    for n, partner in enumerate(values["partner"]):
        address = (partner["calendar"] or {}).get("url")
        if not address:
            continue
        check_calendar_address(address, ("partner", n, "calendar", "url"), "the password", allowed, findings)


def check_calendar_address(
    address: str, path: Path, what: str, allowed: Sequence[str], findings: Findings
) -> None:
    """No plain http in public, where `what` could be read; a private host only if it is allowed."""
    _check_plain_http(address, path, what, findings)
    host = urlsplit(address).hostname or ""
    if reach(host) != "public" and host not in allowed:
        findings.problem(
            path,
            f"lies in a private network. If {host} is yours, allow it: [sync] "
            f'allow_private_hosts = ["{host}"]',
        )


def _check_plain_http(address: str | None, path: Path, what: str, findings: Findings) -> None:
    if not address or not address.startswith("http://"):
        return
    match reach(urlsplit(address).hostname or ""):
        case "public":
            findings.problem(path, f"is http, so anybody on the way could read {what}; use https")
        case "private":
            findings.warning(path, f"is http: everybody in that network can read {what}. Better use https")


def reach(host: str) -> str:
    """`here` (this machine), `private` (a network at home) or `public`, by the name alone."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return "here"
        home = "." not in host or host.endswith((".local", ".lan", ".home.arpa", ".internal", ".home"))
        return "private" if home else "public"
    if address.is_loopback:
        return "here"
    return "public" if address.is_global else "private"
