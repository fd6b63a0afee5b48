"""The controller's side: hand-ins are dealt out to the workers of a Dask cluster, and what comes back is taken in, here alone.

Each worker has a few hand-ins at a time, and it is known which. So a class of any size takes little memory on the scheduler; what a worker
had that is gone or not fit goes to another one; and a report is taken in once for each hand-in, whoever else may have judged it too.
"""

import contextlib
import json
import logging
import queue
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograder.cluster.alike import made_of
from autograder.cluster.parcels import Outgoing, pack_class
from autograder.cluster.worker import judge_here
from autograder.desk import Judged, Judging, could_not_grade
from autograder.instance import HandIn, Instance
from autograder.pages import rendering
from course.errors import UserError

CONNECT = 10.0  # seconds to reach the scheduler, and to reach it again
LOOK = 1.0  # seconds between two looks at who is there
PATIENCE = 15.0  # seconds without any worker
SPARE = 1  # hand-ins that wait at a worker, for each of its threads
GATHER = 10.0  # seconds for a report to come over
MOST_FALLS = 3  # of what judges a hand-in, before that is left for the next run
EXTRA = "backpropagation-autograder[cluster]"
KEPT = "What was graded until now is kept: run this again for the rest."


def judged_there(judging: Judging, hand_ins: list[HandIn], scheduler: str) -> Iterator[Judged]:
    """Judge on the workers of a Dask cluster, in whatever order they finish. Raises UserError where there is none that can."""
    with connected(scheduler) as client:
        yield from Dealing(client, scheduler, judging, hand_ins).judged()


@contextlib.contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """A client of the cluster, which does not speak on the terminal. TLS, where Dask's own configuration has it."""
    try:
        import distributed
    except ImportError:
        raise UserError(f"--scheduler needs Dask: install {EXTRA} here and on every worker.") from None
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        advice = "Start one with `dask scheduler`, or give its address."
        raise UserError(f"There is no Dask scheduler at {scheduler} ({error}). {advice}") from None
    try:
        yield client
    finally:
        client.close(timeout=CONNECT)


class Sent(NamedTuple):
    """A hand-in that a worker has, by the address of that, and the SHA-256 of the file as it was sent."""

    worker: str
    hand_in: HandIn
    fingerprint: str


class Dealing:
    """The hand-ins of a unit that wait here, and those that workers have."""

    def __init__(self, client: Any, scheduler: str, judging: Judging, hand_ins: list[HandIn]) -> None:
        self.client, self.scheduler, self.unit = client, scheduler, judging.unit
        self.instance = Instance.open(judging.root)
        self.structure_of = self.instance.structures_of(judging.unit)
        self.outgoing = Outgoing(judging)
        self.parcel = pack_class(judging)
        self.at_the_workers = client.submit(bytes, self.parcel.content, pure=False)  # once at each: Dask sees to it
        self.waiting = deque(hand_ins)
        self.sent: dict[Any, Sent] = {}  # by Dask's future
        self.come: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.threads: dict[str, int] = {}  # by a worker's address
        self.unfit: dict[str, str] = {}  # the same: why it cannot judge
        self.falls: Counter[str] = Counter()  # by student: how often what judged their hand-in was ended
        self.looked, self.met = 0.0, time.monotonic()  # when that was done last, and when there was a worker

    def judged(self) -> Iterator[Judged]:
        """The reports as they come. Raises UserError where the scheduler is lost, or no worker can judge."""
        while self.waiting or self.sent:
            self.look()
            self.deal()
            with contextlib.suppress(queue.Empty):
                future = self.come.get(timeout=LOOK)
                if future in self.sent and (judged := self.taken(future)):
                    yield judged

    def look(self) -> None:
        """See who is there, now and then, and take back what is with workers that are gone."""
        if self.client.status == "closed":
            raise UserError(f"The Dask scheduler at {self.scheduler} is lost. {KEPT}")
        now = time.monotonic()
        if now < self.looked + LOOK or self.client.status != "running":
            return
        self.looked = now
        self.threads = {address: worker["nthreads"] for address, worker in self.client.scheduler_info()["workers"].items()}
        self.met = now if self.threads else self.met
        for future, sent in list(self.sent.items()):
            if sent.worker not in self.threads:
                self.falls[sent.hand_in.student] += 1
                self.take_back(future)
        if now > self.met + PATIENCE:
            raise UserError(f"The Dask scheduler at {self.scheduler} has no workers. Start some: dask worker {self.scheduler}. {KEPT}")
        if self.threads and not self.fit:
            reasons = "; ".join(f"{address}: {self.unfit[address].rstrip('.')}" for address in sorted(self.threads))
            raise UserError(f"No worker of {self.scheduler} can judge. {reasons}. {KEPT}")

    @property
    def fit(self) -> list[str]:
        """The addresses of the workers that are there, and have not refused."""
        return [address for address in self.threads if address not in self.unfit]

    def deal(self) -> None:
        """Give each worker as much as it has threads, and a little more, the idlest first."""
        has = Counter(sent.worker for sent in self.sent.values())
        while self.waiting and self.client.status == "running":
            free = [address for address in self.fit if has[address] < self.threads[address] + SPARE]
            if not free:
                return
            worker = min(free, key=lambda address: has[address] / self.threads[address])
            has[worker] += 1
            self.send(worker, self.waiting.popleft())

    def send(self, worker: str, hand_in: HandIn) -> None:
        """Give a worker a hand-in."""
        packed, fingerprint = self.outgoing.pack(hand_in)
        task = (judge_here, self.parcel.name, self.at_the_workers, packed, dict(made_of()))
        future = self.client.submit(*task, workers=[worker], pure=False)
        self.sent[future] = Sent(worker, hand_in, fingerprint)
        future.add_done_callback(self.come.put)

    def take_back(self, future: Any) -> None:
        """Let a hand-in wait again, for whoever is free."""
        self.waiting.appendleft(self.sent.pop(future).hand_in)
        future.cancel()

    def taken(self, future: Any) -> Judged | None:
        """The report on a hand-in, its graded notebook written; none where it is to be judged again, elsewhere."""
        sent, reply = self.sent[future], reply_of(future)
        if "refused" in reply:
            self.unfit[sent.worker] = reply["refused"]
        self.falls[sent.hand_in.student] += "fallen" in reply
        if "report" in reply:
            judged, notebook = self.outgoing.unpack(sent.hand_in, sent.fingerprint, reply)
            if notebook:
                rendering.put(self.instance, judged[0], notebook)
        elif self.falls[sent.hand_in.student] < MOST_FALLS:
            self.take_back(future)
            return None
        else:
            student = sent.hand_in.student
            reason = f"what judged this notebook was ended from outside, {MOST_FALLS} times; was there too little memory on the workers?"
            judged = could_not_grade(student, self.unit, self.structure_of(student), reason), frozenset()
        del self.sent[future]
        return judged


def reply_of(future: Any) -> dict[str, Any]:
    """What a worker said; nothing where that was lost on the way, as when the scheduler goes and comes back."""
    try:
        return {} if future.status == "cancelled" else json.loads(future.result(timeout=GATHER))
    except TimeoutError:
        return {}
    except Exception as error:  # it could not even begin: the autograder is not there, or an old one
        return {"refused": f"{type(error).__name__}: {error}"}
