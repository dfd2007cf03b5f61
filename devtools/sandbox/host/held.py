"""What a vendor has taken and does not commit before the very same is asked again (the fault `commit_held`)."""

import threading

Key = tuple[str, bytes]


class HeldCommits:
    """The requests that are held just now, by operation and body."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_again: dict[Key, threading.Event] = {}

    def let_go(self, key: Key) -> bool:
        """The same is asked again: let the one that is held commit; True when there was one."""
        with self._lock:
            event = self._asked_again.get(key)
        if event is None:
            return False
        event.set()
        return True

    def hold(self, key: Key, seconds: float, *, stopping: threading.Event) -> bool:
        """Wait until the same is asked again, `seconds` at most; False when the server is stopped meanwhile."""
        event = threading.Event()
        with self._lock:
            self._asked_again[key] = event
        left = seconds
        while left > 0 and not stopping.is_set() and not event.wait(min(0.1, left)):
            left -= 0.1
        with self._lock:
            self._asked_again.pop(key, None)
        return not stopping.is_set()
