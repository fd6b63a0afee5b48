"""Judging processes: they stay, for who grades again and again, and cannot wait seconds for them each time."""

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from autograder import desk
from autograder.desk import Judged, Judging
from autograder.instance import HandIn

RENEWED = 1000  # submissions after which new processes take over, whatever they have come to hold by then
ATTEMPTS = 2  # at a submission alone, before it is left without a mark
ENDED = "The process that judged it was ended from outside, more than once. Was there too little memory?"


class Bench:
    """So many judging processes, started when they are first needed; once `stops` says so, nothing more is begun.

    `ahead` of them are submissions that wait in hand, so that no process waits for this one, which may have other things to do.
    Where one is ended from outside, each submission that was in hand is judged again alone, so that one at which processes end holds up
    no other.
    """

    def __init__(self, workers: int, stops: Callable[[], bool] = lambda: False, ahead: int = 1) -> None:
        self.workers, self.stops, self.ahead = workers, stops, ahead
        self._pool: ProcessPoolExecutor | None = None
        self._others: set[object] = set()  # processes of this one's that are not the bench's
        self._judged = 0

    def judged(self, judging: Judging, hand_ins: Sequence[HandIn]) -> Iterator[Judged]:
        """Judge side by side, in whatever order they finish."""
        waiting = deque(hand_ins)
        while waiting and not self.stops():
            in_hand: dict[Future[Judged], HandIn] = {}
            with self._killed_if_left():
                try:
                    yield from self._together(judging, waiting, in_hand)
                except BrokenProcessPool:
                    self.kill()
                    for hand_in in in_hand.values():
                        if not self.stops():
                            yield self._alone(judging, hand_in)
        if self._judged >= RENEWED:
            self.close()

    def close(self) -> None:
        """End the processes, once they have nothing in hand; the next submission starts new ones."""
        if self._pool:
            self._pool.shutdown()
        self._pool, self._judged = None, 0

    def kill(self) -> None:
        """End the processes now."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.close()

    def processes(self) -> list[int]:
        """Those that judge now, by their numbers."""
        return [one.pid for one in multiprocessing.active_children() if one not in self._others and one.pid] if self._pool else []

    def _together(self, judging: Judging, waiting: deque[HandIn], in_hand: dict[Future[Judged], HandIn]) -> Iterator[Judged]:
        """Judge what waits. Raises BrokenProcessPool where a process is ended from outside; what was `in_hand` then may be why."""
        while in_hand or (waiting and not self.stops()):
            while waiting and len(in_hand) < self.workers + self.ahead and not self.stops():
                future = self._submit(judging, waiting[0])
                in_hand[future] = waiting.popleft()
            for future in wait(in_hand, return_when=FIRST_COMPLETED).done:
                judged = future.result()
                del in_hand[future]
                yield judged

    def _alone(self, judging: Judging, hand_in: HandIn) -> Judged:
        """Judge one with nothing beside it."""
        for _ in range(ATTEMPTS):
            try:
                return self._submit(judging, hand_in).result()
            except BrokenProcessPool:
                self.kill()
        return desk.given_up(judging, hand_in, ENDED)

    def _submit(self, judging: Judging, hand_in: HandIn) -> Future[Judged]:
        if not self._pool:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([desk.__name__])
            self._others = set(multiprocessing.active_children())
            self._pool = ProcessPoolExecutor(self.workers, context, initializer=desk.start_process)
        self._judged += 1
        return self._pool.submit(desk.judge_in_process, judging, hand_in)

    @contextlib.contextmanager
    def _killed_if_left(self) -> Iterator[None]:
        """What is half judged when something breaks off is judged again next time, and need not be waited for."""
        try:
            yield
        except BaseException:
            self.kill()
            raise
