"""What is shipped of recorded trainings is what was recorded, and says what the notes on that GPU say."""

import numpy as np
import pytest

from bench.record import AVERAGED, DENSE
from bench.replay.recorded import H100, WORLDS, recording
from bench.short_trainings import written
from study.analysis.rank_correlation import RankCorrelation, rank_correlation
from study.analysis.recorded_trainings import FOLDER


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_shipped_was_made_of_what_was_recorded(name):
    assert written(recording(name)) == (FOLDER / f"{name}.json").read_text()


def _dense(epoch: int) -> list[float]:
    rows = [row for row in recording(H100).rows if (row["method"], row["weights"]) == (DENSE, AVERAGED)]
    return [row["fcd"] for row in sorted(rows, key=lambda row: row["n"]) if row["epoch"] == epoch]


def _ranks(epoch: int) -> RankCorrelation:
    settings = [0, 0, 1, 2, 3, 4, 5, 6, 0, 0]  # ten trainings of seven settings
    return rank_correlation(_dense(epoch), _dense(40), settings, np.random.default_rng(0))


def test_dense_generators_at_a_quarter_and_at_half_rank_as_was_first_found():
    quarter, half = _ranks(10), _ranks(20)
    assert (-0.45, 0.82) == (pytest.approx(quarter.value, abs=0.005), pytest.approx(half.value, abs=0.005))
    assert (-0.90, 0.42) == (pytest.approx(quarter.low, abs=0.1), pytest.approx(quarter.high, abs=0.2))
    assert (0.30, 0.96) == (pytest.approx(half.low, abs=0.25), pytest.approx(half.high, abs=0.1))
    assert quarter.low < 0 < 0.3 < half.low
