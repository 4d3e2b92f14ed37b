"""The pictures of a trial in MLflow: strips of samples, from dense to sparsest, a step each."""

from pathlib import Path

from PIL import Image

from ganprune.point import Point
from study.analysis.evenly import evenly
from study.records.study import TrialLog
from study.tracking.client import MlflowClient

STRIPS = 6  # most of a run


class Strips:
    """Those of one study; `drawn`: trials whose runs may have some."""

    def __init__(self, client: MlflowClient, samples: Path, drawn: set[int]):
        self._client, self._samples, self._drawn = client, samples, drawn

    def log(self, run: str, trial: TrialLog) -> None:
        """Those that are not there yet."""
        there = self._client.list_artifacts(run, "images") if trial.number in self._drawn else []
        self._drawn.add(trial.number)
        for point in evenly([point for point in trial.curve if self._strip(point).exists()], STRIPS):
            step = round(1000 * point.sparsity)
            if not any(f"+step+{step}+" in file.path for file in there):
                with Image.open(self._strip(point)) as image:
                    self._client.log_image(run, image, key="samples", step=step, synchronous=True)

    def forget(self, number: int) -> None:
        """The trial's run is gone, and its strips with it."""
        self._drawn.discard(number)

    def _strip(self, point: Point) -> Path:
        return self._samples / f"{point.id}.png"
