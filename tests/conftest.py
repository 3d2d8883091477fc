"""What holds for every test: nothing leaves this machine, and a skipped browser is said aloud."""

from __future__ import annotations

import errno
import ipaddress
import os
import sys

import pytest

from service.commands.tests import find_browser

NO_BROWSER = pytest.StashKey[int]()


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    try:
        here = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        raise OSError(errno.ENETUNREACH, f"tests stay on this machine, and {host} is not here")


sys.addaudithook(_stay_on_this_machine)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the soak and chaos tests as well")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NO_BROWSER] = 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser = find_browser(os.environ)
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="a long run; start it with --long"))
        if item.get_closest_marker("browser") and not browser:
            config.stash[NO_BROWSER] += 1
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On the project's own machines a browser test that did not run is a failure."""
    if (
        session.config.stash[NO_BROWSER]
        and os.environ.get("CI") == "true"
        and exitstatus == pytest.ExitCode.OK
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash[NO_BROWSER]:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{count} tests need Chromium, and there is none here. Install it (apt-get install chromium), "
            "or name one in OFFPLATE_CHROMIUM, and run this again."
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's executable, for `playwright.chromium.launch(executable_path=…)`."""
    browser = find_browser(os.environ)
    if not browser:
        pytest.skip("no Chromium here")
    return browser
