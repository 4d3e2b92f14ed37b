"""A LoggedModel for every point of the front, with the files that deploy it."""

import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ganprune.export_names import ONNX
from ganprune.objective import SPARSITY
from ganprune.point import Point
from study.analysis.findings import Findings
from study.records.own import own_settings
from study.report.card import CARD, card, renewed
from study.tracking import rows as to
from study.tracking.client import LoggedModel, MlflowClient, download_artifacts, pages, tagged
from study.tracking.notes import NOTE

CARD_TAG = "card"  # of a model: what its card says, as a digest

Files = Callable[[Point, bool], dict[str, bytes]]  # a point's, by name; True: with ONNX, which takes seconds


class Models:
    """Those of one study; `runs`: MLflow's run of each trial."""

    def __init__(self, client: MlflowClient, experiment: str, identity: dict[str, str], runs: dict[int, str]):
        self._client, self._experiment, self._identity, self._runs = client, experiment, identity, runs

    def update(self, found: Findings, files: Files, onnx_for_all: bool) -> str | None:
        """One for every point of the front, and for no other; the id of the answer's. It alone has its ONNX at once."""
        known, ids = self._known(found), {}
        for point in found.front:
            model, today = known.get(point.id) or self._create(point, found), card(point, found)
            with_onnx, stale = onnx_for_all or point == found.answer, model.tags.get(CARD_TAG) != _digest(today)
            needed = {CARD: stale, ONNX: with_onnx}
            if model.status != "READY" or not self._has(model, needed):  # or left half-way by a kill
                self._fill(model, point, found, files(point, with_onnx), today)
            elif stale:
                self._renew(model, today)
            ids[point.id] = model.model_id
        return ids.get(found.answer.id) if found.answer else None

    def _known(self, found: Findings) -> dict[str, LoggedModel]:
        """By point. Others go: of points that left the front, of a run that was deleted, of another version of ours."""
        wanted = {point.id: (self._runs[point.trial], self._params(point, found)) for point in found.front}
        search, mine = self._client.search_logged_models, tagged(self._identity)
        known = {}
        for model in list(pages(lambda token: search([self._experiment], mine, page_token=token))):
            if wanted.get(model.params["point"]) == (model.source_run_id, model.params):
                known[model.params["point"]] = model
            else:
                self._client.delete_logged_model(model.model_id)
        return known

    def _params(self, point: Point, found: Findings) -> dict[str, str]:
        """What the page of models shows as columns."""
        figures = {"sparsity": f"{point.sparsity:.5f}", **self._objectives(point, found)}
        about = {"study": found.name, "point": point.id, "method": point.method, **own_settings(point, found.log)}
        return {name: str(value) for name, value in (about | {"epoch": point.epoch} | figures).items()}

    def _objectives(self, point: Point, found: Findings) -> dict[str, str]:
        by = found.by
        cost = {} if by.cost.metric == SPARSITY else {by.cost.metric: f"{by.cost.of(point):.6g}"}
        return cost | {found.quality: f"{by.quality.of(point):.4g}"}

    def _create(self, point: Point, found: Findings) -> LoggedModel:
        """By their names, models are sorted by study and sparsity; MLflow allows no full stop in one."""
        quality = f"{found.quality} {point.scores[found.quality]:.4g}"
        return self._client.create_logged_model(
            self._experiment,
            name=f"{found.name}-{to.step_of(point):04d}-{point.id}".replace(".", "_"),
            source_run_id=self._runs[point.trial],
            tags=self._identity | {NOTE: f"{point.sparsity:.2%} of its prunable weights are zero or gone; {quality}."},
            params=self._params(point, found),
            model_type="generator",
        )

    def _has(self, model: LoggedModel, needed: dict[str, bool]) -> bool:
        """Those of these files that are needed; asked for only then, since each answer takes a while."""
        names = {name for name, is_needed in needed.items() if is_needed}
        return not names or names <= {file.path for file in self._client.list_logged_model_artifacts(model.model_id)}

    def _fill(self, model: LoggedModel, point: Point, found: Findings, files: dict[str, bytes], today: str) -> None:
        rows = to.trial_rows(point, found.log.trials[point.trial], model.model_id)
        self._client.log_batch(self._runs[point.trial], rows)
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            self._client.log_model_artifacts(model.model_id, folder)
        self._client.set_logged_model_tags(model.model_id, {CARD_TAG: _digest(today)})
        self._client.finalize_logged_model(model.model_id, "READY")

    def _renew(self, model: LoggedModel, today: str) -> None:
        """Its card alone, where figures were scored again after it was filled: the same weights are not made again."""
        where = f"{model.artifact_location}/{CARD}"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(download_artifacts(where, dst_path=folder, tracking_uri=self._client.tracking_uri))
            file.write_text(renewed(file.read_text(), today))
            self._client.log_model_artifact(model.model_id, str(file))
        self._client.set_logged_model_tags(model.model_id, {CARD_TAG: _digest(today)})


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
