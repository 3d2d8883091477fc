"""What holds for every test: nothing leaves this machine, and a skipped browser is said aloud."""

from __future__ import annotations

import errno
import ipaddress
import os
import sys

import pytest

from service.commands.tests import find_browser

NO_BROWSER = "no Chromium here"


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


def _without_browser(terminalreporter: pytest.TerminalReporter) -> int:
    """How many tests were skipped for want of a browser; reports arrive here from every worker."""
    return sum(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser = find_browser(os.environ)
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="a long run; start it with --long"))
        if item.get_closest_marker("browser") and not browser:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On the project's own machines a browser test that did not run is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")  # a worker has none
    in_ci = os.environ.get("CI") == "true"
    if in_ci and exitstatus == pytest.ExitCode.OK and reporter and _without_browser(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if count := _without_browser(terminalreporter):
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
        pytest.skip(NO_BROWSER)
    return browser
