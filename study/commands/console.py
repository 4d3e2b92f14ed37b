"""What a person sees while a study runs: a live table on a terminal, plain lines elsewhere."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ganprune.objective import SPARSITY, Objectives
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Point, Scored
from ganprune.trial import Event
from study.analysis.evenly import evenly
from study.analysis.findings import findings
from study.analysis.pareto import LiveFront
from study.analysis.subject import subject
from study.commands.speed import Speed
from study.records.study import StudyLog
from study.settings.plan import Plan
from study.settings.variables import typed
from study.workers.gpu_busy import GpuBusy

LINE_SECONDS = 30  # between plain lines while nothing ends
NOTE_SECONDS = 5
FRONT_ROWS = 8


class Screen:
    """Listens to the conductor; knows nothing that is not in the plan, the records or an event."""

    def __init__(self, file: TextIO):
        self._console = Console(file=file, highlight=False, soft_wrap=True)
        self._live: Live | None = None
        self._running: dict[int, str] = {}
        self._lines: tuple[str, ...] = ()
        self._spoken = 0.0

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)

    def note(self, text: str) -> None:
        """Progress of one long step: a line that is overwritten, or one now and then where that can't be."""
        if self._console.is_terminal:
            self._console.print(f"{text}\r", end="", markup=False)
        elif time.monotonic() - self._spoken > NOTE_SECONDS:
            self._spoken = time.monotonic()
            self.say(text)

    def begin(self, plan: Plan, pace: Pace, state_bytes: int, log: StudyLog, busy: GpuBusy | None = None) -> None:
        """Promise what will run and how long it takes; from now on show how it goes."""
        self._plan, self._log, self._deadline = plan, log, pace.deadline
        self._speed = Speed(plan.workers, busy)
        self._ended, self._found = len(log.ended), LiveFront(plan.objectives.searched, log.points)
        for line in promise(plan, pace, state_bytes, log):
            self.say(line)
        if self._console.is_terminal:
            self._live = Live(get_renderable=self._table, console=self._console, refresh_per_second=2)
            self._live.start()

    def end(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def farewell(self, page: Path, plan: Plan) -> None:
        """The front and what it says, where the report is, and what to type next."""
        found = findings(self._log)
        self._console.print(front_table(found.front, found.by))
        export = f"{typed('export', {'name': plan.name})} | " if found.front else ""
        again = f"{typed('study', {'dataset': plan.dataset, 'name': plan.name})} (goes on)"
        for line in (
            self._summary(),
            found.sentence,
            *filter(None, [found.unfinished]),
            f"report: {page}",
            f"next: make ui | {export}{again}",
        ):
            self.say(line)

    def on_event(self, number: int, event: Event) -> None:
        match event:
            case EpochTrained():
                self._speed.note(event)
                epochs = self._log.trials[number].settings.train.epochs
                self._running[number] = f"epoch {event.epoch} of {epochs}"
            case Scored():
                self._running[number] = f"scored {len(self._log.trials[number].points)} points"
                self._found.add([event.point])
            case Finished():
                self._running.pop(number, None)
                self._ended += self._log.trials[number].ended is not None  # or it will be tried again, alone
        self._lines = tuple(f"  trial {trial}: {what}" for trial, what in sorted(self._running.items()))
        if not self._live and (isinstance(event, Finished) or time.monotonic() - self._spoken > LINE_SECONDS):
            self._spoken = time.monotonic()
            self.say(self._line(number, event))

    def doing(self, text: str) -> None:
        """What is done once the trials are over."""
        self._lines = (f"  {text}",)
        if not self._live and time.monotonic() - self._spoken > NOTE_SECONDS:
            self._spoken = time.monotonic()
            self.say(text)

    def _line(self, number: int, event: Event) -> str:
        what = f"{event.state} {event.reason}".strip() if isinstance(event, Finished) else self._running.get(number, "")
        return f"trial {number}: {what} | {self._summary()}, {self._speed}"

    def _summary(self) -> str:
        of = f" of {self._plan.trials}" if self._plan.trials else ""
        left = f", {duration(self._deadline - time.time())} left" if self._deadline < math.inf else ""
        return (
            f"{self._ended}{of} trials ended, {len(self._found.front)} points on the front,"
            f" hypervolume {self._found.area:.3f}{left}"
        )

    def _table(self) -> Group:
        return Group(
            Text(f"{self._summary()}, {self._speed}"),
            *map(Text, self._lines),
            front_table(self._found.front, self._found.by),
        )


def front_table(points: list[Point], by: Objectives) -> Table:
    """The front, thinned to what fits a screen."""
    table, quality = Table(box=None, pad_edge=False), by.quality.metric
    saved = [] if by.cost.metric == SPARSITY else [f"{by.cost.name} saved"]
    for title in (*saved, "sparsity", quality, "skill", "ssim", "point"):
        table.add_column(title, justify="left" if title == "point" else "right")
    for point in evenly(points, FRONT_ROWS):
        shares = [f"{share:.1%}" for share in (*([by.saved(point)] if saved else []), point.sparsity)]
        scores = (f"{point.scores[name]:.3g}" for name in (quality, "skill", "ssim"))
        table.add_row(*shares, *scores, point.id)
    return table


def promise(plan: Plan, pace: Pace, state_bytes: int, log: StudyLog) -> Iterator[str]:
    """What will run, how long it will take and how much disk, from what was measured a moment ago."""
    space, done = plan.space, len(log.ended)
    points = len(space.prune.targets) + 1
    scoring = points * pace.score_seconds
    epoch = pace.step_seconds * space.train.epoch_steps(log.header["data"]["train"])
    yield f"study {plan.name}: {subject(log.header)}"
    yield f"search space {plan.space_name}, {plan.workers} trials at once"
    if plan.sized_for_cpu:
        yield "no GPU here, so the networks are CPU-sized; SPACE=… takes another search space"
    yield (
        f"on this machine an epoch takes {duration(epoch)} and a scored point {duration(pace.score_seconds)}: a trial"
        f" of {points} points up to {duration(epoch * max(space.epochs) + scoring)}, more with recovery"
    )
    if log.costly:
        yield log.costly
    if done or log.open:
        yield f"it goes on: {done} trials ended before, {len(log.open)} were interrupted"
    yield from _budget(plan, epoch * mean(space.epochs) + scoring, done, state_bytes)


def _budget(plan: Plan, usual: float, done: int, state_bytes: int) -> Iterator[str]:
    """What it has room for; `usual`: seconds of a trial."""
    left = _trials_left(plan, usual, done)
    if plan.seconds:
        yield f"this call ends after {duration(plan.seconds)}; TIME={duration(2 * plan.seconds)} would buy more"
    else:
        yield f"{left:.0f} trials to run, about {duration(left * usual / plan.workers)}; TIME=10m would limit it"
    yield f"some {left:.0f} trials will take up to {left * len(plan.space.epochs) * state_bytes / 1e6:,.0f} MB of disk"


def _trials_left(plan: Plan, usual: float, done: int) -> float:
    """As many as the budget has room for, whichever ends first."""
    by_number = max(0, plan.trials - done) if plan.trials else math.inf
    by_time = plan.seconds * plan.workers / usual if plan.seconds else math.inf
    return min(by_number, by_time)


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    seconds = max(seconds, 0)
    if seconds < 10:
        return f"{seconds:.2g}s"
    if seconds < 100:
        return f"{seconds:.0f}s"
    if seconds < 6000:
        return f"{seconds / 60:.3g}m"
    return f"{seconds / 3600:.3g}h"
