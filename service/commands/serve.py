"""`serve`: pages, calendars and mail in one process, until a signal asks it to stop.

A home in which nobody is named yet is set up on its pages: `serve` prints the link that opens them. It goes
to stdout and into no log.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import shutil
import signal
import socket
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import uvicorn

from service.cli import CommandError
from service.commands.house import House, open_house
from service.domain.household import HouseholdId
from service.flow.set_up import set_up_link
from service.flow.week import tick
from service.jobs import Jobs
from service.log import configure_logging
from service.planning_worker import PlanningWorker
from service.web.app import create_app
from service.wiring import mail_delivery

LEAST_FREE_DISK = 0.05
USUAL_FILE = Path("config.toml")
FIRST_FILE = """\
# Written by the first "serve": nobody is named here, so the home is set up on its pages. Every key stands
# in config.example.toml; to reach the pages from a phone, and to send mail, change these two.
[server]
base_url = "http://127.0.0.1:8000"

[mail]
url = "smtp://127.0.0.1:1025"
"""

_log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    configure_logging()
    _begin_file(arguments.config)
    with open_house(arguments.config) as opened, closing(PlanningWorker()) as planner:
        house = replace(opened, world=replace(opened.world, planner=planner))
        for warning in house.config.warnings:
            _log.warning("%s", warning)
        listening = _listen(house.config.server.host, house.config.server.port)
        jobs = _jobs(house)
        app = create_app(
            house.world,
            base_url=house.config.server.base_url,
            not_ready=lambda: [*jobs.not_ready(), *disk_problems(house.config.server.data_dir)],
        )
        options = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5
        )
        signal.signal(
            signal.SIGTERM, signal.default_int_handler
        )  # uvicorn hands the signal on when it is done
        jobs.start()
        host, port = listening.getsockname()[:2]
        _log.info("serving %s on %s:%s", house.config.server.base_url, host, port)
        _invite_to_set_up(house)
        never_collect_what_is_loaded()
        finished = False
        try:
            uvicorn.Server(options).run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            finished = jobs.stop()
            _log.info("stopped")
    if not finished:
        _log.warning("a run was still under way; it is taken up again at the next start")
        logging.shutdown()
        os._exit(0)  # its thread waits for a server that does not answer, and would hold us here
    return 0


def never_collect_what_is_loaded() -> None:
    """Modules, templates and tables stay until the end; a full collection that went through all of them held
    every page up for 0.15 s."""
    gc.collect()
    gc.freeze()


def _begin_file(path: Path) -> None:
    """From nothing: the usual file with what it takes to open the pages. Any other file has to be there."""
    if path == USUAL_FILE and not path.exists():
        path.write_text(FIRST_FILE, encoding="utf-8")
        _log.info("%s was not there and is written", path)


def _invite_to_set_up(house: House) -> None:
    """Say once how a home is set up that has not started; the link of an earlier start ends."""
    if house.household.in_set_up:
        link = set_up_link(house.world, house.household.id)
        print(f"Set up your home in a browser; this link is for whoever does that:\n  {link}", flush=True)


def disk_problems(folder: Path) -> list[str]:
    disk = shutil.disk_usage(folder)
    if disk.free < disk.total * LEAST_FREE_DISK:
        return [f"the disk of {folder} is nearly full ({disk.free // 2**20} MB are free)"]
    return []


def _jobs(house: House) -> Jobs:
    def run_household(household: HouseholdId) -> datetime:
        report = tick(house.world, household)
        for why in report.unplanned:
            _log.error("a week stays as it was planned, because it could not be planned anew: %s", why)
        for partner, mine in report.partners.items():
            if mine.written.total:
                _log.info("calendar: %s", mine.written, extra={"partner": partner})
            if mine.problem:
                _log.warning("calendar: %s", mine.problem, extra={"partner": partner})
        return report.next_due_at

    def upkeep() -> None:
        house.store.forget_old(now=house.world.clock.now())

    return Jobs(
        house.world,
        run_household,
        deliver_mail=mail_delivery(house.config, house.world),
        upkeep=upkeep,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise CommandError(
            f"Nothing can listen on {host}:{port} ({reason}). Stop it, or choose another [server] listen."
        ) from error
