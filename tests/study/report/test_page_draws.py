"""The report in a real browser: it draws, sorts and fits any screen, without network and without an error."""

import re
import time
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from study.analysis.size_baselines import SIZE
from tests.study.report.browsing import front, place, points

pytestmark = pytest.mark.browser
CLICK = """all => {
    for (const each of all) each.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    return all.length; }"""


def test_the_front_is_drawn_and_its_axes_can_be_changed(page, study):
    assert front(page)["y"] == pytest.approx([point.scores["fcd"] for point in study[0].front], abs=1e-4)
    page.check("input[name=front-y][value='1']", force=True)
    page.check("input[name=front-x][value='1']", force=True)
    assert front(page)["y"] == pytest.approx([point.scores["skill"] for point in study[0].front], abs=1e-4)
    assert front(page)["x"] == pytest.approx([point.sparsity for point in study[0].front], abs=1e-4)


def test_over_bytes_smaller_dense_networks_stand_beside_the_front(page, study):
    page.check("input[name=front-x][value='2']", force=True)
    assert front(page)["x"] == [point.scores[SIZE] for point in study[0].front]
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
    assert points(shared) == sorted(ends, key=ends.get)


def test_the_table_sorts_by_size_and_filters_by_words(shared, study):
    shared.click("#points thead button:has-text('sparsity')")
    shared.click("#points thead button:has-text('sparsity')")
    assert points(shared) == [point.id for point in reversed(study[0].front)]
    method = study[0].front[0].method
    shared.fill("#filter", method)
    assert points(shared) == [point.id for point in reversed(study[0].front) if point.method == method]
    shared.fill("#filter", "")


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


@pytest.mark.parametrize("width", [768, 1024, 1281, 1300, 1366, 1440])
def test_nothing_is_wider_than_a_window_and_a_strip_has_full_rows(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    _wait_until(page, f"document.documentElement.scrollWidth <= {width}")  # charts follow a little later
    for strips in (".strips .tiles", "#point .tiles"):
        tiles = page.locator(strips).first.locator("i")
        tops = tiles.evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
        assert 1 == len(set(Counter(tops).values())), f"{strips} ends with a row that is not full"


def test_nothing_is_wider_than_a_telephone_and_a_hover_leaves_room(page, study):
    page.set_viewport_size({"width": 390, "height": 844})
    page.eval_on_selector_all("details", "all => all.forEach(details => details.open = true)")
    expect(page.locator("#front .modebar-btn")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.mouse.move(*place(page, study[0].front[-1].id))
    hover = page.locator("#front .hoverlayer .hovertext")
    expect(hover).to_have_count(1)
    assert hover.bounding_box()["height"] < 100


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
