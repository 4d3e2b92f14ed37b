"""A study in MLflow, made from its records: made again, it is the same.

Timestamps come from the records, so that what is logged twice is one row. Only MLflow's client is used: no active
run, no autologging. `study.tracking.background` keeps the driver from ever waiting for it.
"""

from collections import Counter
from heapq import nlargest

import pandas as pd

from study.analysis.findings import Findings, findings
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog, TrialLog
from study.report.tables import columns, front_rows
from study.tracking import rows as to
from study.tracking import saved_view
from study.tracking.client import Param, Run, connect, pages, tagged
from study.tracking.experiment import find_experiment
from study.tracking.models import Files, Models
from study.tracking.moved import follow_artifacts
from study.tracking.server import default_uri, is_server
from study.tracking.strips import Strips

METRICS_A_BATCH = 1000  # MLflow's limit
TABLE = "front.json"


class Tracking:
    """One study in the MLflow at `uri`. Raises UserError when nothing answers there."""

    def __init__(self, uri: str, header: dict, paths: StudyPaths):
        self._client = connect(uri)
        self._paths = paths
        self._header = header  # of the study's records
        self._by = StudyLog(header).objectives
        self._began = to.milliseconds(header["time"])
        self._view = ""
        out = Out(paths.root.parent)
        if uri == default_uri(out):
            follow_artifacts(out)
        self._artifacts = None if is_server(uri) else out.mlflow_artifacts
        self._look()

    def trial(self, trial: TrialLog) -> None:
        """Log a trial: its run is found or made, and closed."""
        params = to.params(trial)
        self._drop_stale_trial(trial.number, params)
        run = self._runs.get(trial.number) or self._create_trial(trial)
        self._areas[trial.number] = to.own_area(trial, self._by) or 0.0
        whole = trial.number < to.WHOLE or self._areas[trial.number] >= self._least_shown
        metrics = [*(to.curve(trial) if whole else ()), *to.summary(trial, self._by)]
        self._client.log_batch(run, metrics, params, to.tags(trial, self._header))
        if whole:
            self._strips.log(run, trial)
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
        self._experiment = find_experiment(self._client, self._header, self._by, self._artifacts)
        runs = self._one_each(self._find_runs())
        self._study = runs.pop(None).info.run_id if None in runs else self._create_study()
        self._runs = {number: run.info.run_id for number, run in runs.items()}
        self._params = {number: run.data.params for number, run in runs.items()}
        self._strips = Strips(self._client, self._paths, drawn=set(runs))
        self._complete = {number for number, run in runs.items() if run.info.status in to.ENDED}
        self._areas = {number: run.data.metrics.get("hypervolume", 0) for number, run in runs.items()}
        self._show_best()

    def _one_each(self, found: list[Run]) -> dict[int | None, Run]:
        """By number. A server too slow to answer in time has begun a run twice: the one that came further stays."""
        runs: dict[int | None, Run] = {}
        for run in sorted(found, key=lambda run: run.info.status in to.ENDED):
            if _number(run) in runs:
                self._client.delete_run(runs[_number(run)].info.run_id)
            runs[_number(run)] = run
        return runs

    def _log_missing(self, log: StudyLog) -> None:
        for trial in log.trials.values():
            if (trial.ended and trial.number not in self._complete) or (trial.points and not trial.ended):
                self.trial(trial)

    def finish(self, log: StudyLog, files: Files, onnx_for_all: bool = False) -> None:
        """Bring the front, its models and the study's own run up to `log`; the report is taken as it lies there.

        Only the answer's model gets its ONNX at once.
        """
        self._log_missing(log)
        found = findings(log)
        now = max((to.end(trial) for trial in log.ended), default=self._began)
        self._complete_front(found)
        self._mark_trials(found, now)
        self._update_models(found, files, onnx_for_all)
        self._log_study(found, now)

    @property
    def _identity(self) -> dict[str, str]:
        """The tags of all that is this study's; a namesake on the same server began at another time."""
        return {"study": self._header["name"], "began": str(self._began)}

    def _find_runs(self, **tags: str) -> list[Run]:
        wanted = tagged(self._identity | tags)
        return list(pages(lambda token: self._client.search_runs([self._experiment], wanted, page_token=token)))

    def _create_study(self) -> str:
        tags = {"role": "study", **self._identity, saved_view.COLOR_TAG: to.FRONT_COLOR}
        name = f"front of {self._header['name']}"
        return self._client.create_run(self._experiment, self._began, tags, name).info.run_id

    def _create_trial(self, trial: TrialLog) -> str:
        tags = {"role": "trial", **self._identity, "trial": str(trial.number)}
        run = self._client.create_run(self._experiment, to.milliseconds(trial.time), tags, trial.name)
        self._runs[trial.number] = run.info.run_id
        return run.info.run_id

    def _drop_stale_trial(self, number: int, params: list[Param]) -> None:
        """A param can't be changed: a run that tells others, of fewer epochs or of another version of ours, goes."""
        known = self._params.pop(number, {})
        if any(known.get(param.key, param.value) != param.value for param in params):
            self._client.delete_run(self._runs.pop(number))
            self._strips.forget(number)

    def _complete_front(self, found: Findings) -> None:
        """Curve and strips for trials of the front that were not known to be worth them."""
        for number in sorted({point.trial for point in found.front if point.trial >= to.WHOLE}):
            self._client.log_batch(self._runs[number], to.curve(found.log.trials[number]))
            self._strips.log(self._runs[number], found.log.trials[number])

    def _mark_trials(self, found: Findings, now: int) -> None:
        """What a trial's run shows once the front and the best dense generator are known, where it shows another."""
        counts = Counter(point.trial for point in found.front)
        for run in self._find_runs(role="trial"):
            trial = found.log.trials[_number(run)]
            marks = to.marks(trial, found, counts[trial.number])
            if self._is_whole(trial.number, run, counts) and not marks.items() <= run.data.tags.items():
                metrics = to.shown_rows(trial, found, counts[trial.number], now)
                self._client.log_batch(run.info.run_id, metrics, tags=to.as_tags(marks))

    def _update_models(self, found: Findings, files: Files, onnx_for_all: bool) -> None:
        models = Models(self._client, self._experiment, self._identity, self._runs)
        if answer := models.update(found, files, onnx_for_all):
            self._client.set_experiment_tag(self._experiment, saved_view.FILES_TAG, answer)

    def _log_study(self, found: Findings, now: int) -> None:
        """The study's own run: its curve is the front, its point the answer."""
        self._replace_stale_study(found)
        trials = found.log.trials
        metrics = [row for point in found.front for row in to.point_rows(point, trials[point.trial])]
        metrics += to.front_rows(found, now) + to.hypervolume_rows(found)
        metrics += to.rows(to.plain(found.answer, found.by), now, len(found.log.ended))
        metrics += to.rows({"front_points": len(found.front)}, now, len(found.log.ended))
        for first in range(0, len(metrics), METRICS_A_BATCH):
            self._client.log_batch(self._study, metrics[first : first + METRICS_A_BATCH])
        self._client.log_batch(self._study, params=to.study_params(self._header), tags=to.study_tags(found, TABLE))
        table = pd.DataFrame(front_rows(found), columns=columns(found))
        self._client.log_text(self._study, table.to_json(orient="split", index=False), TABLE)
        if self._paths.report.exists():
            self._client.log_artifacts(self._study, str(self._paths.report), "report")
        self._client.set_terminated(self._study, "KILLED" if found.log.open else "FINISHED", now)

    def _replace_stale_study(self, found: Findings) -> None:
        """A metric's rows can't be taken back: where a point has left the front, the run that shows it goes."""
        shown = self._client.get_metric_history(self._study, f"curve/{self._by.quality.metric}")
        if {row.value for row in shown} - {found.by.quality.of(point) for point in found.front}:
            self._client.delete_run(self._study)
            self._study = self._create_study()

    def _is_whole(self, number: int, run: Run, front: Counter) -> bool:
        """Whether anybody looks at a trial's run: at all of them would take too long."""
        marked = run.data.tags.get("on_front") == "true" or front[number]
        return number < to.WHOLE or self._areas[number] >= self._least_shown or marked

    @property
    def _least_shown(self) -> float:
        """The hypervolume of the last trial that the saved view shows."""
        best = nlargest(saved_view.RUNS + 1, self._areas.values())
        return best[saved_view.RUNS] if len(best) > saved_view.RUNS else 0

    def _show_best(self) -> None:
        """Set the saved view to the trials of most hypervolume, and the front."""
        view = saved_view.tag_value(self._header["name"], self._by, self._least_shown, self._began)
        if view != self._view:
            self._client.set_experiment_tag(self._experiment, saved_view.TAG, view)
        self._view = view


def _number(run: Run) -> int | None:
    """The trial's; None: it is the study's own run."""
    number = run.data.tags.get("trial")
    return None if number is None else int(number)
