"""Where secrets come from: the environment, or files of their own. What is missing is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from service.config import lines
from service.config.reading import Findings, Values


class Secrets:
    """Reads the `…_env` and `…_file` keys of a section; files are relative to `folder`."""

    def __init__(self, folder: Path, env: Mapping[str, str], findings: Findings) -> None:
        self._folder = folder
        self._env = env
        self._findings = findings

    def read(self, table: Values, at: lines.Path, *, name: str = "password") -> str | None:
        """`None` when none was named, or when it could not be had (then the problem is noted)."""
        variable, file = table[f"{name}_env"], table[f"{name}_file"]
        if variable and file:
            self._findings.problem((*at, f"{name}_file"), f"and {name}_env are both given; keep one of them")
        elif variable:
            return self._from_environment(variable, (*at, f"{name}_env"))
        elif file:
            return self._from_file(self._folder / file, (*at, f"{name}_file"))
        return None

    def _from_environment(self, variable: str, at: lines.Path) -> str | None:
        if secret := self._env.get(variable):
            return secret
        self._findings.problem(at, f"names {variable}, which is not set; set it where Offplate is started")
        return None

    def _from_file(self, file: Path, at: lines.Path) -> str | None:
        try:
            secret = file.read_text(encoding="utf-8").rstrip("\r\n")
            mode = file.stat().st_mode
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self._findings.problem(at, f"names {file}, which cannot be read: {reason}")
            return None
        if mode & 0o077:
            self._findings.warning(at, f"names {file}, which others here can read: chmod 600 {file}")
        if not secret:
            self._findings.problem(at, f"names {file}, which is empty")
        return secret or None


def find_passwords(values: Values, secrets: Secrets, findings: Findings) -> dict[str, str | None]:
    """All passwords by whose they are: `database`, `mail`, `google`, and each partner's id."""
    found = {name: secrets.read(values[name], (name,)) for name in ("database", "mail")}
    for name in found:
        url = values[name]["url"] or ""
        parts = urlsplit(url)
        named = values[name]["password_env"] or values[name]["password_file"]
        if parts.password is not None:
            findings.problem(
                (name, "url"),
                "holds a password, and secrets never stand in this file; leave the user in it, and name the "
                "password with password_env or password_file",
            )
        elif named and url and not parts.username:
            findings.problem((name, "url"), "needs the user that the password belongs to, like user@host")
        elif name == "mail" and parts.username and not named:
            findings.problem((name,), f"needs password_env or password_file for {parts.username}")
    if google := values["google"]:
        found["google"] = secrets.read(google, ("google",), name="client_secret")
        if not (google["client_secret_env"] or google["client_secret_file"]):
            findings.problem(("google",), "needs client_secret_env or client_secret_file")
    for n, partner in enumerate(values["partner"]):
        if calendar := partner["calendar"]:
            at: lines.Path = ("partner", n, "calendar")
            found[partner["id"] or ""] = secrets.read(calendar, at)
            if not (calendar["password_env"] or calendar["password_file"]):
                findings.problem(at, "needs password_env or password_file")
    return found
