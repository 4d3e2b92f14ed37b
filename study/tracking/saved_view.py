"""The view "Sparsity against quality" of MLflow's UI: the one place that knows its format, undocumented (MLflow 3.17).

A view is a tag of the experiment. To learn more of the format: arrange charts by hand, "Views" > "Save as new view",
and read the tag. Where a later MLflow no longer understands it, its UI opens with its own charts; nothing else breaks.
"""

import base64
import json
import zlib

from ganprune.objective import Objectives

NAME = "Sparsity against quality"
KEY = "sparsity-against-quality"
TAG = f"mlflow.sharedViewState.{KEY}"
COLOR_TAG = "mlflow.runColor"
FILES_TAG = "ganprune.answer"  # of the experiment: the model of the answer of the study that the view shows
RUNS = 50  # trials shown at most
OWN_SECTIONS = ("curve", "front", "Model metrics")  # MLflow's, with a chart for every metric: kept, but shut
SETTINGS = ["method", "lr_g", "lr_ratio", "epochs"]


def link(experiment: str) -> str:
    """The part of the address behind the server's own: the runs' charts, arranged as this view."""
    query = f"viewStateShareKey={KEY}&workflowType=machine_learning&compareRunsMode=CHART"
    return f"/#/experiments/{experiment}/runs?{query}"


def files_link(experiment: str, model: str) -> str:
    """The same for the page of a model's files."""
    return f"/#/experiments/{experiment}/models/{model}/artifacts?workflowType=machine_learning"


def tag_value(study: str, by: Objectives, least: float, time: int) -> str:
    """The view over a study's runs of `least` hypervolume or more, as its tag holds it; `time` in milliseconds."""
    packed = base64.b64encode(zlib.compress(json.dumps(_state(study, by, least)).encode())).decode()
    return json.dumps({"name": NAME, "createdAt": time, "updatedAt": time, "state": f"deflate;{packed}"})


def _state(study: str, by: Objectives, least: float) -> dict:
    columns = dict.fromkeys(("hypervolume", "front_points", "sparsity", by.cost.metric, by.quality.metric))
    return {
        "searchFilter": f"tags.study = '{study}' AND metrics.hypervolume >= {least:.6g}",
        "orderByKey": "metrics.`hypervolume`",
        "orderByAsc": True,  # what comes last is drawn on top: the front
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": [f"metrics.`{name}`" for name in columns],
        "runsHiddenMode": "SHOW_ALL",
        "hideEmptyCharts": True,
        "isAccordionReordered": True,  # or the sections are sorted by name
        "compareRunSections": [_section(KEY, NAME, True), *(_section(name, name, False) for name in OWN_SECTIONS)],
        "compareRunCharts": _charts(by),
        "globalLineChartConfig": {
            "lineSmoothness": 0,
            "xAxisKey": "metric",
            "selectedXAxisMetricKey": f"curve/{by.searched.cost.metric}",
        },
    }


def _section(key: str, name: str, open_: bool) -> dict:
    return {"uuid": key, "name": name, "display": open_, "isReordered": False, "columns": 2}


def _charts(by: Objectives) -> list[dict]:
    cost, quality = by.searched.cost.metric, by.quality.metric
    charts = [
        _curve(f"curve/{quality}", cost, "log"),
        _curve(f"front/{quality}", by.cost.metric, "log"),
        _curve("curve/ssim", cost, "linear"),
        {"type": "PARALLEL", "selectedParams": SETTINGS, "selectedMetrics": ["hypervolume"], "showAllRuns": True},
    ]
    common = {"metricSectionId": KEY, "runsCountToCompare": RUNS + 1, "deleted": False, "isGenerated": False}
    return [{"uuid": f"{KEY}-{number}", **common, **chart} for number, chart in enumerate(charts)]


def _curve(metric: str, cost: str, scale: str) -> dict:
    return {
        "type": "LINE",
        "metricKey": metric,
        "selectedMetricKeys": [metric],
        "useGlobalXaxisKey": False,
        "xAxisKey": "metric",
        "selectedXAxisMetricKey": f"{metric.partition('/')[0]}/{cost}",
        "useGlobalLineSmoothing": False,
        "lineSmoothness": 0,  # or the points drawn are not those that were measured
        "scaleType": scale,
        "displayPoints": True,
    }
