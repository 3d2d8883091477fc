"""`serve`: pages, calendars and mail in one process, until a signal asks it to stop."""

from __future__ import annotations

import argparse
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
from service.flow.week import tick
from service.jobs import Jobs
from service.log import configure_logging
from service.planning_worker import PlanningWorker
from service.web.app import create_app
from service.wiring import mail_delivery

LEAST_FREE_DISK = 0.05

_log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    configure_logging()
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


def disk_problems(folder: Path) -> list[str]:
    disk = shutil.disk_usage(folder)
    if disk.free < disk.total * LEAST_FREE_DISK:
        return [f"the disk of {folder} is nearly full ({disk.free // 2**20} MB are free)"]
    return []


def _jobs(house: House) -> Jobs:
    def run_household(household: HouseholdId) -> datetime:
        report = tick(house.world, household)
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
