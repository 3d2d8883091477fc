"""docs/configuration.md, made from the table of keys: `python -m service.config.reference`."""

from __future__ import annotations

import sys

from service.config.keys import SECTIONS, Key, Section

_OPENING = """# Configuration

`config.toml` lies where Offplate is started; every command takes `--config FILE`. Everything has a
default: an empty file is a household that is set up in the browser. An unknown key is an error, and all
problems are reported at once with their lines. [config.example.toml](../config.example.toml) shows every key.

**What wins.** `[server]`, `[database]`, `[mail]`, `[sync]`, `[partner.calendar]` and `[[partner.feed]]` are
read at every start, and the file wins. `[household]`, `[[partner]]` with its `[[partner.self_care]]`, and
`[[chore]]` are read once, to begin with: from then on the household lives in the database, the list is edited
on its page (`/list`), each partner's own on theirs ([`/me`](settings.md)), and a change in the file does
nothing. `doctor` names what differs. A file without `[[chore]]` begins with an empty list; one without
`[[partner]]` waits until it names somebody.

| written | means |
|---|---|
| duration `"15m"` | `s`, `m`, `h` or `d` |
| moment `"Sun 20:30"` | weekday and time |
| windows `"Mon-Fri 17:00-19:30, Sat 08:00-12:00"` | without days every day; may run past midnight |
| cadence | `daily`, `weekdays`, `weekly`, `3/week`, `every 2 weeks`, `monthly`, `FREQ=WEEKLY;BYDAY=TU` |

Moments and windows are in the household's time zone, wherever somebody happens to be. Secrets never stand
in the file: `…_env` names an environment variable, `…_file` a file of its own (mode 0600). Relative paths
start at the folder of `config.toml`. An unencrypted `http` address on a public host is refused.

This page is generated: `make docs` writes it anew.
"""


def reference() -> str:
    return _OPENING + "".join(_section(section) for section in SECTIONS)


def _section(section: Section) -> str:
    rows = "".join(_row(key) for key in section.keys)
    return (
        f"\n## {section.header}\n{section.says}\n\n| key | is | kind | default |\n|---|---|---|---|\n{rows}"
    )


def _row(key: Key) -> str:
    default = "must be given" if key.default is None else f"`{key.default}`" if key.default else ""
    return f"| `{key.name}` | {key.says} | {key.kind.name} | {default} |\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
