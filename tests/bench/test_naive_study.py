"""The naive study: one GAN, one threshold, one point; scored as ours are."""

import sqlite3
import time

import numpy as np
import pytest
import torch

from bench import naive_study
from ganprune.metrics import drift

pytestmark = pytest.mark.filterwarnings("ignore:Image is too small")  # sewar takes the scales that fit


@pytest.fixture(scope="module")
def found(prepared_digits) -> dict:
    """What it reports of paper 1's setting."""
    plan, evaluator = prepared_digits
    return naive_study.tried(plan.space.first[0], plan, evaluator)


def test_a_trial_reports_one_point_with_both_objectives_and_what_it_cost(found, prepared_digits):
    fcd_gaussian = prepared_digits[1].gaussian
    assert 0.3 < found["sparsity"] < 0.7  # 0.75 standard deviations of Gaussian weights, the output layer whole
    assert found["skill"] == pytest.approx(1 - found["fcd"] / fcd_gaussian)
    assert 2 * 1184 == found["images"]  # 2 epochs of 37 batches of 32
    assert found["began"] < found["ended"] < time.time()


def test_drift_is_ours_where_sewar_means_the_same():
    random = torch.Generator().manual_seed(0)
    dense = torch.randint(256, (4, 1, 16, 16), dtype=torch.uint8, generator=random)
    noise = torch.randint(-20, 21, dense.shape, generator=random)
    drawn = (dense + noise).clamp(0, 255).to(torch.uint8)
    assert {"uqi": 1.0, "ssim": 1.0, "ms_ssim": 1.0} == pytest.approx(naive_study.drift(dense, dense))
    assert naive_study.drift(dense, drawn)["uqi"] == pytest.approx(drift.uqi_sewar(dense, drawn).mean().item())


@pytest.mark.slow
def test_a_whole_study_leaves_a_point_a_trial_and_a_run_a_trial(baseline):
    out, lines = baseline("bench.naive_study")
    points = [line["point"] for line in lines if line["kind"] == "point"]
    assert [0, 1] == [point["trial"] for point in points]
    assert np.diff([line["time"] for line in lines]).min() >= 0
    assert all(line["images"] in (2 * 1184, 3 * 1184) for line in lines if line["kind"] == "ended")
    with sqlite3.connect(out / "mlflow.db") as database:
        assert [(2,)] == database.execute("select count(*) from runs where status = 'FINISHED'").fetchall()
