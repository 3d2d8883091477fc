"""The first file to run: `python3 -m service COMMAND`, on a bare machine too.

Wrong usage and `--help` are answered at once. Any other command from a checkout first gets the
checkout's own environment (`service.bootstrap`) and goes on inside it, with the same arguments and
in the same directory. An installed Offplate has what it needs and runs as it is. Until the
environment stands, nothing but the standard library is imported, here and in `service.cli`.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    if sys.version_info < (3, 11):
        print(
            f"Offplate needs Python 3.11 or newer, and this is {sys.version.split()[0]}. "
            "Install a newer one and start it by its name, for example: python3.11 -m service demo",
            file=sys.stderr,
        )
        return 1
    if str(ROOT) not in sys.path:  # started as `python3 some/where/service`
        sys.path.insert(0, str(ROOT))

    from service import bootstrap, cli

    arguments = cli.parse(sys.argv[1:])
    if bootstrap.is_checkout(ROOT):
        try:
            bootstrap.enter(ROOT, bootstrap.lock_for(arguments.command), sys.argv[1:])
        except bootstrap.SetUpError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nStopped while setting up; the next start takes it up again.", file=sys.stderr)
            return 1
    return cli.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
