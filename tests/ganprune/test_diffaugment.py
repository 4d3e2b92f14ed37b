"""DiffAugment: what each change does to pictures, that gradients pass through all of them, and who sees them."""

import pytest
import torch
from torch import Tensor

from ganprune.config import TrainSettings
from ganprune.diffaugment import augment, colour, cutout, translation
from ganprune.train import Training

PICTURES = torch.rand(40, 3, 16, 16, generator=torch.Generator().manual_seed(1)) + 0.5  # nowhere nothing


def _random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_colour_moves_brightness_saturation_and_contrast_within_their_bounds():
    """As in the paper's code, picture by picture."""
    numbers = torch.rand(3, 40, generator=_random())
    for picture, found, (brighter, purer, starker) in zip(
        PICTURES, colour(PICTURES, _random()), numbers.T, strict=True
    ):
        picture = picture + brighter - 0.5
        grey = picture.mean(0)
        picture = (picture - grey) * (2 * purer) + grey
        expected = (picture - picture.mean()) * (starker + 0.5) + picture.mean()
        torch.testing.assert_close(found, expected)


def _shifted(picture: Tensor, down: int, right: int) -> Tensor:
    rolled = picture.roll((down, right), dims=(1, 2))
    rolled[:, : max(down, 0)] = 0
    rolled[:, 16 + min(down, 0) :] = 0
    rolled[:, :, : max(right, 0)] = 0
    rolled[:, :, 16 + min(right, 0) :] = 0
    return rolled


def test_translation_moves_each_picture_by_up_to_an_eighth_in_any_direction():
    ways = {(down, right) for down in range(-2, 3) for right in range(-2, 3)}
    seen = set()
    for picture, found in zip(PICTURES, translation(PICTURES, _random()), strict=True):
        (way,) = (way for way in ways if torch.equal(_shifted(picture, *way), found))
        seen.add(way)
    assert len(seen) > 10


def test_cutout_takes_a_square_of_half_the_side_wherever_it_lies():
    sizes = set()
    for picture, found in zip(PICTURES, cutout(PICTURES, _random()), strict=True):
        gone = (found == 0).all(dim=0)
        high, wide = gone.any(dim=1).sum().item(), gone.any(dim=0).sum().item()
        assert gone.sum() == high * wide
        assert torch.equal(found[:, ~gone], picture[:, ~gone])
        sizes |= {high, wide}
    assert {4, 8} <= sizes <= set(range(4, 9))


def test_gradients_pass_through_all_of_it():
    pictures = PICTURES[:2, :, :4, :4].double().requires_grad_()
    assert torch.autograd.gradcheck(lambda pictures: augment(pictures, _random(3)), pictures)
    changed = augment(pictures, _random(3))
    assert changed.any()
    assert not torch.equal(changed, pictures)


def test_it_draws_from_its_generator_alone():
    before = torch.get_rng_state()
    one, again, other = (augment(PICTURES, _random(seed)) for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("loss", ["non-saturating", "hinge"])
def test_the_discriminator_sees_no_picture_as_it_is_and_none_twice_alike(settings, evaluator, loss):
    training, drawn, seen = Training(settings.model, TrainSettings(loss=loss, augment="diffaugment")), [], []
    training.generator.register_forward_hook(lambda net, given, pictures: drawn.append(pictures))
    training.discriminator.register_forward_pre_hook(lambda net, given: seen.append(given[0]))
    batch = training.batch(*evaluator.training_set, None, torch.arange(32))
    training.train_step(batch, _random())
    real, fake, again = seen
    assert not torch.equal(real, batch.pictures)
    assert not any(torch.equal(*pair) for pair in ((fake, drawn[0]), (again, drawn[0]), (fake, again)))
    assert not any("discriminator.discriminator" in name for name in training.tensors())
