"""The parent of the process that reads files: up to `FILES` for each child, one at a time.

A file that ends its child is tried once more, in another child after all others; the second time it is unreadable.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings

from recruiting.resumes.reader.document import VERSION, State

MODULE = "recruiting.resumes.reader"
FILES = 20
"""How many a child reads."""
SECONDS = 12.0
"""How long a file may take by the clock; its CPU time has a limit of its own in the child."""
MAX_ANSWER = 4 * 2**20
"""Bytes of an answer."""
UNREADABLE: dict[str, Any] = {
    "version": VERSION,
    "state": State.UNREADABLE.value,
    "text": "",
    "blocks": [],
    "links": [],
    "pages": None,
    "is_cut": False,
    "fields": {},
}


@dataclass(frozen=True)
class File:
    """A file to read. `content` returns its bytes, or None when it is gone."""

    key: Any
    ending: str
    content: Callable[[], bytes | None]


def read(files: Iterable[File], *, seconds: float) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Read files, and yield each one's key with what was read, as soon as it is.

    Args:
        files: which.
        seconds: after how many no further file is begun; those are not yielded.
    """
    waiting, ended = deque(files), Counter[Any]()
    until = time.monotonic() + seconds
    while waiting and time.monotonic() < until:
        with _Child() as child:
            for _ in range(FILES):
                if not waiting or time.monotonic() >= until:
                    break
                file = waiting.popleft()
                content = file.content()
                answer = UNREADABLE if content is None else child.ask(file.ending, content)
                if answer is not None:
                    yield file.key, answer
                    continue
                ended[file.key] += 1
                if ended[file.key] > 1:
                    yield file.key, UNREADABLE
                else:
                    waiting.append(file)
                break


class _Child:
    """One process of `recruiting.resumes.reader`. It gets no environment of ours, in which there are keys."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", MODULE]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def ask(self, ending: str, content: bytes) -> dict[str, Any] | None:
        """Return what the child says of a file, None when the file ended it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        timer = threading.Timer(SECONDS, self._process.kill)
        timer.start()
        try:
            stdin.write(json.dumps({"ending": ending, "size": len(content)}).encode() + b"\n")
            stdin.write(content)
            stdin.flush()
            line = stdout.readline(MAX_ANSWER)
        except OSError:
            return None
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._process.kill()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer
