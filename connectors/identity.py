"""Names that are ours: UIDs, file names and marks, all computed, none remembered.

The same block of the same household always gets the same UID, so a write whose reply was lost is
found again instead of being written twice. A block that was deleted and comes back takes the next
`generation`: servers keep the UIDs of deleted events (Nextcloud's trash bin, Google).
Never proof of ownership: people copy events, marks and all. What is ours stands in the journal.
"""

from __future__ import annotations

import hashlib
import re

_UID_SUFFIX = "@offplate"
_UID_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_MARK = re.compile(r"offplate:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+")
_SAFE = re.compile(r"[A-Za-z0-9._-]+")


def entry_uid(install: str, household: str, block: str, generation: int) -> str:
    """The UID of one block's entry: 32 characters of `[0-9a-v]`, then `@offplate`.

    The alphabet is the one Google allows in event ids, so both providers can share the name.

    Raises:
        ValueError: `generation` is negative.
    """
    if generation < 0:
        raise ValueError(f"a generation counts from 0, not {generation}")
    # Lengths in front, so that no two different tuples can read the same.
    fields = "".join(f"{len(part)}:{part}" for part in (install, household, block, str(generation)))
    number = int.from_bytes(hashlib.sha256(fields.encode()).digest()[:20], "big")
    letters = "".join(_UID_ALPHABET[(number >> shift) & 31] for shift in range(155, -1, -5))
    return letters + _UID_SUFFIX


def is_entry_uid(uid: str) -> bool:
    """Whether `uid` has the form of our entries': good for leaving out, never for writing to."""
    return uid.endswith(_UID_SUFFIX) and _is_of_our_making(uid.removesuffix(_UID_SUFFIX))


def _is_of_our_making(letters: str) -> bool:
    return len(letters) == 32 and set(letters) <= set(_UID_ALPHABET)


def caldav_href(uid: str) -> str:
    """The file name for `uid` inside a collection: letters and digits only, so no server re-spells it.

    A UID that is not of our making (a person's own, never written by us) is hashed.
    """
    letters = uid.removesuffix(_UID_SUFFIX)
    if _is_of_our_making(letters):
        return f"{letters}.ics"
    return hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".ics"


def google_event_id(uid: str) -> str:
    """The event id for `uid` at Google, whose alphabet is `[0-9a-v]`; a UID not of our making is hashed."""
    return caldav_href(uid).removesuffix(".ics")


def uid_of_google_event(event_id: str, ical_uid: str) -> str:
    """The UID of an event at Google: ours where the id has our form, else its own `iCalUID`.

    Google makes iCalUID from the id and another domain, so an id of ours leads back to our UID.
    """
    if _is_of_our_making(event_id):
        return event_id + _UID_SUFFIX
    return ical_uid or event_id


def ownership_mark(install: str, household: str, partner: str) -> str:
    """What the description of our calendar ends with: `offplate:<install>:<household>:<partner>`.

    Raises:
        ValueError: a part is empty or holds anything but letters, digits, dot, underscore or hyphen.
    """
    for part in (install, household, partner):
        if not _SAFE.fullmatch(part):
            raise ValueError(f"a mark is made of letters, digits, '.', '_' and '-', not {part!r}")
    return f"offplate:{install}:{household}:{partner}"


def home_description(mark: str) -> str:
    """What stands in the description of our calendar, for its person and for us."""
    return f"Offplate writes this calendar. The last line is how it finds it again.\n{mark}"


def find_mark(description: str) -> str | None:
    """The ownership mark on the last line of a calendar's description, or `None`."""
    lines = description.strip().splitlines()
    last = lines[-1].strip() if lines else ""
    return last if _MARK.fullmatch(last) else None


def block_mark(block: str, generation: int) -> str:
    """What an entry carries in its hidden property: which block it shows, in which generation.

    Raises:
        ValueError: `block` holds a character that servers rewrite in X-properties.
    """
    if not _SAFE.fullmatch(block):
        raise ValueError(f"a block is named with letters, digits, '.', '_' and '-', not {block!r}")
    return f"{block}.{generation}"
