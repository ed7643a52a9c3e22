"""Bounds how often something may be asked. Knows nothing of the web; the clock is an argument."""

from collections import deque


class Pace:
    """At most `most` requests of one key within `within_s` seconds; of keys it remembers at most `keys`."""

    def __init__(self, most: int, within_s: float, *, keys: int = 1_000) -> None:
        self._most = most
        self._within_s = within_s
        self._keys = keys
        self._asked: dict[str, deque[float]] = {}

    def allows(self, key: str, now_s: float) -> bool:
        """Return whether `key` may ask now; a refused request does not count."""
        asked = self._asked.setdefault(key, deque())
        while asked and now_s - asked[0] >= self._within_s:
            asked.popleft()
        if len(asked) >= self._most:
            return False
        asked.append(now_s)
        if len(self._asked) > self._keys:
            del self._asked[next(iter(self._asked))]
        return True
