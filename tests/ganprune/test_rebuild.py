"""A point's network made again from the store is the one that was scored, or is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganprune.errors import UserError
from ganprune.models.gan import pictures
from ganprune.point import Point, Scored
from ganprune.rebuild import rebuild
from ganprune.store import Entry
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash

NOWHERE = Path("/nowhere.safetensors")


@pytest.fixture
def again(evaluator):
    """The network of a point, from the store of the evaluator."""

    def make(point: Point, settings, kept: Path = NOWHERE):
        return rebuild(point, settings, evaluator.images.fingerprint, evaluator.store, kept)

    return make


def _scored(evaluator, settings) -> list[Scored]:
    return [event for event in run_trial(0, settings, evaluator) if isinstance(event, Scored)]


def _damage(evaluator) -> None:
    for file in evaluator.store.rglob("epoch-*"):
        file.write_bytes(file.read_bytes()[:-4])


@pytest.mark.parametrize("method", ["percentage", "magnitude", "random"])
@pytest.mark.parametrize("recalibrate", [True, False])
def test_every_point_can_be_made_again(evaluator, settings, changed, again, method, recalibrate):
    threshold = 60.0 if method == "percentage" else 0.6
    settings = changed(settings, method=method, own={"threshold": threshold}, recalibrate=recalibrate)
    for scored in _scored(evaluator, settings):
        net = again(scored.point, settings)
        assert scored.point.weights == weights_hash(net)
        assert not net.training


def test_it_draws_the_very_pictures_that_were_scored(evaluator, settings, again):
    """So its batch-norm statistics are right too."""
    point = _scored(evaluator, settings)[2].point
    net = again(point, settings)
    assert point.scores["fcd"] == evaluator.fcd(evaluator.draw(net))
    assert pictures(net, evaluator.inputs).std() > 0


def test_a_fine_tuned_point_is_taken_from_its_kept_weights(evaluator, settings, changed, again, tmp_path):
    settings = changed(settings, recovery="finetune", recovery_steps=3)
    kept = tmp_path / "kept.safetensors"
    for scored in _scored(evaluator, settings):
        kept.write_bytes(scored.weights)
        net = again(scored.point, settings, kept)
        assert scored.point.weights == weights_hash(net)
        assert scored.point.scores["fcd"] == pytest.approx(evaluator.fcd(evaluator.draw(net)), rel=1e-6)


def _refusal(make, *args) -> str:
    with pytest.raises(UserError) as refused:
        make(*args)
    (line,) = str(refused.value).splitlines()
    assert line.startswith("POINT=t0000-")
    return line


def test_other_weights_than_the_recorded_ones_are_refused(evaluator, settings, again):
    point = replace(_scored(evaluator, settings)[1].point, weights="0" * 16)
    assert "no longer gives the weights that were scored" in _refusal(again, point, settings)


def test_a_point_whose_state_is_gone_or_damaged_is_refused(evaluator, settings, again):
    point = _scored(evaluator, settings)[1].point
    _damage(evaluator)
    assert "gone from" in _refusal(again, point, settings)
    assert "gone from" in _refusal(again, point, settings)


def test_a_fine_tuned_point_without_its_weights_is_refused(evaluator, settings, changed, again):
    """What fine-tuning gave can't be made again from the store, and the dense model's mask isn't it."""
    settings = changed(settings, recovery="finetune", recovery_steps=3)
    point = _scored(evaluator, settings)[1].point
    assert "gone from" in _refusal(again, point, settings)


@pytest.mark.parametrize("content", [b"", b"no safetensors at all", b"\x08" + bytes(7) + b"{}      "])
def test_kept_weights_that_are_damaged_are_refused(evaluator, settings, changed, again, tmp_path, content):
    settings = changed(settings, recovery="finetune", recovery_steps=3)
    point = _scored(evaluator, settings)[1].point
    kept = tmp_path / "kept.safetensors"
    kept.write_bytes(content)
    _refusal(again, point, settings, kept)


def test_the_points_of_a_trial_that_ran_out_of_time_outlive_a_longer_trial(evaluator, settings, changed, again):
    """Epoch 1 is not on the grid, but points were scored on it."""
    short, long = changed(settings, epochs=1), changed(settings, epochs=4)
    point = _scored(evaluator, short)[1].point
    _scored(evaluator, long)
    assert torch.is_tensor(next(again(point, short).parameters()))


def test_a_point_is_made_again_where_another_torch_or_machine_has_come(evaluator, settings, again, monkeypatch):
    """The store has its states under where they were made; what is trained here and now is another training."""
    points = [each.point for each in _scored(evaluator, settings)]
    monkeypatch.setattr("torch.__version__", "99.0.0")
    assert [point.weights for point in points] == [weights_hash(again(point, settings)) for point in points]
    assert "gone from" in _refusal(again, replace(points[1], device="cuda"), settings)
    for folder in evaluator.store.iterdir():
        key = json.loads((folder / "key.json").read_text())
        folder.rename(Entry(evaluator.store, key | {"device": "cuda"}).folder)
    assert points[1].weights == weights_hash(again(replace(points[1], device="cuda"), settings))


def test_a_point_of_early_records_is_looked_for_as_made_with_the_torch_that_is_here(evaluator, settings, again):
    point = replace(_scored(evaluator, settings)[1].point, torch="")
    assert point.weights == weights_hash(again(point, settings))
