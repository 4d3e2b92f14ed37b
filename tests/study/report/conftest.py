"""Reports to be read only, on disk and in a real browser."""

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.records.journal import read
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.write import write_report
from tests.study.report.browsing import opened
from tests.study.scored_again import add_smaller, score_again


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> StudyPaths:
    """A study of twelve trials, its sample strips, and its report."""
    paths = StudyPaths(tmp_path_factory.mktemp("out") / "digits")
    log = write_study(paths.records, 12).log
    paths.samples.mkdir()
    for point in log.points:
        Image.new("L", (64, 16), round(255 * point.sparsity)).save(paths.samples / f"{point.id}.png")
    log.runs = {trial: f"run{trial}" for trial in range(6)}
    write_report(log, paths)
    return paths


@pytest.fixture
def log(written) -> StudyLog:
    return read(written.records)


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """What a study of twelve trials found, scored again, the address of its report, and its pictures."""
    paths = StudyPaths(tmp_path_factory.mktemp("out") / "digits")
    log = write_study(paths.records, 12).log
    score_again(log)
    add_smaller(log)
    paths.samples.mkdir()
    for number, point in enumerate(log.points):
        Image.new("L", (16 * 16, 16), number).save(paths.samples / f"{point.id}.png")
    return findings(log), write_report(log, paths).as_uri(), paths.samples


@pytest.fixture
def page(browser, study):
    with opened(browser, study[1]) as page:
        yield page


@pytest.fixture(scope="module")
def shared(browser, study):
    """For tests that don't mind what others picked or sorted: the first load takes longer than all of these."""
    with opened(browser, study[1]) as page:
        yield page
