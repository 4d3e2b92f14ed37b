"""The pictures of a trial in MLflow: strips of samples, from dense to sparsest, a step each."""

from PIL import Image

from study.analysis.evenly import evenly
from study.records.paths import StudyPaths
from study.records.study import TrialLog
from study.tracking.client import MlflowClient
from study.tracking.rows import step_of

STRIPS = 6  # most of a run


class Strips:
    """Those of one study; `drawn`: trials whose runs may have some."""

    def __init__(self, client: MlflowClient, paths: StudyPaths, drawn: set[int]):
        self._client, self._paths, self._drawn = client, paths, drawn

    def log(self, run: str, trial: TrialLog) -> None:
        """Those that are not there yet."""
        there = self._client.list_artifacts(run, "images") if trial.number in self._drawn else []
        self._drawn.add(trial.number)
        for point in evenly([point for point in trial.curve if self._paths.strip(point.id).exists()], STRIPS):
            step = step_of(point)
            if not any(f"+step+{step}+" in file.path for file in there):
                with Image.open(self._paths.strip(point.id)) as image:
                    self._client.log_image(run, image, key="samples", step=step, synchronous=True)

    def forget(self, number: int) -> None:
        """The trial's run is gone, and its strips with it."""
        self._drawn.discard(number)
