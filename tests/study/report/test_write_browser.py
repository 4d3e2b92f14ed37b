"""The report in a real browser: it draws, sorts, filters and picks, without network and without an error."""

import csv
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from bench.synthetic import write_study
from ganprune.errors import UserError
from ganprune.point import Point
from study.analysis.findings import findings
from study.analysis.pick import pick
from study.analysis.size_baselines import SIZE
from study.records.paths import StudyPaths
from study.report.strips import data_uri
from study.report.write import write_report
from study.settings.arguments import asked
from tests.study.scored_again import add_smaller, score_again

pytestmark = pytest.mark.browser
PATIENCE_MS = 120_000  # on a busy machine
CLICK = """all => {
    for (const each of all) each.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    return all.length; }"""


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
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


@contextmanager
def opened(browser, address: str) -> Iterator[Page]:
    """The report; fails the test on any error and any request but for the page itself."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    page.goto(address)
    page.wait_for_selector("#hypervolume .trace")
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page(browser, study):
    with opened(browser, study[1]) as page:
        yield page


@pytest.fixture(scope="module")
def shared(browser, study):
    """For tests that don't mind what others picked or sorted: the first load takes longer than all of these."""
    with opened(browser, study[1]) as page:
        yield page


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


def test_intervals_are_sorted_by_their_upper_ends(shared, study):
    shared.click("#points thead button:has-text('trained again')")
    ends = {each.point.id: each.setting[1] for each in study[0].front_again}
    assert _points(shared) == sorted(ends, key=ends.get)


def test_the_table_sorts_by_size_and_filters_by_words(shared, study):
    shared.click("#points thead button:has-text('sparsity')")
    shared.click("#points thead button:has-text('sparsity')")
    assert _points(shared) == [point.id for point in reversed(study[0].front)]
    method = study[0].front[0].method
    shared.fill("#filter", method)
    assert _points(shared) == [point.id for point in reversed(study[0].front) if point.method == method]
    shared.fill("#filter", "")


def test_at_first_all_of_the_page_names_the_one_answer(page, study):
    answer = study[0].answer
    assert _picked(page) == [answer.id]
    assert page.inner_text("#points mark") == study[0].answered
    assert page.inner_text("#export") == f"make export NAME=synthetic POINT={answer.id}"
    assert page.locator(".figures dt").first.inner_text().lower() == study[0].answered


def test_a_click_in_a_chart_marks_the_point_everywhere_and_the_address_keeps_it(page, study):
    point = study[0].front[-2]
    page.mouse.click(*_place(page, point.id))
    _expect_picked(page, point)
    page.reload()
    page.wait_for_selector("#hypervolume .trace")
    _expect_picked(page, point)


def test_a_click_in_the_table_shows_the_pictures_beside_those_of_its_dense_generator(shared, study):
    point = study[0].front[-1]
    shared.click(f"#points tr[data-point='{point.id}'] button")
    _expect_picked(shared, point)
    dense = next(other for other in study[0].log.trials[point.trial].curve if other.target == 0)
    shown = [_strip(shared, figure) for figure in ("#dense", "#pruned")]
    assert shown == [_data_uri(study, dense), _data_uri(study, point)]


def test_pictures_stand_apart_in_whole_multiples_of_their_pixels(shared):
    boxes = [tile.bounding_box() for tile in shared.locator("#pruned .tiles i").all()]
    assert len(boxes) == 16
    assert boxes[0]["width"] % 16 == 0
    assert boxes[0]["width"] >= 64
    assert boxes[1]["x"] - boxes[0]["x"] > boxes[0]["width"]


def test_limits_pick_the_smallest_point_that_keeps_them_and_say_why_none_does(shared, study):
    found = study[0]
    size = found.front[len(found.front) // 2].scores[SIZE] / 1000
    _limit(shared, MAX_BYTES=size)
    _expect_picked(shared, found.front[-1], f"MAX_BYTES={size}k")
    assert shared.inner_text("#fitting") == "It is the smallest of all."
    _limit(shared, MAX_BYTES=size, MAX_LOSS=60)
    asked_for = asked({"MAX_LOSS": "60%", "MAX_BYTES": f"{size}k"}).limits
    picked = pick(found, asked_for)
    _expect_picked(shared, picked.point, " ".join(map(str, asked_for)))
    assert picked.sentence.endswith(shared.inner_text("#fitting"))
    assert "stopped by MAX_LOSS=60%" in picked.sentence


@pytest.mark.parametrize(
    "limits", [{"MAX_BYTES": "0.1k"}, {"MAX_LOSS": "10%", "MIN_SPARSITY": "90%"}, {"MAX_FCD": "1", "MAX_LOSS": "0%"}]
)
def test_where_none_keeps_them_the_page_says_what_make_pick_says(shared, study, limits):
    _limit(shared, **{name: text.rstrip("k%") for name, text in limits.items()})
    with pytest.raises(UserError) as told:
        pick(study[0], asked(limits).limits)
    expected = str(told.value).replace("no point of synthetic's front", "No point of the front") + "."
    assert shared.inner_text("#fitting") == expected


@pytest.mark.parametrize(("name", "text"), [("MAX_LOSS", "-5%"), ("MIN_SPARSITY", "100%"), ("MAX_BYTES", "0k")])
def test_what_can_be_no_limit_is_told_as_make_pick_tells_it_and_picks_nothing(shared, study, name, text):
    _limit(shared, **{name: text.rstrip("k%")})
    with pytest.raises(UserError) as told:
        asked({name: text})
    assert shared.inner_text("#fitting") == f"{told.value}."
    _expect_picked(shared, study[0].answer)


def test_a_point_picked_by_hand_takes_the_place_of_limits(shared, study):
    point = study[0].front[1]
    _limit(shared, MIN_SPARSITY=90)
    assert shared.locator("#points tr.beyond").count() > 0
    shared.click(f"#points tr[data-point='{point.id}'] button")
    _expect_picked(shared, point)
    assert shared.locator("#points tr.beyond").count() == 0
    assert shared.input_value("input[data-limit=MIN_SPARSITY]") == ""


def test_what_is_known_of_no_point_cannot_be_limited(shared):
    assert shared.locator("input[data-limit]").count() == 4
    assert shared.locator("input[data-limit=MAX_LATENCY]").count() == 0


def test_nothing_that_can_be_clicked_leaves_the_page(page):
    """Links to the files beside it aside. The fixture fails the test on any request."""
    left = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    page.context.on("page", lambda popup: left.append(popup.url))
    address = page.url
    page.eval_on_selector_all("details", "all => all.forEach(details => details.open = true)")
    clicked = page.eval_on_selector_all("button, .modebar-btn, .legendtoggle, abbr, input", CLICK)
    page.wait_for_selector("#hypervolume .trace")
    assert clicked > 30
    assert page.url.partition("#")[0] == address
    assert [url for url in left if url.partition("#")[0] != address] == []


def test_the_toolbar_offers_nothing_that_goes_elsewhere(shared):
    titles = shared.eval_on_selector_all("#front .modebar-btn", "all => all.map(each => each.dataset.title)")
    assert titles == ["Download plot as a PNG", "Zoom", "Pan", "Reset axes"]


def test_the_tables_go_as_csv_with_all_digits(shared, study):
    with shared.expect_download() as download:
        shared.click("button[data-csv=front]")
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    expected = {point.id: point.scores["fcd"] for point in study[0].front}
    assert {row["point"]: float(row["fcd"]) for row in rows} == expected


def test_the_command_is_copied(shared, study):
    shared.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shared.click("#point [data-copy]")
    expect(shared.locator("#point [data-copy]")).to_have_text("Copied")
    assert shared.evaluate("navigator.clipboard.readText()") == shared.inner_text("#export")


def test_the_first_screen_of_a_laptop_shows_pictures_and_the_toolbar_covers_no_legend(shared):
    shared.set_viewport_size({"width": 1440, "height": 900})
    assert shared.locator("#pruned .tiles").bounding_box()["y"] < 700
    toolbar, legend = shared.locator("#front .modebar").bounding_box(), shared.locator("#front .legend").bounding_box()
    assert toolbar["x"] >= legend["x"] + legend["width"]
    scroll = shared.locator(".scroll:has(#points)")
    assert scroll.evaluate("all => all.scrollWidth <= all.clientWidth")


def test_the_head_of_the_table_stays_while_it_scrolls(page):
    head = page.locator("#points thead th").first
    scroll = page.locator(".scroll:has(#points)")
    scroll.evaluate("each => { each.style.maxHeight = '8rem'; each.style.maxWidth = '20rem'; each.scrollTo(200, 200) }")
    assert head.bounding_box()["y"] == pytest.approx(scroll.bounding_box()["y"], abs=2)
    assert head.bounding_box()["x"] == pytest.approx(scroll.bounding_box()["x"], abs=2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_stand_out_from_the_page(shared, scheme):
    shared.emulate_media(color_scheme=scheme)
    _wait_until(shared, "document.getElementById('front').data[2].line.color === colour('method-0')")
    strokes = shared.eval_on_selector_all(
        "#front .scatterlayer .lines path.js-line:not([style*='stroke-width: 0'])",
        "all => all.map(each => [getComputedStyle(each).stroke, +getComputedStyle(each.closest('.trace')).opacity])",
    )
    paper = _rgb(shared.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert strokes
    for stroke, opacity in strokes:
        seen = [opacity * own + (1 - opacity) * under for own, under in zip(_rgb(stroke), paper, strict=True)]
        assert _contrast(seen, paper) > 3, stroke


def test_nothing_is_wider_than_a_telephone_and_a_hover_leaves_room(page, study):
    page.set_viewport_size({"width": 390, "height": 844})
    page.eval_on_selector_all("details", "all => all.forEach(details => details.open = true)")
    expect(page.locator("#front .modebar-btn")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.mouse.move(*_place(page, study[0].front[-1].id))
    hover = page.locator("#front .hoverlayer .hovertext")
    expect(hover).to_have_count(1)
    assert hover.bounding_box()["height"] < 100


def _picked(page: Page) -> list[str]:
    return page.eval_on_selector_all("#points tr.picked", "rows => rows.map(row => row.dataset.point)")


def _limit(page: Page, **numbers: object) -> None:
    """Give these limits and no others."""
    for field in page.locator("input[data-limit]").all():
        field.fill(str(numbers.get(field.get_attribute("data-limit"), "")))


def _expect_picked(page: Page, point: Point, asked_for: str | None = None) -> None:
    """In the table, the command, the address, and both charts of points."""
    expect(page.locator("#points tr.picked")).to_have_attribute("data-point", point.id)
    assert page.inner_text("#export") == f"make export NAME=synthetic {asked_for or f'POINT={point.id}'}"
    assert page.url.endswith(f"#{point.id}")
    for chart, metric in (("front", "fcd"), ("drift", "ssim")):
        rings = page.evaluate(f"document.getElementById('{chart}').data.find(trace => trace.name === 'picked').y")
        assert pytest.approx(point.scores[metric], abs=1e-4) in rings


def _place(page: Page, point: str) -> tuple[float, float]:
    """Where on the screen the front's chart has a point."""
    page.locator("#front").scroll_into_view_if_needed()
    return page.evaluate(
        """point => {
            const plot = document.getElementById('front'), box = plot.getBoundingClientRect();
            const {xaxis, yaxis} = plot._fullLayout, trace = plot.data.find(trace => trace.name === 'front');
            const at = trace.customdata.indexOf(point);
            return [box.x + xaxis._offset + xaxis.d2p(trace.x[at]), box.y + yaxis._offset + yaxis.d2p(trace.y[at])];
        }""",
        point,
    )


def _strip(page: Page, figure: str) -> str:
    style = f"getComputedStyle(document.querySelector('{figure} .tiles i')).backgroundImage"
    return page.evaluate(style).removeprefix('url("').removesuffix('")')


def _data_uri(study, point: Point) -> str:
    return data_uri((study[2] / f"{point.id}.png").read_bytes())


def _wait_until(page: Page, true: str) -> None:
    """Asked again and again from here: the page forbids `wait_for_function` to evaluate anything later."""
    until = time.monotonic() + 30
    while not page.evaluate(true):
        assert time.monotonic() < until, f"never true: {true}"
        time.sleep(0.05)


def _rgb(colour: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", colour)[:3]]


def _contrast(one: list[float], other: list[float]) -> float:
    """As WCAG defines it."""
    lights = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in (*one, *other)]
    low, high = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (lights[:3], lights[3:]))
    return (high + 0.05) / (low + 0.05)


def _front(page: Page) -> dict[str, list[float]]:
    chart = "document.getElementById('front').data.find(trace => trace.name === 'front')"
    return page.evaluate(f"({{x: {chart}.x, y: {chart}.y}})")


def _points(page: Page) -> list[str]:
    return page.eval_on_selector_all("#points tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.point)")
