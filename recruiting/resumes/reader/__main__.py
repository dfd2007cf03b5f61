"""Reads files in a process of its own: `python -m recruiting.resumes.reader`, started by `recruiting.resumes.child`.

Asked on standard input, a line of JSON and the bytes of a file after it; answers with a line of JSON. Each file may
take `CPU_SECONDS`, and all of the process `MEMORY`; what takes more ends it, and the parent starts another.
"""

import contextlib
import json
import os
import sys
from dataclasses import asdict
from typing import IO

from recruiting.resumes.reader import fields, reading
from recruiting.resumes.reader.document import VERSION

CPU_SECONDS = 8
MEMORY = 200 * 2**20
"""Bytes of memory of its own; with libraries, which are mapped from their files, it stays under 256 MB."""
OUT_OF_MEMORY = 3


def main() -> int:
    """Answer until nothing more is asked; return the exit code."""
    questions, answers = sys.stdin.buffer, _answers()
    _limit_all()
    while line := questions.readline():
        asked = json.loads(line)
        content = questions.read(asked["size"])
        if len(content) < asked["size"]:
            break  # the parent is gone
        _limit_one()
        try:
            document = reading.read(asked["ending"], content)
            answer = {"version": VERSION, **asdict(document), "fields": asdict(fields.find(document))}
        except MemoryError:
            return OUT_OF_MEMORY
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
    return 0


def _answers() -> IO[bytes]:
    """Return where answers go; what a library prints goes nowhere."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return os.fdopen(kept, "wb")


def _limit_all() -> None:
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        limits = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 64))
        for what, most in (*limits, (resource.RLIMIT_DATA, MEMORY)):
            with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
                resource.setrlimit(what, (most, most))


def _limit_one() -> None:
    """Let the next file take `CPU_SECONDS` more."""
    with contextlib.suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    sys.exit(main())
