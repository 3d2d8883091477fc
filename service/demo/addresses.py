"""Where on this machine the demo's parts listen: the address they had, or a free one."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def port_or_another(wanted: int) -> int:
    """`wanted` if nothing listens there, else any free port; 0 asks for any at once."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            return port_or_another(0)
        port: int = probe.getsockname()[1]
        return port
