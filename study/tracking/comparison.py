"""A comparison in MLflow: one run beside the studies of its data set, made anew where it says something else."""

import hashlib
from pathlib import Path
from typing import Any

from study.analysis.compared import Compared
from study.records.paths import Out
from study.tracking import rows as to
from study.tracking.client import connect, pages, tagged
from study.tracking.experiment import find_experiment
from study.tracking.moved import follow_artifacts
from study.tracking.notes import NOTE
from study.tracking.server import default_uri, is_server

ROLE = {"role": "compare"}
SAYS = "says"  # the tag that tells one outcome from another


def log_comparison(uri: str, out: Out, found: Compared, sentence: str, report: Path) -> None:
    """Logged twice it is one run: what it says is among its tags, and its times are the records'."""
    client, header = connect(uri), found.log.header
    if uri == default_uri(out):
        follow_artifacts(out)
    artifacts = None if is_server(uri) else out.mlflow_artifacts
    experiment = find_experiment(client, header, found.log.objectives, artifacts)
    tags = ROLE | {"study": header["name"], "began": str(to.milliseconds(header["time"]))}
    says = hashlib.sha256((report / "compare.csv").read_bytes()).hexdigest()[:16]
    runs = list(pages(lambda token: client.search_runs([experiment], tagged(tags), page_token=token)))
    if any(run.data.tags.get(SAYS) == says for run in runs):
        return
    for run in runs:
        client.delete_run(run.info.run_id)
    began, ended = (to.milliseconds(moment) for moment in (header["time"], _last(found)))
    run = client.create_run(experiment, began, tags, header["name"]).info.run_id
    client.log_batch(run, _metrics(found, ended), to.as_params(_params(found)), to.as_tags({NOTE: sentence}))
    client.log_artifacts(run, str(report), "report")
    client.set_tag(run, SAYS, says)  # last: a run that was cut off is made again
    client.set_terminated(run, "FINISHED", ended)


def _metrics(found: Compared, time: int) -> list:
    """What each arm scores, over shares in per mille; and times what it is held against."""
    metrics = []
    for group in found.comparison.groups:
        step = round(1000 * (group.share or 0))
        for row in found.rows[group.title]:
            name = f"{_plain(row.arm)}/{group.cost}"
            held = row.held and row.held.ratio
            ratio = f"ratio_{group.metric}" if group.metric else "ratio"
            metrics += to.rows({f"{found.metric(group)}/{name}": row.score, f"{ratio}/{name}": held}, time, step)
    return metrics


def _params(found: Compared) -> dict[str, Any]:
    train = found.comparison.arms[0].settings.train.model_dump()
    return {
        "seeds": len(found.seeds),
        "arms": ", ".join(dict.fromkeys(arm.name for arm in found.comparison.arms)),
        **train,
    }


def _plain(name: str) -> str:
    """As MLflow takes it."""
    return "".join(letter if letter.isalnum() or letter in "_-. " else "-" for letter in name)


def _last(found: Compared) -> float:
    return max((trial.ended.time for trial in found.log.ended), default=found.log.header["time"])
