"""Training: any prefix of a run is the run that stops there, and a few lines of plain PyTorch give the same."""

import copy

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from ganprune import seeds
from ganprune.averaging import SHARE
from ganprune.config import TrainSettings
from ganprune.identity import TRAINING_VERSION
from ganprune.losses import Batch
from ganprune.models import build
from ganprune.models.gan import recalibrate
from ganprune.models.initialise import initialise
from ganprune.train import DivergedError, Training
from tests.tolerances import ACROSS_PROCESSORS

SETTINGS = TrainSettings(lr_g=1e-3, lr_d=1e-3, batch=32)


@pytest.fixture
def pixels(evaluator) -> torch.Tensor:
    return evaluator.pixels


@pytest.fixture
def start(settings):
    """A new training of the toy, with some of its settings changed."""

    def new(**values) -> Training:
        return Training(settings.model, SETTINGS.model_copy(update=values))

    return new


def _same(one: Training, other: Training) -> bool:
    first, second = one.tensors(), other.tensors()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_training_goes_on_from_its_state_as_if_it_had_never_stopped(start, pixels):
    """Bit for bit: weights, averaged weights, statistics and both optimisers."""
    straight, stopped, resumed = (start(batch=8) for _ in range(3))
    for _ in range(3):
        straight.train_epoch(pixels)
    stopped.train_epoch(pixels)
    resumed.restore({name: tensor.clone().contiguous() for name, tensor in stopped.tensors().items()})
    losses = [resumed.train_epoch(pixels) for _ in range(2)]
    assert (3, 75) == (resumed.epoch, resumed.step)
    assert losses[0] != losses[1]
    assert _same(straight, resumed)
    assert not torch.equal(*(resumed.tensors()[f"{net}.layers.0.weight"] for net in ("generator", "averaged")))


def test_the_number_of_epochs_to_come_changes_nothing(start, pixels):
    short, long = start(epochs=1), start(epochs=100)
    assert short.train_epoch(pixels) == long.train_epoch(pixels)
    assert _same(short, long)


def test_pictures_that_are_fetched_train_the_same_as_those_that_are_there(start, pixels, monkeypatch):
    there, elsewhere = start(), start()
    losses = [there.train_epoch(pixels) for _ in range(2)]
    monkeypatch.setattr("ganprune.train.is_there", lambda pictures, device: False)
    monkeypatch.setattr("ganprune.data.streaming.STEPS", 2)
    assert losses == [elsewhere.train_epoch(pixels) for _ in range(2)]
    assert _same(there, elsewhere)


@pytest.mark.gpu
def test_a_gpu_trains_on_pictures_in_the_cpus_memory(settings, pixels):
    there, elsewhere = (Training(settings.model, SETTINGS, "cuda") for _ in range(2))
    for _ in range(2):
        expected, found = there.train_epoch(pixels.cuda()), elsewhere.train_epoch(pixels)
        assert expected == pytest.approx(found, rel=1e-2)


def test_the_same_seed_trains_the_same_weights_and_another_seed_others(start, pixels):
    one, same, other = start(seed=1), start(seed=1), start(seed=2)
    assert one.train_epoch(pixels) == same.train_epoch(pixels) != other.train_epoch(pixels)
    assert _same(one, same)


def test_training_draws_nothing_from_the_global_random_state(start, pixels):
    before = torch.get_rng_state()
    training = start()
    training.train_epoch(pixels)
    training.dense_generator()
    assert torch.equal(before, torch.get_rng_state())


def test_an_independent_loop_in_plain_pytorch_has_the_same_losses(start, pixels, settings):
    """The DCGAN tutorial's loop: one net at a time, cross-entropy against labels, Adam that is not fused."""
    training = start()
    random = seeds.generator(SETTINGS.seed, "initial weights")
    gan = build(settings.model)
    generator, discriminator = initialise(gan.generator, random), initialise(gan.discriminator, random)
    adam_g = torch.optim.Adam(generator.parameters(), 1e-3, (0.5, 0.999), foreach=False)
    adam_d = torch.optim.Adam(discriminator.parameters(), 1e-3, (0.5, 0.999), foreach=False)
    real_label, fake_label = torch.ones(32), torch.zeros(32)
    for seed in range(4):
        random, again = (torch.Generator().manual_seed(seed) for _ in range(2))
        real = pixels[seed * 32 : (seed + 1) * 32].float() / 127.5 - 1
        losses = training.train_step(Batch(real), random)

        fake = generator(torch.randn(32, settings.model.latent, generator=again))
        discriminator.zero_grad()
        expected_d = binary_cross_entropy_with_logits(discriminator(real), real_label)
        expected_d += binary_cross_entropy_with_logits(discriminator(fake.detach()), fake_label)
        expected_d.backward()
        adam_d.step()
        generator.zero_grad()
        expected_g = binary_cross_entropy_with_logits(discriminator(fake), real_label)
        expected_g.backward()
        adam_g.step()
        assert expected_d.item() == pytest.approx(losses["d"].item(), rel=1e-4)
        assert expected_g.item() == pytest.approx(losses["g"].item(), rel=1e-4)


def test_averaged_weights_follow_their_formula(start, pixels):
    """a += (w - a) · min(1, 1 / (share · step)): about the last 3 % of the steps so far."""
    training = start(batch=8)
    name = next(name for name, _ in training.generator.named_parameters())
    averaged = training.generator.state_dict()[name].double().numpy().copy()
    random = torch.Generator().manual_seed(0)
    for step, chosen in enumerate([*training.order(len(pixels), random)] * 3, 1):
        training.train_step(training.batch(pixels, None, None, chosen), random)
        live = training.generator.state_dict()[name].double().numpy()
        averaged += (live - averaged) * min(1.0, 1 / (0.03 * step))
    np.testing.assert_allclose(training.averaged.state_dict()[name], averaged, atol=1e-6)
    assert step > 1 / SHARE
    assert not torch.equal(training.averaged.state_dict()[name], training.generator.state_dict()[name])


def test_the_dense_generator_is_the_averaged_one_recalibrated(start, pixels):
    training = start()
    training.train_epoch(pixels)
    expected = copy.deepcopy(training.averaged)
    recalibrate(expected, training.recalibration_inputs())
    dense = training.dense_generator()
    assert not dense.training
    assert all(map(torch.equal, expected.state_dict().values(), dense.state_dict().values()))


def test_the_raw_generator_is_as_training_left_it_and_a_copy(start, pixels):
    training = start()
    training.train_epoch(pixels)
    raw = training.dense_generator(averaged=False)
    assert all(map(torch.equal, training.generator.state_dict().values(), raw.state_dict().values()))
    before = copy.deepcopy(training.tensors())
    with torch.no_grad():
        next(raw.parameters()).zero_()
    assert all(torch.equal(before[name], tensor) for name, tensor in training.tensors().items())


def _shown(training: Training, pixels: torch.Tensor) -> list[bytes]:
    """The pictures of an epoch; the toy's are all different."""
    order = training.order(len(pixels), torch.Generator().manual_seed(0))
    batches = [training.batch(pixels, None, None, chosen) for chosen in order]
    assert {training.settings.batch} == {len(batch.pictures) for batch in batches}
    assert all(batch.pictures.abs().max() <= 1 for batch in batches)
    shown = ((torch.cat([batch.pictures for batch in batches]) + 1) * 127.5).round().to(torch.uint8)
    return [picture.contiguous().numpy().tobytes() for picture in shown]


def test_an_epoch_shows_every_picture_once_but_for_the_incomplete_batch(start, pixels):
    shown = _shown(start(), pixels)
    assert 192 == len(shown) == len(set(shown))
    assert set(shown) <= {picture.numpy().tobytes() for picture in pixels}


def test_pictures_come_in_another_order_every_epoch(start, pixels):
    training = start()
    random = torch.Generator().manual_seed(0)
    one, other = (training.order(len(pixels), random) for _ in range(2))
    assert not torch.equal(one, other)


@pytest.mark.parametrize(("asked", "shown"), [(64, 64), (100, 96), (500, 480)])
def test_an_epoch_shows_as_many_pictures_as_asked_in_whole_batches(start, pixels, asked, shown):
    assert shown == len(_shown(start(epoch_images=asked), pixels))
    assert shown == start(epoch_images=asked).train_epoch(pixels)[2]


def test_a_long_epoch_shows_all_pictures_before_any_comes_again(start, pixels):
    shown = _shown(start(epoch_images=608), pixels)
    assert {3} == {shown[:600].count(picture) for picture in set(shown[:600])}
    assert 200 == len(set(shown[200:400]))


def test_pictures_that_do_not_fill_a_batch_are_shown_in_one_some_twice(start, pixels):
    shown = _shown(start(batch=64), pixels[:52])
    assert (64, 52) == (len(shown), len(set(shown)))


def test_a_share_of_the_pictures_is_a_training_on_these_pictures_alone(start, pixels):
    """The first ones, which hold each class in its share, as any prefix does; an epoch is as much shorter."""
    part, alone = start(batch=8, data_share=0.3), start(batch=8)
    assert part.train_epoch(pixels) == alone.train_epoch(pixels[:60])
    assert _same(part, alone)
    shown = _shown(start(batch=8, data_share=0.3, epoch_images=120), pixels)
    assert {2} == {shown.count(picture.numpy().tobytes()) for picture in pixels[:60]}


def test_a_loss_that_is_not_finite_is_divergence(start, pixels):
    with pytest.raises(DivergedError, match="not finite after epoch 1"):
        start(lr_d=1e30).train_epoch(pixels)


def test_training_is_what_it_was_when_its_version_was_given(start, pixels):
    """Fails when the same settings train another network: raise TRAINING_VERSION, and take the new figures.

    Another order of summation (oneDNN off, more threads) moved them by less than 1e-7; beta1 = 0.45 by 5e-3.
    """
    training = start(batch=10)
    losses = [training.train_epoch(pixels)[:2] for _ in range(2)]
    sizes = [_size(net) for net in (training.generator, training.discriminator, training.averaged)]
    assert 1 == TRAINING_VERSION
    assert [(0.7040526, 1.3780515), (0.7049310, 1.3944404)] == [
        pytest.approx(pair, rel=ACROSS_PROCESSORS) for pair in losses
    ]
    assert [95.735826, 58.378967, 95.673244] == pytest.approx(sizes, rel=ACROSS_PROCESSORS)


def _size(net: torch.nn.Module) -> float:
    return sum(parameter.detach().double().abs().sum().item() for parameter in net.parameters())
