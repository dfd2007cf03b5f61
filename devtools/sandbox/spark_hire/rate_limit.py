"""How often a key may call the fake Spark Hire (spark-hire.md §1, §7 row 9)."""

import math
import threading
import time

WINDOW_SECONDS = 60.0


class RateLimit:
    """Calls per key in fixed windows of sixty real seconds (§1, §7 row 9)."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}
        self._guard = threading.Lock()

    def take(self, key: str, *, limit: int) -> int:
        """Counts a call; returns the seconds to wait when it is one too many, else 0."""
        now = time.monotonic()
        with self._guard:
            start, count = self._windows.get(key, (now, 0))
            if now - start >= WINDOW_SECONDS:
                start, count = now, 0
            if count >= limit:
                return max(1, math.ceil(WINDOW_SECONDS - (now - start)))
            self._windows[key] = (start, count + 1)
        return 0
