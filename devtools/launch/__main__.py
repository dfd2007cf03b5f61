"""The command line of set-up: `python3 -m devtools.launch run` or `… setup [--dev]`. See the Makefile."""

import sys

# This file must also be readable to older Pythons, which this sentence is for.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "Throughline needs Python 3.11 or newer, and this is Python {}.{}, so nothing was done. "
        "Install a newer Python, or name one: make run PYTHON=python3.12\n".format(*sys.version_info)
    )
    sys.exit(1)

import contextlib
import os
import signal

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop(_number: int, _frame: object) -> None:
    """Leave by way of every `finally`, undisturbed by a second signal (make passes TERM on to us)."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(130)


def main(arguments: list[str]) -> int:
    """Do what the command line asks; return the exit code."""
    from devtools.launch import environment, setup, site
    from devtools.launch.console import LaunchError, print_error

    if arguments not in (["run"], ["setup"], ["setup", "--dev"]):
        print_error("usage: python3 -m devtools.launch run | setup [--dev]")
        return 2
    os.umask(0o077)  # what the site writes holds people's data
    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    try:
        here = environment.site()
        if arguments == ["run"]:
            site.run(here)
        else:
            setup.set_up(here.var, here.environment, development="--dev" in arguments)
    except LaunchError as error:
        with contextlib.suppress(OSError):
            if str(error):  # else the program that failed has said it already
                print_error(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
