"""What is handed in, graded as it arrives, for a whole term: `autograder watch`.

A look at the class costs little, and the class is locked only while something is graded, so that every other command gets its turn. What
has been graded is known from the reports and the gradebook, as for `autograder grade`: whatever ends this process, and whenever, the next
one goes on from there. What fails is told, and tried again after pauses that grow.
"""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from autograder import batch, teams
from autograder.arrivals import Arrivals, Looker
from autograder.bench import Bench
from autograder.collect import collect
from autograder.desk import Judged, Judging
from autograder.instance import CONFIG, HandIn, Instance, listed
from autograder.intake.names import composed, refusal
from autograder.learning import FILE as MISTAKES
from autograder.pages import feedback
from autograder.policy import POLICY
from autograder.report import Report
from autograder.turns import LOOK_AGAIN, alone
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP
from course.checking import OWN
from course.errors import SandboxUnavailable, UserError
from course.units import UNITS

TURN = 10.0  # seconds, after which nothing more is begun: other commands are waiting
SHARE = 10  # times as long as a look takes, there is no other
PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds until what failed is tried again
TRIES = 3  # at a submission that could not be graded by no fault of its own
CLASS = "the class"


class Stopped(BaseException):
    """Somebody asked for an end while nothing was in hand."""


class Patience:
    """What failed, how often in a row, and until when it is left alone: twice as long each time."""

    def __init__(self) -> None:
        self._failed: dict[object, tuple[int, float]] = {}

    def waits(self, what: object) -> bool:
        return time.monotonic() < self._failed.get(what, (0, 0.0))[1]

    def failed(self, what: object) -> tuple[int, float]:
        """It failed again: how often in a row, and how many seconds it waits."""
        count = self._failed.get(what, (0, 0.0))[0] + 1
        pause = min(PAUSE * 2 ** min(count - 1, 20), LONGEST_PAUSE)
        self._failed[what] = count, time.monotonic() + pause
        return count, pause

    def went_well(self, what: object) -> None:
        self._failed.pop(what, None)


class Watch:
    """A class that is watched. `run` looks and grades until `stop`.

    `units` are those that are graded, all that are released where none is named. `on_graded` is told of reports that stand in the
    gradebook, `say` of all else; `share` shares what teams handed in, and returns who cannot be graded for it.
    """

    def __init__(
        self,
        root: Path,
        units: Collection[str] = (),
        *,
        every: float = 2.0,
        workers: int = 0,
        pages: bool = False,
        limits: Limits = Limits(),
        wall: str = BUBBLEWRAP,
        say: Callable[[str], None],
        on_graded: Callable[[Instance, str, Sequence[Report]], None],
        share: Callable[[Instance, str], set[str]] = lambda instance, unit: set(),
    ) -> None:
        self.root, self.units, self.every, self.pages = root.absolute(), units, every, pages
        self.limits, self.wall = limits, wall
        self.say, self.on_graded, self.share = say, on_graded, share
        self.bench = Bench(workers or os.cpu_count() or 1, self.ends_turn)
        self.submitted = Arrivals(self.root / "submitted", 2)
        self.inbound: Arrivals | None = None  # nbgrader's exchange
        self.patience = Patience()
        self.stopping = self.busy = False
        self._turn_ends = self._next_look = 0.0
        self._looker, self._rules = Looker(), 0
        self._served: dict[str, float] = {}  # when a unit had its last turn
        self._untold: set[tuple[str, str]] = set()  # who was judged, and is not yet known to stand in the gradebook

    def run(self) -> None:
        """Look and grade until `stop`; what is in hand then is finished."""
        with contextlib.suppress(Stopped):
            while not self.stopping:
                self.round()
                time.sleep(2 * LOOK_AGAIN if self.due() else max(0.0, self._next_look - time.monotonic()))
        self.bench.close()

    def stop(self, signal: int = 0, frame: FrameType | None = None) -> None:
        """What a signal calls: the end once what is in hand is recorded; at once where nothing is, or where it is asked for twice."""
        if self.busy and self.stopping:
            raise KeyboardInterrupt
        self.stopping = True
        if not self.busy:
            raise Stopped

    def ends_turn(self) -> bool:
        """Whether no other submission is begun now."""
        return self.stopping or time.monotonic() > self._turn_ends

    def round(self) -> None:
        """One look, and a turn at what is due."""
        if self.patience.waits(CLASS):
            self._next_look = time.monotonic() + self.every
            return
        with self.trouble(CLASS):
            changed = self.look()
            if changed or self.due() or self.handed_in_by_exchange():
                with self.turn():
                    instance = Instance.open(self.root)
                    if changed:
                        self.begin_anew(instance)
                    self.collect(instance)
                    for unit, states in sorted(self.due().items(), key=lambda one: self._served.get(one[0], 0.0)):
                        if not self.ends_turn():
                            with self.trouble(unit):
                                self.grade(instance, unit, states)

    def look(self) -> bool:
        """Look at what is handed in, if it is time; whether a rule of the class's has changed."""
        if time.monotonic() >= self._next_look:
            start = time.process_time()
            self.submitted.look()
            if self.inbound and self.inbound.root.is_dir():
                self.inbound.look()
            self._next_look = time.monotonic() + max(self.every, SHARE * (time.process_time() - start))
        released = listed(self.root / "release")
        files = [CONFIG, POLICY, MISTAKES, teams.TEAMS, OWN, "release", *(f"variants/{unit}.json" for unit in released)]
        before, self._rules = self._rules, hash(tuple(self._looker.signature(f"{self.root}/{name}") for name in files))
        return before != self._rules

    def begin_anew(self, instance: Instance) -> None:
        """Look at everything again, by rules that have changed."""
        self.bench.close()
        self.submitted.forget()
        self.patience = Patience()
        root = instance.config.Exchange.get("root")
        inbound = Path(root).expanduser() / instance.course_id / "inbound" if root else None
        if inbound != (self.inbound and self.inbound.root):
            self.inbound = Arrivals(inbound, 1) if inbound else None

    def due(self) -> dict[str, dict[str, int]]:
        """Who is to be graded now, by unit; with the state of what they handed in."""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (name, unit), state in self.submitted.due().items():
            waits = self.patience.waits(unit) or self.patience.waits((composed(name), unit))
            if self.watches(unit) and not waits and not refusal(composed(name)):
                found[unit][composed(name)] = state
        return found

    def watches(self, unit: str) -> bool:
        """Whether a unit is one of those that are graded here."""
        return (unit in self.units if self.units else unit in UNITS) and (self.root / "release" / unit / f"{unit}.ipynb").is_file()

    def handed_in_by_exchange(self) -> dict[str, dict[str, int]]:
        """What lies in nbgrader's exchange, by unit: the folders, and their states."""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (name,), state in self.inbound.due().items() if self.inbound else ():
            if name.count("+") >= 2 and self.watches(unit := name.split("+")[1]):
                found[unit][name] = state
        return found

    def collect(self, instance: Instance) -> None:
        """Take in what came by the exchange; at the next look it lies in the class."""
        for unit, states in self.handed_in_by_exchange().items():
            assert self.inbound
            for fate in collect(instance, unit, self.inbound.root, only=states):
                if fate.what == "unclear":
                    self.say(f"{unit}: not collected: {fate.file}: {fate.why}.")
            for name, state in states.items():
                self.inbound.done((name,), state)

    def grade(self, instance: Instance, unit: str, states: Mapping[str, int]) -> None:
        """Grade those who are due, as far as the turn goes. Who has a report at the end is done with, until their files change."""
        self._served[unit] = time.monotonic()
        left_out = self.share(instance, unit) & states.keys()
        for student in left_out:
            self.submitted.done((student, unit), states[student])
        if not (students := states.keys() - left_out):
            return
        graded = batch.grade(instance, unit, students=students, limits=self.limits, wall=self.wall, judged=self.judged)
        new = [report for report in graded.reports if (report.student, unit) in self._untold]
        self.on_graded(instance, unit, new)
        self._untold -= {(report.student, unit) for report in new}
        if self.pages and (shown := [one.student for one in graded.reports if instance.autograded(one.student, unit).is_file()]):
            feedback.feedback(instance, unit, shown)
        for report in graded.reports:
            key = report.student, unit
            again = report.undecided and not report.held and self.patience.failed(key)[0] < TRIES
            if not again:
                self.patience.went_well(key)
                self.submitted.done(key, states[report.student])

    def judged(self, judging: Judging, hand_ins: list[HandIn]) -> Iterator[Judged]:
        """Judge at the bench, and remember of whom there is something to tell."""
        for report, blank in self.bench.judged(judging, hand_ins):
            self._untold.add((report.student, judging.unit))
            yield report, blank

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Have the class to oneself, and something in hand."""
        with alone(self.root, self.say):
            self.busy, self._turn_ends = True, time.monotonic() + TURN
            try:
                yield
            finally:
                self.busy = False

    @contextlib.contextmanager
    def trouble(self, what: str) -> Iterator[None]:
        """Tell what fails, and leave it alone for a while."""
        try:
            yield
        except Exception as error:
            known = isinstance(error, (UserError, SandboxUnavailable))
            words = str(error) if known else f"{type(error).__name__}: {error}."
            self.say(f"{what}: {words} Tried again in {self.patience.failed(what)[1]:g} seconds; nothing is lost.")
        else:
            self.patience.went_well(what)
