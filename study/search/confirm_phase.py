"""What is done about a front once the search is over, so that it holds: the second phase of a study."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from ganprune import seeds
from ganprune.methods import METHODS, identity_of
from ganprune.null_names import BITS, at_bits
from ganprune.pace import Pace
from ganprune.point import Confirmed, Finished, Latency, NullLine, Point, Scored
from ganprune.trial import Event
from study.analysis import pareto
from study.records.journal import Records
from study.records.log_file import note
from study.records.paths import StudyPaths
from study.records.study import TrialLog
from study.search.jobs import Confirmation, FullScore, Latencies, SizeBaselines, Wait
from study.search.kept_points import keep
from study.search.phase import Phase
from study.search.spent import Spent
from study.settings.plan import Plan

OTHER_SEEDS = 3  # that every setting of the front is trained again with, if there is time
SHARE = 0.2  # of a study's time
LATENCY_SECONDS = 10  # in which latency is sure to be measured
DRAFT_SECONDS = 10  # in which a first report is sure to be written, beside what is scored again


class ConfirmPhase(Phase):
    """Scores the front again, on pictures that no search saw and with other seeds, as far as time allows."""

    def __init__(
        self,
        plan: Plan,
        records: Records,
        paths: StudyPaths,
        pace: Callable[[], Pace],  # as the search last saw it
        deadline: float,  # seconds since 1970
        tell: Callable[[str], None],
        settled: Callable[[], None],  # called once no point can join the front any more
    ):
        super().__init__(records)
        self._plan, self._paths, self._by = plan, paths, plan.objectives.searched
        self._pace, self._deadline, self._tell, self._settled = pace, deadline, tell, settled
        self._began = time.time()
        self._handed_out = 0
        self._jobs = self._programme()

    def suggest(self) -> FullScore | Latencies | Confirmation | SizeBaselines | Wait | None:
        job = None if self.user_error else next(self._jobs, None)
        if job and not isinstance(job, Wait):
            self._running[job.number] = Spent()
        return job

    def called(self, number: int) -> str:
        return "scoring the front again"

    def on_event(self, number: int, event: Event) -> None:
        match event:
            case Scored():
                keep(event, self._records, self._paths)
            case Confirmed():
                self._records.confirmed(event)
                self._tell(f"confirming the front: {len(self._records.log.confirmed)} scores on report")
            case NullLine():
                self._records.null(event)
            case Latency():
                self._records.latency(event)
            case Finished():
                self._end(number, event)

    def _end(self, number: int, finished: Finished) -> None:
        self._running.pop(number, None)
        if finished.state == "user_error":
            self.user_error = finished.reason
        if finished.state in ("failed", "out_of_memory"):
            self._tell(f"part of the front could not be scored again: {finished.reason}")
            note(finished.details)

    def _programme(self) -> Iterator[FullScore | Latencies | Confirmation | SizeBaselines | Wait]:
        """First what may yet join the front, whose latency is taken before anything else runs; then the scores of the
        front and of dense; then what others could do; then luck."""
        seeds_end = min(self._deadline, time.time() + SHARE / (1 - SHARE) * (time.time() - self._began))
        yield from self._promising()
        yield from self._all_over()
        yield from self._latencies()
        yield from self._all_over()
        if self._until(self._deadline).allows(DRAFT_SECONDS):
            self._settled()
        dense, front = self._dense(), self._front()
        for trial, points in self._by_trial([*([dense] if dense else []), *front]):
            own = trial.settings.train.seed
            yield from self._confirmation(trial, own, self._unknown(points, own), self._deadline)
        yield from self._size_baselines()
        for trial, points, seed in _spread(self._by_trial(front), self._plan.seed):
            missing = self._unknown(points, seed)
            yield from self._confirmation(trial, seed, missing, seeds_end)

    def _promising(self) -> Iterator[FullScore]:
        """Screened points that would stand on the front if their few pictures were right."""
        log, full = self._records.log, self._plan.space.samples
        front = self._front()
        wanted: dict[tuple[int, int], list[Point]] = defaultdict(list)
        for point in log.points:
            screened = point.n_samples < full and point.scores["skill"] > 0
            if screened and not any(self._beats(each, point) for each in front):
                wanted[point.trial, point.epoch].append(point)
        for (number, epoch), points in wanted.items():
            settings = log.trials[number].settings.with_train(epochs=epoch)
            yield FullScore(self._number(), number, settings, self._until(self._deadline), tuple(points))

    def _all_over(self) -> Iterator[Wait]:
        while self._running:
            yield Wait()

    def _latencies(self) -> Iterator[Latencies]:
        """Of front and dense model together where one of them has none: only what is drawn with in turn compares."""
        log, dense = self._records.log, self._dense()
        wanted = {point.id: point for point in (*([dense] if dense else []), *self._front())}
        if wanted.keys() <= log.latencies.keys():
            return
        if not self._until(self._deadline).allows(LATENCY_SECONDS):
            self._tell("no time is left to measure latency")
        else:
            self._tell("measuring latency, with nothing else running")
            points = tuple((log.trials[point.trial].settings, point) for point in wanted.values())
            yield Latencies(self._number(), points, self._kept(wanted.values()))

    def _beats(self, better: Point, point: Point) -> bool:
        by = self._by
        return by.saved(better) >= by.saved(point) and by.quality.of(better) <= by.quality.of(point)

    def _front(self) -> list[Point]:
        return pareto.front(self._records.log.points, self._by.against(self._dense()))

    def _dense(self) -> Point | None:
        """What all are held against, on the front or not."""
        return pareto.dense(self._records.log.points, self._by)

    def _by_trial(self, points: Iterable[Point]) -> list[tuple[TrialLog, tuple[Point, ...]]]:
        by_trial: dict[int, dict[str, Point]] = defaultdict(dict)
        for point in points:
            by_trial[point.trial][point.id] = point
        return [(self._records.log.trials[number], tuple(each.values())) for number, each in by_trial.items()]

    def _unknown(self, points: tuple[Point, ...], seed: int) -> tuple[Point, ...]:
        return tuple(point for point in points if (point.id, seed) not in self._records.log.confirmed)

    def _confirmation(
        self, trial: TrialLog, seed: int, points: tuple[Point, ...], deadline: float
    ) -> Iterator[Confirmation]:
        own = seed == trial.settings.train.seed
        settings = trial.settings.with_train(seed=seed)
        pace = self._until(deadline)
        training = 0 if own else pace.epoch_seconds(settings.train, self._records.log.header["data"]["train"])
        before = METHODS[settings.prune.method].epochs_before(settings.prune)
        if points and pace.allows(training * (before + max(point.epoch for point in points))):
            kept = self._kept(points) if own else {}
            yield Confirmation(self._number(), settings, pace, points, self._plan.seed, kept)

    def _kept(self, points: Iterable[Point]) -> dict[str, Path]:
        return {point.id: self._paths.kept(point.id) for point in points if point.images}

    def _size_baselines(self) -> Iterator[SizeBaselines]:
        log, dense = self._records.log, self._dense()
        known = [null for null in log.nulls.values() if null.name == at_bits(min(BITS))]
        if dense and not any(null.trial == dense.trial for null in known):
            settings = log.trials[dense.trial].settings.with_train(epochs=dense.epoch)
            yield SizeBaselines(self._number(), dense.trial, settings, self._until(self._deadline))

    def _until(self, deadline: float) -> Pace:
        return replace(self._pace(), deadline=deadline)

    def _number(self) -> int:
        self._handed_out += 1
        return self._handed_out


def _spread(
    front: list[tuple[TrialLog, tuple[Point, ...]]], study_seed: int
) -> Iterator[tuple[TrialLog, tuple[Point, ...], int]]:
    """Each of the front's trials with each other seed, so that two at once seldom train the same."""
    siblings = defaultdict(list)
    for trial, points in front:
        siblings[identity_of(trial.settings).of_any_seed].append((trial, points))
    for at_once in zip_longest(*siblings.values()):
        for number in range(1, OTHER_SEEDS + 1):
            seed = seeds.derive(study_seed, "confirm", number)
            yield from ((*each, seed) for each in at_once if each)
