"""The report in a real browser: it draws, sorts, filters and picks, without network and without an error."""

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from bench.synthetic import write_study
from study.findings import findings
from study.paths import StudyPaths
from study.report import write_report
from study.smaller import SIZE
from tests.study.scored_again import add_smaller, score_again

pytestmark = pytest.mark.browser
PATIENCE_MS = 120_000  # on a busy machine


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """What a study of twelve trials found, scored again, and the address of its report."""
    paths = StudyPaths(tmp_path_factory.mktemp("out") / "digits")
    log = write_study(paths.records, 12).log
    score_again(log)
    add_smaller(log)
    return findings(log), write_report(log, paths).as_uri()


@pytest.fixture
def page(browser, study):
    """The report, open; fails the test on any error and any request but for the page itself."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    page.goto(study[1])
    page.wait_for_selector("#hypervolume .trace")
    yield page
    context.close()
    assert wrong == []


def test_the_front_is_drawn_and_its_axes_can_be_changed(page, study):
    assert _front(page)["y"] == pytest.approx([point.scores["fcd"] for point in study[0].front], abs=1e-4)
    page.check("input[name=front-y][value='1']", force=True)
    page.check("input[name=front-x][value='1']", force=True)
    assert _front(page)["y"] == pytest.approx([point.scores["skill"] for point in study[0].front], abs=1e-4)
    assert _front(page)["x"] == pytest.approx([point.sparsity for point in study[0].front], abs=1e-4)


def test_over_bytes_smaller_dense_networks_stand_beside_the_front(page, study):
    page.check("input[name=front-x][value='2']", force=True)
    assert _front(page)["x"] == [point.scores[SIZE] for point in study[0].front]
    labels = page.locator("#front text", has_text="4 bits")
    assert labels.count() == 1
    page.check("input[name=front-x][value='0']", force=True)
    assert labels.count() == 0


def test_the_band_goes_when_the_legend_says_so(page):
    band = page.locator("#front .fills path[d]:not([d='M0,0Z'])")
    assert band.count() == 1
    page.click("#front .legendtoggle >> nth=0")
    expect(band).to_have_count(0)


def test_intervals_are_sorted_by_their_upper_ends(page, study):
    page.click("#points thead button:has-text('trained again')")
    ends = {each.point.id: each.setting[1] for each in study[0].front_again}
    assert _points(page) == sorted(ends, key=ends.get)


def test_the_table_sorts_by_size_and_filters_by_words(page, study):
    page.click("#points thead button:has-text('sparsity')")
    page.click("#points thead button:has-text('sparsity')")
    assert _points(page) == [point.id for point in reversed(study[0].front)]
    method = study[0].front[0].method
    page.fill("#filter", method)
    assert _points(page) == [point.id for point in reversed(study[0].front) if point.method == method]


def test_a_click_on_a_point_gives_the_command_that_exports_it(page, study):
    point = study[0].front[-1].id
    page.click(f"#points tr[data-point='{point}'] button")
    assert page.inner_text("#export") == f"make export NAME=synthetic POINT={point}"


def test_the_toolbar_offers_nothing_that_goes_elsewhere(page):
    titles = page.eval_on_selector_all("#front .modebar-btn", "all => all.map(each => each.dataset.title)")
    assert titles == ["Download plot as a PNG", "Zoom", "Pan", "Reset axes"]


def test_nothing_is_wider_than_a_telephone(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _front(page: Page) -> dict[str, list[float]]:
    chart = "document.getElementById('front').data.find(trace => trace.name === 'front')"
    return page.evaluate(f"({{x: {chart}.x, y: {chart}.y}})")


def _points(page: Page) -> list[str]:
    return page.eval_on_selector_all("#points tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.point)")
