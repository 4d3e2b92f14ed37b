"""What a reader of the page sees and does, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from ganprune.point import Point

PATIENCE_MS = 120_000  # on a busy machine


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


def limit(page: Page, **numbers: object) -> None:
    """Give these limits and no others."""
    for field in page.locator("input[data-limit]").all():
        field.fill(str(numbers.get(field.get_attribute("data-limit"), "")))


def expect_picked(page: Page, point: Point, asked_for: str | None = None) -> None:
    """In the table, the command, the address, and both charts of points."""
    expect(page.locator("#points tr.picked")).to_have_attribute("data-point", point.id)
    assert page.inner_text("#export") == f"make export NAME=synthetic {asked_for or f'POINT={point.id}'}"
    assert page.url.endswith(f"#{point.id}")
    for chart, metric in (("front", "fcd"), ("drift", "ssim")):
        rings = page.evaluate(f"document.getElementById('{chart}').data.find(trace => trace.name === 'picked').y")
        assert pytest.approx(point.scores[metric], abs=1e-4) in rings


def place(page: Page, point: str) -> tuple[float, float]:
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


def front(page: Page) -> dict[str, list[float]]:
    chart = "document.getElementById('front').data.find(trace => trace.name === 'front')"
    return page.evaluate(f"({{x: {chart}.x, y: {chart}.y}})")


def points(page: Page) -> list[str]:
    return page.eval_on_selector_all("#points tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.point)")
