"""Run commands one after the other and write what they took, as JSON: seconds, computing, peak memory.

    python -S bench/launch.py REPORT JSON_LIST_OF_COMMANDS

A process of its own and a small one, because on Linux a child counts the memory of its parent at birth
as its own peak. Imports nothing of Offplate.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def main(report: Path, commands: list[list[str]]) -> None:
    started = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    took = {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "peak_bytes": peak_bytes}
    report.write_text(json.dumps(took))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
