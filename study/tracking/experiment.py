"""The experiment of a data set in MLflow, which all studies of it share."""

from pathlib import Path

from ganprune.objective import Objectives
from study.tracking.client import MlflowClient
from study.tracking.moved import check_artifacts
from study.tracking.notes import NOTE, legend

EXPERIMENT = "ganprune-"  # and the data set


def find_experiment(client: MlflowClient, header: dict, by: Objectives, artifacts: Path | None) -> str:
    """The id of that of the study with this header; made where there is none.

    `artifacts`: where its files go; None: a server has its own place for them.
    """
    name = EXPERIMENT + header["data"]["name"]
    experiment = client.get_experiment_by_name(name)
    if not experiment:
        return _create(client, name, by, artifacts)
    check_artifacts(experiment.artifact_location, name)
    if experiment.lifecycle_stage == "deleted":
        client.restore_experiment(experiment.experiment_id)
    return experiment.experiment_id


def _create(client: MlflowClient, name: str, by: Objectives, artifacts: Path | None) -> str:
    if artifacts:
        artifacts.mkdir(exist_ok=True)
    return client.create_experiment(name, artifacts and artifacts.resolve().as_uri(), {NOTE: legend(by)})
