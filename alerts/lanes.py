"""Carries messages to a telephone network beside the pass that decided them, a few at once.

Emergencies have lines of their own, so that a slow network that is busy with everything else never holds one up.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from alerts.pages import Owed

Answer = TypeVar("Answer")
LINES = 4
"""Messages under way at once, for emergencies and for everything else each."""
BATCH = 64
"""Messages handed at once to a network that takes several; as many may be repeated after a crash."""


@dataclass(frozen=True, slots=True)
class Carried(Generic[Answer]):
    """A finished job: the pages it was about, in the order given, and what the network said of each."""

    pages: Sequence[Owed]
    answers: Sequence[Answer]


class Lanes(Generic[Answer]):
    """Two lanes of threads, one for emergencies. Jobs are taken from one thread; `wake` is called as each ends.

    `many` is how many pages one job may carry.
    """

    def __init__(
        self, carry: Callable[[Sequence[Owed]], Sequence[Answer]], *, many: int, wake: Callable[[], None]
    ) -> None:
        self._carry = carry
        self._many = many
        self._wake = wake
        self._pools = {
            emergency: ThreadPoolExecutor(LINES, thread_name_prefix="emergency" if emergency else "page")
            for emergency in (True, False)
        }
        self._under_way: dict[Future[Sequence[Answer]], tuple[bool, Sequence[Owed]]] = {}

    @property
    def busy(self) -> set[int]:
        """The pages under way."""
        return {page.id for _, pages in self._under_way.values() for page in pages}

    def take(self, pages: Sequence[Owed]) -> list[Owed]:
        """Return those of `pages` for which there is a free line now, in their order."""
        free = {
            lane: (LINES - sum(busy is lane for busy, _ in self._under_way.values())) * self._many
            for lane in (True, False)
        }
        taken = []
        for page in pages:
            lane = page.urgency == "emergency"
            if free[lane] > 0:
                free[lane] -= 1
                taken.append(page)
        return taken

    def start(self, pages: Sequence[Owed]) -> None:
        """Set out with pages that `take` returned, emergencies first."""
        for lane in (True, False):
            own = [page for page in pages if (page.urgency == "emergency") is lane]
            for first in range(0, len(own), self._many):
                job = own[first : first + self._many]
                future = self._pools[lane].submit(self._carry, job)
                self._under_way[future] = (lane, job)
                future.add_done_callback(self._ended)

    def finished(self, at_most_s: float | None) -> list[Carried[Answer]]:
        """Wait at most so many wall seconds for what is under way (None: for all of it); return what has ended."""
        done = wait(self._under_way, timeout=at_most_s).done
        return [Carried(self._under_way.pop(future)[1], future.result()) for future in done]

    def close(self) -> None:
        """Start nothing any more and forget what has not begun."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, _future: Future[Sequence[Answer]]) -> None:
        self._wake()
