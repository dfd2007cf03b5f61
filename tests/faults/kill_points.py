"""Kills the process that it is installed in, with SIGKILL, at named points of sending a request to a vendor.

A victim (tests/faults/victim.py) wraps the product's functions from outside, before any worker starts; the product
knows nothing of it. How often each point still may kill is counted by files in one folder, which all workers of a run
share.
"""

import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.utils.module_loading import import_string

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

BEFORE_POST = "before POST"
UNCOMMITTED = "after POST, before the vendor's commit"
UNANSWERED = "between the vendor's commit and its answer"
ANSWERED = "after the answer, before our commit"
COMMITTED = "after our commit"
# The four that the proof names; the one in between comes for free.
NAMED = (BEFORE_POST, UNANSWERED, ANSWERED, COMMITTED)
POSTS = "posts"
POINTS = (BEFORE_POST, UNCOMMITTED, UNANSWERED, ANSWERED, COMMITTED)


class Reaper:
    """Decides who dies where.

    Args:
        folder: where kills are counted.
        per_point: how many kills each point may make at most.
        chance: how likely a pass of a point kills while it may.
        listed_at: where the vendor's requests can be seen without its API.
    """

    def __init__(self, *, folder: Path, per_point: int, chance: float, listed_at: str) -> None:
        self.folder = folder
        self.per_point = per_point
        self.chance = chance
        self.listed_at = urlsplit(listed_at)
        # After a fork every worker draws its own luck.
        os.register_at_fork(after_in_child=random.seed)

    def may_kill(self, point: str) -> bool:
        left = (self.folder / slug(point) / str(self.per_point)).exists()
        return not left and random.random() < self.chance

    def kill(self, point: str) -> None:
        """Die here, if the point has a kill left."""
        for number in range(1, self.per_point + 1):
            try:
                os.close(os.open(self.folder / slug(point) / str(number), os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)

    def pass_by(self, point: str) -> None:
        if self.may_kill(point):
            self.kill(point)

    def around_post(self, email: str, post: Callable[[], Answer]) -> Answer:
        """Post for an address, unless it dies ahead of it, meanwhile or once the answer is here."""
        self.pass_by(BEFORE_POST)
        (self.folder / POSTS / f"{uuid4()} {email}").touch()
        with self.while_posting(email):
            answer = post()
        self.pass_by(ANSWERED)
        return answer

    def dying_after(self, function: Callable[Given, Answer], point: str) -> Callable[Given, Answer]:
        """Return a function that does the same and then may die."""

        def wrapped(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            answer = function(*args, **kwargs)
            self.pass_by(point)
            return answer

        return wrapped

    @contextmanager
    def while_posting(self, email: str) -> Iterator[None]:
        """Die while the block waits for the vendor: before it has committed, or between that and its answer."""
        guard = threading.Lock()
        over = threading.Event()
        early, late = self.may_kill(UNCOMMITTED), self.may_kill(UNANSWERED)
        before = self.requests_of(email) if early or late else 0

        def watch() -> None:
            time.sleep(0.02)
            while not over.is_set():
                committed = self.requests_of(email) > before
                with guard:
                    if over.is_set():
                        return
                    if committed and late:
                        self.kill(UNANSWERED)
                        return
                    if not committed and early:
                        self.kill(UNCOMMITTED)
                    if committed:
                        return
                time.sleep(0.02)

        watcher = threading.Thread(target=watch, daemon=True)
        if early or late:
            watcher.start()
        try:
            yield
        finally:
            # Once the answer is here nobody dies of waiting for it.
            with guard:
                over.set()

    def requests_of(self, email: str) -> int:
        """Count the vendor's requests for an address, by the tester's door."""
        door = http.client.HTTPConnection(self.listed_at.hostname or "", self.listed_at.port, timeout=5)
        try:
            door.request("GET", f"{self.listed_at.path}?{urlencode({'email': email})}")
            return len(json.loads(door.getresponse().read()))
        finally:
            door.close()


def slug(point: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in point)


def prepare(folder: Path) -> None:
    """Make the folder in which kills and POSTs are counted."""
    for name in (*map(slug, POINTS), POSTS):
        (folder / name).mkdir(parents=True)


def counted(folder: Path) -> Counter[str]:
    """Count the kills of a run by point."""
    return Counter({point: len(list((folder / slug(point)).iterdir())) for point in POINTS})


def posted(folder: Path) -> Counter[str]:
    """Count the POSTs of a run by the candidate's address."""
    return Counter(path.name.partition(" ")[2] for path in (folder / POSTS).iterdir())


def install() -> None:
    """Put the points around the product's functions, as the environment says. Django must be set up."""
    reaper = Reaper(
        folder=Path(os.environ["KILL_FOLDER"]),
        per_point=int(os.environ["KILLS_PER_POINT"]),
        chance=float(os.environ["KILL_CHANCE"]),
        listed_at=os.environ["KILL_LISTED_AT"],
    )
    import_string(os.environ["KILL_VICTIM"])().wrap(reaper)
