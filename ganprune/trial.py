"""A trial's story: a method trains a GAN or takes it from the store, and makes networks of it; each is judged."""

from collections.abc import Collection, Generator, Iterator
from contextlib import closing

from ganprune.candidate import Candidate, Candidates
from ganprune.config import TrialSettings
from ganprune.controls import random_controls
from ganprune.evaluator import Evaluator
from ganprune.judge import Judge
from ganprune.methods import METHODS, training_of
from ganprune.null_lines import null_lines
from ganprune.pace import Pace
from ganprune.point import NO_TIME, Confirmed, EpochTrained, Finished, Latency, NullLine, Point, RungReached, Scored
from ganprune.run import Run
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.train import DivergedError

Event = EpochTrained | RungReached | Scored | NullLine | Confirmed | Latency | Finished


def run_trial(
    number: int,
    settings: TrialSettings,
    evaluator: Evaluator,
    pace: Pace = Pace(),
    controls: bool = False,
    rungs: Collection[int] = (),
    bar: ScreeningThreshold = ScreeningThreshold(),
    refined: int = 0,
) -> Iterator[Event]:
    """Train, prune and score, as the method of these settings does it; the last event is `Finished`.

    With `controls` come null lines: those of the study, and beside each point weights removed by lot. After each epoch
    of `rungs` a few points are scored, and whoever listens may stop the trial. What is clearly worse than `bar` is
    scored with few pictures; `refined` more points go where the curve steps down most.
    """
    if controls:
        yield from null_lines(settings, evaluator)
    training = training_of(settings, evaluator.device)
    judge, judged = Judge(number, settings, evaluator, bar), []
    candidates = METHODS[settings.prune.method].candidates(Run(settings, evaluator, training, pace, rungs, refined))
    try:
        whole = yield from judge_all(candidates, judge, judged)
    except DivergedError as error:
        yield Finished("diverged", str(error))
        return
    if controls:
        yield from random_controls(judged, judge, pace)
    yield Finished("completed") if whole else Finished("stopped", _when_time_was_up(training.epoch))


def score_in_full(
    number: int, settings: TrialSettings, evaluator: Evaluator, pace: Pace, points: Collection[Point]
) -> Iterator[Event]:
    """Points of the trial's last epoch that were only screened: now with all pictures."""
    run = Run(settings, evaluator, training_of(settings, evaluator.device), pace)
    judge = Judge(number, settings, evaluator)
    for event in METHODS[settings.prune.method].again(run, points):
        if not isinstance(event, Candidate):
            yield event
        elif pace.allows(pace.point_seconds(settings)):
            yield judge.score(event)
    yield Finished("completed")


def judge_all(
    candidates: Candidates, judge: Judge, judged: list[Candidate]
) -> Generator[EpochTrained | RungReached | Scored, None, bool]:
    """The method's story, each candidate scored and its point sent back; whether it came to its end.

    What was scored in full is added to `judged`.
    """
    answer = None
    with closing(candidates):  # and with it its claim on the store
        while True:
            try:
                event = candidates.send(answer)
            except StopIteration as end:
                return end.value
            answer = None
            if isinstance(event, Candidate):
                (answer,) = yield from _scored(iter([event]), judge, judged)
            elif isinstance(event, Iterator):
                answer = yield from _scored(event, judge, judged)
            else:
                yield event


def _scored(
    candidates: Iterator[Candidate], judge: Judge, judged: list[Candidate]
) -> Generator[Scored, None, list[Point]]:
    def noted() -> Iterator[Candidate]:
        for candidate in candidates:
            judged.extend([] if candidate.few else [candidate])
            yield candidate

    points = []
    for scored in judge.score_all(noted()):
        points.append(scored.point)
        yield scored
    return points


def _when_time_was_up(epoch: int) -> str:
    return f"{NO_TIME} after epoch {epoch}" if epoch else f"{NO_TIME} before the first epoch"
