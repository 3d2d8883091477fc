"""The repository itself: what may stand in it, its locks, its packaging and the container's recipe."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from service.cli import parse

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    "pyproject.toml", "service", "connectors", "tests", "config.example.toml", "Dockerfile", "README.md",
    "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile", "docs", "bench", ".ci",
    ".gitignore", ".dockerignore",
}  # fmt: skip
MOST_LINES = 400
LOCKS = [ROOT / "service" / "requirements.lock", ROOT / "service" / "requirements-test.lock"]


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository; in a tree without git, every file that git would not ignore."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return tuple(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists())
    skipped = {".venv", "__pycache__"}
    return tuple(
        path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)
    )


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def pins(lock: Path) -> dict[str, tuple[Requirement, frozenset[str]]]:
    """Each pin of a lock, by its whole first line, with its hashes."""
    found = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text()):
        pin = entry.partition("\\\n")[0].strip()
        found[pin] = (Requirement(pin), frozenset(re.findall(r"sha256:([0-9a-f]{64})", entry)))
    return found


def test_the_top_level_holds_only_what_belongs_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    places = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work|mnt|opt/pypi|opt/wheels)/[\w.-]+")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        for match in places.finditer(text)
        if path != Path(__file__).resolve()
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile(
        r"pypi\.org|pythonhosted|npmjs|artifactory|index-url|find-links|--index|pkg\.dev", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        for match in hosts.finditer(text)
        if path != Path(__file__).resolve()
    ]
    assert found == []


def test_no_file_leaves_work_for_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        for match in words.finditer(text)
        if path.suffix in (".py", ".md", ".toml", ".html", ".css") and path != Path(__file__).resolve()
    ]
    assert found == []


def test_no_module_is_longer_than_a_person_reads() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("service", "connectors")
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_place_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    found = pins(lock)
    assert len(found) > 50
    for pin, (requirement, hashes) in found.items():
        assert [each.operator for each in requirement.specifier] == ["=="], pin
        assert hashes, pin


def test_whoever_can_test_can_run() -> None:
    run, test = (pins(lock) for lock in LOCKS)
    assert {name: pin for name, pin in run.items() if test.get(name) != pin} == {}


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], []), (LOCKS[1], ["test"])], ids=["run", "test"])
def test_the_locks_hold_what_the_project_asks_for(lock: Path, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in extras for each in project["optional-dependencies"][extra]),
    ]
    pinned: dict[str, list[Requirement]] = {}
    for requirement, _ in pins(lock).values():
        pinned.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for requirement in map(Requirement, wanted):
        for pin in pinned[canonicalize_name(requirement.name)]:
            (exact,) = pin.specifier
            assert requirement.specifier.contains(exact.version), str(requirement)
    for name in ("niquests", "urllib3-future"):  # they would replace urllib3 for everybody
        assert [str(pin.marker) for pin in pinned[name]] == ['sys_platform == "never"']


def test_these_tests_run_on_what_the_lock_names() -> None:
    here = [requirement for requirement, _ in pins(LOCKS[1]).values() if _is_for_us(requirement)]
    assert [str(each) for each in here if not each.specifier.contains(version(each.name))] == []


def _is_for_us(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def test_every_file_that_is_not_code_is_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["service"]
    inside = [
        path.relative_to(ROOT / "service") for path in tracked() if path.is_relative_to(ROOT / "service")
    ]
    lost = [
        str(path)
        for path in inside
        if path.suffix != ".py" and not any(fnmatch(str(path), p) for p in patterns)
    ]
    assert lost == []


def test_every_package_says_that_it_is_one() -> None:
    folders = {path.parent for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts}
    packages = [
        folder
        for folder in folders
        if folder.relative_to(ROOT).parts[0] in ("service", "connectors", "tests")
    ]
    assert [str(folder) for folder in packages if not (folder / "__init__.py").exists()] == []


def test_the_container_copies_what_exists_and_starts_a_command_that_exists() -> None:
    recipe = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", recipe, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert sources
    allowed = (ROOT / ".dockerignore").read_text()
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source.split('/')[0]}\n" in allowed, source
    assert recipe.index("--require-hashes --no-deps") < recipe.index("USER offplate")
    assert "/livez" in recipe
    command = re.search(r'^CMD \["([^]]*)"\]$', recipe, re.MULTILINE)
    assert command
    assert parse(command[1].split('", "')).command == "serve"
    base = re.findall(r"^FROM python:(\d+)\.(\d+)-slim", recipe, re.MULTILINE)
    assert len(base) == 2
    assert all((int(major), int(minor)) >= (3, 11) for major, minor in base)


def test_the_check_before_a_change_is_a_shell_script_that_parses_and_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    assert "python3 -m service test" in script.read_text()


def test_the_makefile_names_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in re.findall(r"python3 -m service (\w+)", makefile):
        assert command in ("test", "demo")
    assert ".ci/run" in makefile
