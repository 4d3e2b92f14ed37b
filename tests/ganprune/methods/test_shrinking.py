"""Masks that only shrink: which weights go, that they stay gone wherever they are kept, and what is too much."""

import pytest
import torch
from torch import Tensor

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import training_of
from ganprune.methods.shrinking import Shrinking, ShrinkingSettings, too_much, without_the_smallest
from ganprune.prunable import prunable
from ganprune.train import Training

PIXELS = torch.randint(256, (48, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def weights() -> dict[str, Tensor]:
    """The second layer's are smaller, but for one."""
    random = torch.Generator().manual_seed(0)
    small = torch.randn(40, generator=random).clamp(-2, 2) / 1000
    return {"large": torch.randn(10, 6, generator=random), "small": torch.cat([small[1:], torch.tensor([9.0])])}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_smallest_of_all_or_of_each_layer_go(weights, share):
    everywhere, each = (without_the_smallest(weights, share, scope) for scope in ("global", "layer"))
    gone = torch.cat([weights[name][~mask].abs().flatten() for name, mask in everywhere.items()])
    left = torch.cat([weights[name][mask].abs().flatten() for name, mask in everywhere.items()])
    assert gone.max() < left.min()
    assert len(gone) == pytest.approx(share * 100, abs=1)
    for name, mask in each.items():
        assert (~mask).sum() == pytest.approx(share * mask.numel(), abs=1)
        assert weights[name][~mask].abs().max() < weights[name][mask].abs().min()


@pytest.mark.parametrize("scope", ["global", "layer"])
def test_what_is_out_stays_out_when_more_go_and_no_layer_is_emptied(weights, scope):
    before = without_the_smallest(weights, 0.3, scope)
    left = {name: weight.masked_fill(~before[name], 0) for name, weight in weights.items()}
    for share in (0.3, 0.31, 0.6, 0.999):
        after = without_the_smallest(left, share, scope)
        assert not any((mask & ~before[name]).any() for name, mask in after.items())
        assert all(mask.any() for mask in after.values())
    weights["small"] /= 1e6
    assert all(mask.any() for mask in without_the_smallest(weights, 0.9, scope).values())


@pytest.mark.parametrize("model", ["dcgan", "sngan"])
def test_it_is_zero_in_weights_averaged_weights_and_moments_and_only_there(model):
    hook = Shrinking(ShrinkingSettings(), spare_output=True)
    settings = TrainSettings(batch=8, lr_g=1e-2, lr_d=1e-2)
    training = Training(
        ModelSettings(name=model, width=2, latent=4, side=16, channels=1), settings, hooks={"shrinking": hook}
    )
    training.train_epoch(PIXELS)
    hook.shrink(training, 0.7)
    for _ in range(2):
        for name, mask in hook.masks["generator"].items():
            weight = training.generator.get_parameter(name)
            kept = [weight, training.averaged.get_parameter(name), *training.optimisers["g"].moments(weight)]
            assert not any(each[~mask].any() for each in kept)
            assert all(each[mask].any() for each in kept)
        training.train_epoch(PIXELS)
    assert all(weight.all() for weight in prunable(training.discriminator).values())


@pytest.mark.parametrize("spare", [True, False])
def test_what_leaves_less_than_a_weight_to_each_layer_is_refused(spare):
    settings = TrialSettings(model=ModelSettings(width=4, side=16), prune=PruneSettings(spare_output=spare))
    net = training_of(settings).generator
    *hidden, output = (weight.numel() for weight in prunable(net).values())
    layers, weights = (2, sum(hidden)) if spare else (3, sum(hidden) + output)
    assert too_much(settings, 1 - layers / weights) is None
    told = too_much(settings, 1 - (layers - 1) / weights)
    assert f"of {weights:,} weights it leaves {layers - 1} to {layers} layers" in told
