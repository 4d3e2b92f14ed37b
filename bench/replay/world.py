"""The world that studies are replayed in: what trials cost and score, from recorded trainings."""

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.record import AVERAGED, COLUMNS, DENSE
from bench.replay.table import Curve, Table
from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.judge import FEW
from ganprune.methods import METHODS
from ganprune.metrics import quality
from ganprune.null_names import GAUSSIAN
from ganprune.point import EpochTrained, Point, Scored, point_id
from ganprune.threshold import THRESHOLD
from study.analysis.short_trainings import Seen
from study.records.journal import read
from study.records.study import StudyLog, TrialLog
from study.search.siblings import RECOVERY
from study.settings.space import Space


@dataclass(frozen=True)
class Prices:
    images: int  # that an epoch shows
    epoch_seconds: float
    point_seconds: float


@dataclass(frozen=True)
class World:
    table: Table
    space: Space  # without fine-tuning, of which nothing is recorded
    prices: Prices
    gaussian: dict[str, float]  # fcd of the PCA-Gaussian on `search` and on `report`
    channels: int = 1
    seen: tuple[Seen, ...] = ()  # what a study of such trainings knows of short ones before it begins

    def settings(self, drawn: dict, seed: int) -> TrialSettings:
        return self.space.settings(drawn, self.channels, seed)

    def trained(self, epoch: int) -> EpochTrained:
        return EpochTrained(epoch, 0.0, 0.0, self.prices.images, self.prices.epoch_seconds)

    def pruned(self, number: int, settings: TrialSettings, weights: str, epoch: int) -> "Pruned | None":
        """What such a training comes to at this epoch; None where it has diverged."""
        train = settings.train
        found = self.table.curve(train.lr_g, train.lr_g / train.lr_d, epoch, settings.prune.method, weights)
        return found and Pruned(self, number, settings, epoch, found)


@dataclass(frozen=True)
class Pruned:
    """A trained generator and a method: what `ganprune.curve.Curve` makes and the judge says of it, but looked up."""

    world: World
    number: int
    settings: TrialSettings
    epoch: int
    curve: Curve

    def score(self, target: float | None, few: bool = False) -> Scored:
        """The point at this sparsity, or at the trial's own threshold, as many or few pictures tell it."""
        own = self.settings.prune.own[THRESHOLD]
        found = self.curve.at_threshold(own) if target is None else self.curve.at(target)
        method, fcd = self.settings.prune.method, found["fcd_screen" if few else "fcd"]
        skill = quality.skill(fcd, self.world.gaussian["search"])
        full, enough = self.world.space.samples, self.curve.at(0.0)["coverage"]
        scores = {
            "fcd": fcd,
            "skill": skill,
            "coverage": found["coverage"],
            "skill_report": quality.skill(found["fcd_report"], self.world.gaussian["report"]),
        }
        point = Point(
            id=point_id(self.number, method, {THRESHOLD: found["threshold"]}, self.epoch),
            trial=self.number,
            method=method,
            threshold=found["threshold"],
            epoch=self.epoch,
            target=target,
            sparsity=found["sparsity"],
            sparsity_all=found["sparsity"],
            layers={},
            scores=scores,
            drift={},
            fcd_stale=None,
            n_samples=FEW if few else full,
            eligible=not few and quality.eligible(skill, found["coverage"], enough, full, full),
            weights="",
            seconds=self.world.prices.point_seconds,
        )
        return Scored(point, strip=b"")


def of_study(path: Path) -> World:
    """The world as the study of these records saw it: averaged weights, scored on `search` alone."""
    log = read(path)
    trials = [trial for trial in log.ended if _is_replayed(trial)]
    rows = [row for trial in trials for row in _rows(trial)]
    if not rows:
        raise UserError(f"{path} holds no curve to replay; give records/study.jsonl of a study that has scored some")
    lost = [_named(trial, trial.settings.train.epochs) for trial in trials if trial.ended.state == "diverged"]
    gaussian = next(null.scores["fcd"] for null in log.nulls.values() if null.name == GAUSSIAN)
    space = that_share(without_recovery(Space(**log.header["spec"]["searched"])))
    channels = log.header["data"]["channels"]
    return World(Table(rows, lost), space, _prices(log), {"search": gaussian, "report": gaussian}, channels)


def _is_replayed(trial: TrialLog) -> bool:
    prune = trial.settings.prune
    return not prune.recovers and not METHODS[prune.method].owns_training


def _rows(trial: TrialLog) -> list[dict]:
    """As `bench.record` would have written its points at shared targets."""
    shared = sorted((p for p in trial.curve if p.target is not None), key=lambda p: p.n_samples)  # the best one last
    return [_named(trial, point.epoch) | _row(point) for point in shared]


def _named(trial: TrialLog, epoch: int) -> dict:
    train = trial.settings.train
    return {"lr_g": train.lr_g, "lr_ratio": train.lr_g / train.lr_d, "epoch": epoch, "weights": AVERAGED}


def _row(point: Point) -> dict:
    fcd, coverage = point.scores["fcd"], point.scores["coverage"]
    scores = {name: fcd if name.startswith("fcd") else coverage for name in COLUMNS}
    named = {"threshold": point.threshold, "sparsity": point.sparsity}
    return scores | named | {"method": point.method if point.target else DENSE}


def _prices(log: StudyLog) -> Prices:
    """Of trials that trained all their epochs."""
    train = next(iter(log.trials.values())).settings.train
    images = train.epoch_steps(log.header["data"]["train"]) * train.batch
    whole = [trial for trial in log.ended if trial.ended.images >= trial.settings.train.epochs * images]
    paid = [
        (trial.ended.seconds - sum(point.seconds for point in trial.curve)) / trial.settings.train.epochs
        for trial in whole
    ]
    return Prices(images, max(median(paid or [0.0]), 0.0), median(point.seconds for point in log.points))


def unprejudiced(world: World) -> World:
    """The same, but of the settings that its space puts first only the paper's: nobody knows better beforehand."""
    return replace(world, space=world.space.model_copy(update={"first": world.space.first[:1]}))


def without_recovery(space: Space) -> Space:
    """The same space for trials that are pruned and not trained on."""
    search = {name: dimension for name, dimension in space.search.items() if not name.startswith(RECOVERY)}
    plain = [first for first in space.first if not first.get("recovery_steps")]
    first = [{name: value for name, value in each.items() if not name.startswith(RECOVERY)} for each in plain]
    return space.model_copy(update={"search": search, "first": tuple(first)})


def that_share(space: Space) -> Space:
    """The same space without methods that train for themselves: each of their curves is of a training of its own."""
    methods = {name: own for name, own in space.methods.items() if not METHODS[name].owns_training}
    first = tuple(first for first in space.first if first.get("method", next(iter(methods), None)) in methods)
    return space.model_copy(update={"methods": methods, "first": first, "costly": {}})
