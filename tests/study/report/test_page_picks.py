"""The report in a real browser: a point is picked by a click, by the address or by limits, everywhere at once."""

import csv

import pytest
from playwright.sync_api import Page, expect

from ganprune.errors import UserError
from ganprune.point import Point
from study.analysis.pick import pick
from study.analysis.size_baselines import SIZE
from study.report.strips import data_uri
from study.settings.arguments import asked
from tests.study.report.browsing import expect_picked, limit, place

pytestmark = pytest.mark.browser


def test_at_first_all_of_the_page_names_the_one_answer(page, study):
    answer = study[0].answer
    assert _picked(page) == [answer.id]
    assert page.inner_text("#points mark") == study[0].answered
    assert page.inner_text("#export") == f"make export NAME=synthetic POINT={answer.id}"
    assert page.locator(".figures dt").first.inner_text().lower() == study[0].answered


def test_a_click_in_a_chart_marks_the_point_everywhere_and_the_address_keeps_it(page, study):
    point = study[0].front[-2]
    page.mouse.click(*place(page, point.id))
    expect_picked(page, point)
    page.reload()
    page.wait_for_selector("#hypervolume .trace")
    expect_picked(page, point)


def test_a_click_in_the_table_shows_the_pictures_beside_those_of_its_dense_generator(shared, study):
    point = study[0].front[-1]
    shared.click(f"#points tr[data-point='{point.id}'] button")
    expect_picked(shared, point)
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
    limit(shared, MAX_BYTES=size)
    expect_picked(shared, found.front[-1], f"MAX_BYTES={size}k")
    assert shared.inner_text("#fitting") == "It is the smallest of all."
    limit(shared, MAX_BYTES=size, MAX_LOSS=60)
    asked_for = asked({"MAX_LOSS": "60%", "MAX_BYTES": f"{size}k"}).limits
    picked = pick(found, asked_for)
    expect_picked(shared, picked.point, " ".join(map(str, asked_for)))
    assert picked.sentence.endswith(shared.inner_text("#fitting"))
    assert "stopped by MAX_LOSS=60%" in picked.sentence


@pytest.mark.parametrize(
    "limits", [{"MAX_BYTES": "0.1k"}, {"MAX_LOSS": "10%", "MIN_SPARSITY": "90%"}, {"MAX_FCD": "1", "MAX_LOSS": "0%"}]
)
def test_where_none_keeps_them_the_page_says_what_make_pick_says(shared, study, limits):
    limit(shared, **{name: text.rstrip("k%") for name, text in limits.items()})
    with pytest.raises(UserError) as told:
        pick(study[0], asked(limits).limits)
    expected = str(told.value).replace("no point of synthetic's front", "No point of the front") + "."
    assert shared.inner_text("#fitting") == expected


@pytest.mark.parametrize(("name", "text"), [("MAX_LOSS", "-5%"), ("MIN_SPARSITY", "100%"), ("MAX_BYTES", "0k")])
def test_what_can_be_no_limit_is_told_as_make_pick_tells_it_and_picks_nothing(shared, study, name, text):
    limit(shared, **{name: text.rstrip("k%")})
    with pytest.raises(UserError) as told:
        asked({name: text})
    assert shared.inner_text("#fitting") == f"{told.value}."
    expect_picked(shared, study[0].answer)


def test_a_point_picked_by_hand_takes_the_place_of_limits(shared, study):
    point = study[0].front[1]
    limit(shared, MIN_SPARSITY=90)
    assert shared.locator("#points tr.beyond").count() > 0
    shared.click(f"#points tr[data-point='{point.id}'] button")
    expect_picked(shared, point)
    assert shared.locator("#points tr.beyond").count() == 0
    assert shared.input_value("input[data-limit=MIN_SPARSITY]") == ""


def test_what_is_known_of_no_point_cannot_be_limited(shared):
    assert shared.locator("input[data-limit]").count() == 4
    assert shared.locator("input[data-limit=MAX_LATENCY]").count() == 0


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


def _picked(page: Page) -> list[str]:
    return page.eval_on_selector_all("#points tr.picked", "rows => rows.map(row => row.dataset.point)")


def _strip(page: Page, figure: str) -> str:
    style = f"getComputedStyle(document.querySelector('{figure} .tiles i')).backgroundImage"
    return page.evaluate(style).removeprefix('url("').removesuffix('")')


def _data_uri(study, point: Point) -> str:
    return data_uri((study[2] / f"{point.id}.png").read_bytes())
