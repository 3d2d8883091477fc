"""The demo's calendar server as a process of its own."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from service.demo.addresses import HOST
from service.demo.dav import DavAccount
from service.demo.radicale import running_radicale


def test_two_that_start_at_the_same_moment_for_one_port_are_each_their_own(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    both_up = Barrier(2)

    def start(name: str) -> tuple[str, str]:
        with running_radicale(tmp_path / name, {name: f"of {name}"}, port=port) as url:
            both_up.wait(120)
            DavAccount(url, name, f"of {name}").calendars()
            both_up.wait(120)
            return name, url

    with ThreadPoolExecutor(2) as pool:
        places = dict(pool.map(start, ("ana", "ben")))
    assert places["ana"] != places["ben"]
    assert f":{port}/" in "".join(places.values())
