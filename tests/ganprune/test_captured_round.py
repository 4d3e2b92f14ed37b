"""Steps told by tensors on the device are those told by the host; on a GPU, so are those of a CUDA graph."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as some

from ganprune import seeds
from ganprune.captured_round import CapturedRound, Round
from ganprune.config import ModelSettings, TrainSettings
from ganprune.hooks import TrainingHook
from ganprune.losses import Batch
from ganprune.masking import Masking
from ganprune.recover import Held
from ganprune.settings import Settings
from ganprune.train import Training

MODEL = ModelSettings(width=8, latent=8, side=16, channels=1)
PIXELS = torch.randint(256, (96, 1, 16, 16), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
FULL_SIZE = ModelSettings(width=64)
LANES = 8


class Eager(Training):
    """One kernel after the other, wherever it trains."""

    def _captured(self, pictures):
        return None


class ByTensors(Training):
    """As in a graph, without one."""

    def _captured(self, pictures):
        self._round = self._round or Round(self, pictures)
        return self._round


def _settings(**changes) -> TrainSettings:
    return TrainSettings(lr_g=1e-3, lr_d=1e-3, batch=16).model_copy(update=changes)


def _apart(one: Training, other: Training) -> float:
    """The largest difference of any number in their states."""
    there, here = one.tensors(), other.tensors()
    assert there.keys() == here.keys()
    return max((there[name].double() - here[name].double()).abs().max().item() for name in there)


@hypothesis(max_examples=30)
@given(d_steps=some.integers(1, 4), epoch_images=some.integers(16, 200), epochs=some.integers(1, 3))
def test_a_round_of_tensors_is_the_steps_it_stands_for(d_steps, epoch_images, epochs):
    settings = _settings(d_steps=d_steps, epoch_images=epoch_images)
    by_host, by_tensors = Training(MODEL, settings), ByTensors(MODEL, settings)
    for _ in range(epochs):
        expected, found = by_host.train_epoch(PIXELS), by_tensors.train_epoch(PIXELS)
        assert expected == pytest.approx(found, abs=1e-5)
    assert by_host.step == by_tensors.step
    assert _apart(by_host, by_tensors) < 1e-5


def test_more_rows_than_an_epoch_has_are_taken_in_turns():
    by_host, by_tensors = Training(MODEL, _settings()), ByTensors(MODEL, _settings())
    order = torch.arange(96).repeat(3).view(-1, 16)
    for training in (by_host, by_tensors):
        training.train_on(PIXELS, None, order, seeds.generator(0, "steps"))
    assert by_tensors.step == len(order)
    assert _apart(by_host, by_tensors) < 1e-5


@pytest.mark.parametrize("augment", ["none", "diffaugment"])
def test_a_training_goes_on_in_another_way_than_it_began(augment):
    """The random numbers of a round are those that single steps would have drawn, and the next ones follow."""
    settings = _settings(d_steps=3, augment=augment)
    straight, mixed = Training(MODEL, settings), ByTensors(MODEL, settings)
    random, again = (seeds.generator(0, "steps") for _ in range(2))
    rows = torch.arange(96).view(-1, 16)
    straight.train_on(PIXELS, None, torch.cat([rows[:4], rows[:3]]), random)
    mixed.train_on(PIXELS, None, rows[:4], again)
    mixed.train_on(PIXELS, None, rows[:3], again)
    assert torch.equal(random.get_state(), again.get_state())
    assert _apart(straight, mixed) < 1e-5


@pytest.fixture
def exact(monkeypatch):
    """Full float32 and the same kernels every time: else two eager runs differ as much."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", True)


def _five_steps(kind: type[Training], seed: int, hooks: dict[str, TrainingHook] | None = None, **changes) -> Training:
    settings = TrainSettings(seed=seed, lr_g=3e-4, lr_d=2e-4).model_copy(update=changes)
    training = kind(FULL_SIZE, settings, "cuda", hooks or {})
    random = seeds.generator(seed, "steps", device="cuda")
    pixels = torch.randint(256, (640, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)).cuda()
    training.train_on(pixels, None, training.order(len(pixels), random)[:5], random)
    torch.cuda.synchronize()
    return training


@pytest.mark.gpu
@pytest.mark.parametrize("changes", [{}, {"d_steps": 2}, {"loss": "hinge"}, {"augment": "diffaugment"}])
def test_a_captured_step_is_the_eager_one(exact, changes):
    eager, captured = (_five_steps(kind, 0, **changes) for kind in (Eager, Training))
    assert isinstance(captured._round, CapturedRound)
    assert _apart(eager, captured) < 1e-4


@pytest.mark.gpu
def test_a_captured_step_is_the_eager_one_beside_seven_others(exact):
    expected = [_five_steps(Eager, seed) for seed in range(LANES)]
    with ThreadPoolExecutor(LANES) as lanes:
        found = list(lanes.map(lambda seed: _five_steps(Training, seed), range(LANES)))
    assert max(map(_apart, expected, found)) < 1e-4
    assert _apart(expected[0], found[1]) > 1e-3


@pytest.mark.gpu
def test_masks_hold_in_a_captured_step():
    masks = {name: torch.rand_like(weight) > 0.5 for name, weight in _five_steps(Eager, 0).generator.named_parameters()}
    held = {"held": Held({"generator": {name: mask for name, mask in masks.items() if name.endswith("weight")}})}
    captured = _five_steps(Training, 0, held)
    weights = dict(captured.generator.named_parameters())
    assert isinstance(captured._round, CapturedRound)
    assert all(not weights[name][~mask].any() for name, mask in masks.items() if name.endswith("weight"))


@pytest.mark.gpu
def test_a_hook_that_asks_the_host_is_not_captured():
    seen = []

    class Asks(TrainingHook):
        def after_step(self, training: Training) -> None:
            seen.append(training.step)

    assert _five_steps(Training, 0, {"asks": Asks()})._round is None
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.gpu
def test_bf16_trains_another_network_that_is_near():
    full, half = (_five_steps(Training, 0, precision=precision) for precision in ("float32", "bf16"))
    assert 0 < _apart(full, half) < 0.1
    assert {torch.float32} == {weight.dtype for weight in half.generator.parameters()}


@pytest.mark.gpu
def test_masks_that_change_at_a_pause_are_those_of_the_captured_steps_after_it():
    """In place, with the gradients of the last step at hand, without another capture."""

    class Out(Masking):
        VERSION = 1
        pause = 2
        rounds = ()

        def captured_as(self) -> str:
            return "out"

        def at_pause(self, training: Training, batch: Batch) -> None:
            slopes = {name: training.generator.get_parameter(name).grad.abs() for name in self.masks["generator"]}
            self.hold(training, "generator", {name: slope > slope.median() for name, slope in slopes.items()})
            self.rounds += (training._round,)

    hook = Out(Settings(), spare_output=True)
    captured = _five_steps(Training, 0, {"out": hook})
    assert isinstance(captured._round, CapturedRound)
    assert (captured._round,) * 2 == hook.rounds
    for name, mask in hook.masks["generator"].items():
        assert 0.4 < mask.float().mean() < 0.6
        assert not captured.generator.get_parameter(name)[~mask].any()
        assert not captured.averaged.get_parameter(name)[~mask].any()
