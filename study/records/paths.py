"""Where a study keeps things: every path under OUT is named here and nowhere else."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Out:
    """`OUT`: what all studies share."""

    root: Path

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def mlflow_db(self) -> Path:
        return self.root / "mlflow.db"

    @property
    def mlflow_artifacts(self) -> Path:
        return self.root / "mlflow-artifacts"

    @property
    def studies(self) -> list[str]:
        """Names of those that are there."""
        return sorted(file.parent.parent.name for file in self.root.glob("*/records/study.jsonl"))

    def study(self, name: str) -> "StudyPaths":
        return StudyPaths(self.root / name)

    def comparison(self, name: str) -> "StudyPaths":
        return ComparePaths(self.root / name)


@dataclass(frozen=True)
class StudyPaths:
    """`OUT/<NAME>/`: one study."""

    root: Path

    @property
    def records(self) -> Path:
        return self.root / "records" / "study.jsonl"

    @property
    def samples(self) -> Path:
        return self.root / "records" / "samples"

    def strip(self, point_id: str) -> Path:
        """Pictures that a point's generator drew when it was scored."""
        return self.samples / f"{point_id}.png"

    @property
    def first_epoch(self) -> Path:
        """Of a translation, what three pictures had come to after an epoch: input, target, output of each."""
        return self.root / "first-epoch.png"

    def kept(self, point_id: str) -> Path:
        """The weights of a point that was shown pictures: it can't be made again from the store."""
        return self.root / "records" / "weights" / f"{point_id}.safetensors"

    @property
    def journal(self) -> Path:
        return self.root / "optuna.journal"

    @property
    def report(self) -> Path:
        return self.root / "report"

    @property
    def export(self) -> Path:
        return self.root / "export"

    @property
    def scratch(self) -> Path:
        """Ray's own files while it runs."""
        return self.root / "ray"

    @property
    def log(self) -> Path:
        return self.root / "log.txt"

    @property
    def lock(self) -> Path:
        return self.root / "lock"


class ComparePaths(StudyPaths):
    """The same of a comparison, whose records no command takes for a study's."""

    @property
    def records(self) -> Path:
        return self.root / "records" / "compare.jsonl"
