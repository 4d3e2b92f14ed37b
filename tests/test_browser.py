"""Who follows the link of `make ui` sees the curves over sparsity and the front at once, in a real browser."""

from pathlib import Path

import psutil
import pytest

from bench.synthetic import write_study
from study.analysis.pareto import front
from study.records.paths import Out
from study.records.study import StudyLog
from study.tracking.runs import Tracking
from study.tracking.server import default_uri
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]
DRAWN_MS = 90_000

# The charts of the page: what their axes say, and of each trace its name and points.
CHARTS = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
    x: plot.layout?.xaxis?.title?.text, y: plot.layout?.yaxis?.title?.text,
    traces: (plot.data || []).map(trace => ({type: trace.type, mode: trace.mode, name: trace.name,
        x: [...(trace.x || [])], y: [...(trace.y || [])], text: [...(trace.text || [])]}))}))"""
DRAWN = f"""curves => {{
    const charts = ({CHARTS})();
    const drawn = chart => chart.traces.filter(trace => trace.mode == 'lines+markers' && trace.y.length > 1).length;
    return charts.filter(chart => chart.x == 'curve/sparsity' && drawn(chart) == curves).length == 2
        && charts.some(chart => chart.x == 'front/sparsity' && drawn(chart) == 1)
        && document.querySelector('.parcoords') != null; }}"""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, StudyLog]:
    out = Out(tmp_path_factory.mktemp("out"))
    paths = out.study("synthetic")
    log = write_study(paths.records, 12).log
    Tracking(default_uri(out), log.header, paths).finish(log, lambda point, onnx: {"README.md": b"# card"})
    return out.root, log


def test_the_link_shows_curves_over_sparsity_and_the_front(browser_path, study, tmp_path):
    root, log = study
    curves = sum(bool(trial.points) for trial in log.ended) + 1  # and the front
    before = set(psutil.Process().children(recursive=True))
    with served(root) as link:
        charts = look(browser_path, link, curves, tmp_path / "view.png")
    assert set(psutil.Process().children(recursive=True)) == before

    fcd, _ssim = (chart for chart in charts if chart["x"] == "curve/sparsity")
    lines = {trace["name"]: trace for trace in fcd["traces"] if trace["mode"] == "lines+markers"}
    for trial in log.ended:
        if trial.points:
            curve = lines[f"t{trial.number:04d}-{trial.settings.prune.method}"]
            assert curve["x"] == pytest.approx([point.sparsity for point in trial.curve])
            assert curve["y"] == pytest.approx([point.scores["fcd"] for point in trial.curve])
    assert lines["front of synthetic"]["y"] == pytest.approx([point.scores["fcd"] for point in front(log.points)])
    assert list(lines)[-1] == "front of synthetic"  # drawn on top

    best = next(chart for chart in charts if chart["x"] == "front/sparsity")["traces"]
    [line] = [trace for trace in best if trace["mode"] == "lines+markers" and trace["y"]]
    assert line["x"] == pytest.approx([point.sparsity for point in front(log.points)])
    assert line["y"] == pytest.approx([point.scores["fcd"] for point in front(log.points)])


def look(browser_path: str, link: str, curves: int, picture: Path) -> list[dict]:
    """The charts on the page behind `link`, once all its curves are drawn; a picture of it for who wants to see."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1700, "height": 1250})
        page.goto(link)
        page.wait_for_function(DRAWN, arg=curves, timeout=DRAWN_MS)
        page.screenshot(path=picture)
        charts = page.evaluate(CHARTS)
        browser.close()
    return charts
