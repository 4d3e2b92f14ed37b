"""A study in MLflow, made from its records: made again, it is the same.

Timestamps come from the records, so that what is logged twice is one row. Only MLflow's client is used: no active
run, no autologging. `study.spool` keeps the driver from ever waiting for it.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from heapq import nlargest
from pathlib import Path

import pandas as pd
from PIL import Image

from ganprune.point import Point
from study import saved_view
from study import tracking_rows as to
from study.findings import Findings, findings
from study.moved import check_artifacts, follow_artifacts
from study.pareto import hypervolume
from study.paths import Out, StudyPaths
from study.study_log import StudyLog, TrialLog
from study.tables import columns, front_rows
from study.tracking_client import LoggedModel, Run, connect, pages
from study.tracking_server import default_uri, is_server

EXPERIMENT = "ganprune-"  # and the data set
STRIPS = 6  # most sample strips of a run
METRICS_A_BATCH = 1000  # MLflow's limit
TABLE = "front.json"

Weights = Callable[[Point], bytes | None]  # the point's safetensors, None where they can't be made any more
Card = Callable[[Point], str]


class Tracking:
    """One study in the MLflow at `uri`. Raises UserError when nothing answers there."""

    def __init__(self, uri: str, header: dict, paths: StudyPaths):
        self._client = connect(uri)
        self._paths = paths
        self._header = header  # of the study's records
        self._quality = header["spec"]["quality"]
        self._began = to.milliseconds(header["time"])
        self._view = ""
        out = Out(paths.root.parent)
        if uri == default_uri(out):
            follow_artifacts(out)
        self._artifacts = None if is_server(uri) else out.mlflow_artifacts
        self._look()

    def trial(self, trial: TrialLog) -> None:
        """Log a trial: its run is found or made, and closed."""
        run = self._runs.get(trial.number) or self._create_trial(trial)
        self._areas[trial.number] = hypervolume(trial.curve)
        whole = trial.number < to.WHOLE or self._areas[trial.number] >= self._least_shown
        metrics = [*(to.curve(trial) if whole else ()), *to.summary(trial, self._quality)]
        self._client.log_batch(run, metrics, to.params(trial), to.tags(trial))
        if whole:
            self._log_strips(run, trial)
        self._client.set_terminated(run, to.STATUS[to.state(trial)], to.end(trial))
        if trial.ended:
            self._complete.add(trial.number)
        self._show_best()

    def runs(self, log: StudyLog) -> dict[int, str]:
        """The run of every trial that ended or scored a point; those that MLflow lacks are logged first."""
        self._look()
        self._log_missing(log)
        return dict(self._runs)

    def _look(self) -> None:
        """What MLflow has of this study; what was deleted in its UI is not among it."""
        self._experiment = self._find_experiment()
        runs = {_number(run): run for run in self._find_runs()}
        self._study = runs.pop(None).info.run_id if None in runs else self._create_study()
        self._runs = {number: run.info.run_id for number, run in runs.items()}
        self._drawn = set(runs)  # these may have sample strips
        self._complete = {number for number, run in runs.items() if run.info.status in ("FINISHED", "FAILED")}
        self._areas = {number: run.data.metrics.get("hypervolume", 0) for number, run in runs.items()}
        self._show_best()

    def _log_missing(self, log: StudyLog) -> None:
        for trial in log.trials.values():
            if (trial.ended and trial.number not in self._complete) or (trial.points and not trial.ended):
                self.trial(trial)

    def finish(self, log: StudyLog, weights: Weights, card: Card) -> None:
        """Bring the front, its models and the study's own run up to `log`; the report is taken as it lies there."""
        self._log_missing(log)
        found = findings(log)
        now = max((to.end(trial) for trial in log.ended), default=self._began)
        self._complete_front(found)
        self._mark_front(found, now)
        self._update_models(found, weights, card)
        self._log_study(found, now)

    def _find_experiment(self) -> str:
        """A server has its own place for artifacts; a database on this machine is given one."""
        artifacts = self._artifacts
        name = EXPERIMENT + self._header["data"]["name"]
        experiment = self._client.get_experiment_by_name(name)
        if not experiment:
            if artifacts:
                artifacts.mkdir(exist_ok=True)
            return self._client.create_experiment(name, artifacts and artifacts.resolve().as_uri())
        check_artifacts(experiment.artifact_location, name)
        if experiment.lifecycle_stage == "deleted":
            self._client.restore_experiment(experiment.experiment_id)
        return experiment.experiment_id

    @property
    def _identity(self) -> dict[str, str]:
        """The tags of all that is this study's; a namesake on the same server began at another time."""
        return {"study": self._header["name"], "began": str(self._began)}

    @property
    def _mine(self) -> str:
        return " AND ".join(f"tags.{name} = '{value}'" for name, value in self._identity.items())

    def _find_runs(self, besides: str = "") -> list[Run]:
        wanted = self._mine + besides
        return list(pages(lambda token: self._client.search_runs([self._experiment], wanted, page_token=token)))

    def _create_study(self) -> str:
        tags = {"role": "study", **self._identity, saved_view.COLOR_TAG: to.FRONT_COLOR}
        name = f"front of {self._header['name']}"
        return self._client.create_run(self._experiment, self._began, tags, name).info.run_id

    def _create_trial(self, trial: TrialLog) -> str:
        tags = {"role": "trial", **self._identity, "trial": str(trial.number)}
        name = f"t{trial.number:04d}-{trial.settings.prune.method}"
        run = self._client.create_run(self._experiment, to.milliseconds(trial.time), tags, name)
        self._runs[trial.number] = run.info.run_id
        return run.info.run_id

    def _complete_front(self, found: Findings) -> None:
        """Curve and strips for trials of the front that were not known to be worth them."""
        for number in sorted({point.trial for point in found.front if point.trial >= to.WHOLE}):
            self._client.log_batch(self._runs[number], to.curve(found.log.trials[number]))
            self._log_strips(self._runs[number], found.log.trials[number])

    def _log_strips(self, run: str, trial: TrialLog) -> None:
        """Sample strips by step, from dense to sparsest, those that are not there yet."""
        there = self._client.list_artifacts(run, "images") if trial.number in self._drawn else []
        self._drawn.add(trial.number)
        strips = [point for point in trial.curve if self._strip(point).exists()]
        for point in _spread(strips, STRIPS):
            step = round(1000 * point.sparsity)
            if not any(f"+step+{step}+" in file.path for file in there):
                with Image.open(self._strip(point)) as image:
                    self._client.log_image(run, image, key="samples", step=step, synchronous=True)

    def _strip(self, point: Point) -> Path:
        return self._paths.samples / f"{point.id}.png"

    def _mark_front(self, found: Findings, now: int) -> None:
        """Trials begin unmarked, so that only those need a look that are on the front, or were."""
        counts = Counter(point.trial for point in found.front)
        marked = {_number(run): run for run in self._find_runs(" AND tags.on_front = 'true'")}
        for number in sorted(counts.keys() | marked.keys()):
            known = marked[number].data.metrics["front_points"] if number in marked else 0
            if known != counts[number]:
                metrics = to.rows({"front_points": counts[number]}, now, len(found.log.ended))
                marks = to.as_tags({"on_front": str(counts[number] > 0).lower()})
                self._client.log_batch(self._runs[number], metrics, tags=marks)

    def _update_models(self, found: Findings, weights: Weights, card: Card) -> None:
        """One LoggedModel for every point of the front, and for no other."""
        search = self._client.search_logged_models
        models = list(pages(lambda token: search([self._experiment], self._mine, page_token=token)))
        front, known = {point.id for point in found.front}, {}
        for model in models:
            if model.params["point"] in front and model.source_run_id in self._runs.values():
                known[model.params["point"]] = model
            else:
                self._client.delete_logged_model(model.model_id)
        for point in found.front:
            model = known.get(point.id) or self._create_model(point)
            if model.status != "READY":  # new, or left half-way by a kill
                self._fill_model(model, point, found.log.trials[point.trial], weights(point), card(point))

    def _create_model(self, point: Point) -> LoggedModel:
        params = {"point": point.id, "method": point.method, "threshold": point.threshold, "epoch": point.epoch}
        return self._client.create_logged_model(
            self._experiment,
            name=point.id.replace(".", "_"),  # MLflow allows no point in the name of a model
            source_run_id=self._runs[point.trial],
            tags=self._identity,
            params={name: str(value) for name, value in params.items()},
            model_type="generator",
        )

    def _fill_model(self, model: LoggedModel, point: Point, trial: TrialLog, weights: bytes | None, card: str) -> None:
        self._client.log_batch(self._runs[point.trial], to.point_rows(point, trial, model.model_id))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "README.md").write_text(card)
            if weights is not None:
                (Path(folder) / "generator.safetensors").write_bytes(weights)
            self._client.log_model_artifacts(model.model_id, folder)
        self._client.finalize_logged_model(model.model_id, "READY")

    def _log_study(self, found: Findings, now: int) -> None:
        """The study's own run: its curve is the front, its point the knee."""
        self._replace_stale_study(found)
        trials = found.log.trials
        metrics = [row for point in found.front for row in to.point_rows(point, trials[point.trial])]
        metrics += to.rows(to.plain(found.knee, self._quality), now) + to.hypervolume_rows(found)
        metrics += to.rows({"front_points": len(found.front)}, now, len(found.log.ended))
        for first in range(0, len(metrics), METRICS_A_BATCH):
            self._client.log_batch(self._study, metrics[first : first + METRICS_A_BATCH])
        self._client.log_batch(self._study, params=to.study_params(self._header), tags=to.study_tags(found, TABLE))
        table = pd.DataFrame(front_rows(found, self._runs), columns=columns(found))
        self._client.log_text(self._study, table.to_json(orient="split", index=False), TABLE)
        if self._paths.report.exists():
            self._client.log_artifacts(self._study, str(self._paths.report), "report")
        self._client.set_terminated(self._study, "KILLED" if found.log.open else "FINISHED", now)

    def _replace_stale_study(self, found: Findings) -> None:
        """A metric's rows can't be taken back: where a point has left the front, the run that shows it goes."""
        shown = self._client.get_metric_history(self._study, f"curve/{self._quality}")
        if {row.value for row in shown} - {point.scores[self._quality] for point in found.front}:
            self._client.delete_run(self._study)
            self._study = self._create_study()

    @property
    def _least_shown(self) -> float:
        """The hypervolume of the last trial that the saved view shows."""
        best = nlargest(saved_view.RUNS + 1, self._areas.values())
        return best[saved_view.RUNS] if len(best) > saved_view.RUNS else 0

    def _show_best(self) -> None:
        """Set the saved view to the trials of most hypervolume, and the front."""
        view = saved_view.tag_value(self._header["name"], self._quality, self._least_shown, self._began)
        if view != self._view:
            self._client.set_experiment_tag(self._experiment, saved_view.TAG, view)
        self._view = view


def _number(run: Run) -> int | None:
    """The trial's; None: it is the study's own run."""
    number = run.data.tags.get("trial")
    return None if number is None else int(number)


def _spread(points: list[Point], most: int) -> list[Point]:
    """At most so many of them, the ends among them, evenly."""
    last = len(points) - 1
    return [points[index] for index in sorted({round(step * last / (most - 1)) for step in range(most)}) if points]
