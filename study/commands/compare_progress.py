"""How long a comparison will take, foretold from what was measured a moment ago, and told again as it goes on."""

import time
from collections.abc import Callable, Iterable, Sequence

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from ganprune.trial import Event
from study.commands.console import duration
from study.records.listed import Listed
from study.records.study import StudyLog, TrialLog

LINE_SECONDS = 30  # between two lines
SCORES = 3  # of a network: as it was before, as it was cut, as it is


class Progress:
    """Hears what the trainings do."""

    def __init__(self, listed: Sequence[Listed], log: StudyLog, expected: "Expected", at_once: int, tell: Callable):
        self._listed, self._log, self._expected, self._at_once, self._tell = listed, log, expected, at_once, tell
        self._whole = {id(each): expected.seconds(each.settings) for each in listed}
        self._before = self._done
        self._gone: dict[int, float] = {}  # by running trial, of its expected seconds
        self._began = self._spoken = time.monotonic()

    @property
    def left(self) -> float:
        """Seconds, at the pace that was seen since it began, or else foretold."""
        gone = self._done - self._before + sum(self._gone.values())
        left = sum(self._whole.values()) - self._before - gone
        spent = self._at_once * (time.monotonic() - self._began)
        pace = spent / gone if gone > 0.02 * sum(self._whole.values()) else 1.0
        return max(left, 0.0) * pace / self._at_once

    @property
    def ended(self) -> int:
        return sum(each.is_done(self._log) for each in self._listed)

    @property
    def _done(self) -> float:
        return sum(self._whole[id(each)] for each in self._listed if each.is_done(self._log))

    def on_event(self, trial: TrialLog, event: Event) -> None:
        match event:
            case EpochTrained():
                self._add(trial, self._expected.training(trial.settings, event.images))
            case Scored():
                self._add(trial, self._expected.training(trial.settings, event.point.images))
            case Finished():
                self._gone.pop(trial.number, None)
                self._told(f"{_called(trial)} {event.state} {event.reason}".rstrip())
        if time.monotonic() - self._spoken > LINE_SECONDS:
            self._told(f"{len(self._gone)} at work")

    def _add(self, trial: TrialLog, seconds: float) -> None:
        most = self._expected.seconds(trial.settings)
        self._gone[trial.number] = min(most, self._gone.get(trial.number, 0.0) + seconds)

    def _told(self, text: str) -> None:
        self._spoken = time.monotonic()
        self._tell(f"{text} | {self.ended} of {len(self._listed)} trainings over, about {duration(self.left)} left")


def _called(trial: TrialLog) -> str:
    arm, asked, seed = (trial.drawn[name] for name in ("arm", "asked", "seed"))
    return f"{arm}{f' at {100 * asked:g} %' if asked else ''} from seed {seed}"


class Expected:
    """Seconds on one core, or in one lane."""

    def __init__(self, pace: Pace, whole: TrialSettings, pictures: int):
        self._pace, self._model, self._pictures = pace, whole.model, pictures

    def seconds(self, settings: TrialSettings) -> float:
        """Of a training with what is made of it; a dense network that others trained is taken from the store."""
        train, prune = settings.train, settings.prune
        method = METHODS[prune.method]
        epochs = method.epochs_before(prune) + train.epochs
        steps = prune.recovery_steps if prune.recovers else epochs * train.epoch_steps(self._pictures)
        images = steps * train.batch + method.decided_with(prune)
        return self.training(settings, images) + SCORES * self._pace.score_seconds

    def training(self, settings: TrialSettings, images: int) -> float:
        """A narrow network is counted by its width; it takes less."""
        narrow = settings.model.width / self._model.width
        return narrow * self._pace.step_seconds * images / settings.train.batch

    def all(self, listed: Iterable[Listed]) -> float:
        return sum(self.seconds(each.settings) for each in listed)


def promise(
    listed: Sequence[Listed], log: StudyLog, expected: Expected, at_once: int, seeds: int, epochs: int
) -> list[str]:
    """What will run, how long it takes, and what more seeds, or more `epochs` than were asked for, would cost."""
    left = [each for each in listed if not each.is_done(log)]
    seconds, whole = expected.all(left) / at_once, expected.all(listed) / at_once
    before = f"; {len(listed) - len(left)} were done before" if len(left) < len(listed) else ""
    more = f"SEEDS={max(5, seeds + 2)}, about {duration(whole * max(5, seeds + 2) / seeds - whole + seconds)}"
    return [
        f"{len(left)} trainings, {at_once} at once{before}: about {duration(seconds)}",
        f"bigger: {more}; EPOCHS={2 * epochs} (another NAME), twice the pictures a point, about {duration(2 * whole)}",
    ]
