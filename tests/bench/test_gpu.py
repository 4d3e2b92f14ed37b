"""What `python -m bench.gpu` leaves where it measured, and where there was nothing to measure."""

import json

from bench import gpu
from bench.figure import figure, not_measured


def test_figures_of_an_earlier_gpu_stay_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "OF_GPU", tmp_path / "gpu.json")
    measured, missing = figure("fast", [7.0], "x", "higher", 5), not_measured("fast", 5)
    gpu.keep([], iter([[measured], [not_measured("slow", 1)]]))
    before = (tmp_path / "gpu.json").read_text()
    gpu.keep([], iter([[missing], [missing]]))
    assert before == (tmp_path / "gpu.json").read_text()
    assert [7.0, None] == [one["value"] for one in json.loads(before)["figures"]]
