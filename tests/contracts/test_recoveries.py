"""Every member of the shelf of recoveries: the student moves within its masks, and nobody else does."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.masks import Masks, masked
from ganprune.methods import METHODS
from ganprune.models.gan import pictures, recalibrate
from ganprune.recover import recover
from ganprune.recovery import RECOVERIES
from ganprune.train import Training

STEPS = 6
PIXELS = torch.randint(256, (96, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
LABELS = torch.zeros(96, dtype=torch.long)
Recovered = Callable[..., tuple[nn.Module, int]]


@pytest.fixture(scope="module", params=["dcgan", "sngan"])
def training(request) -> Training:
    model = ModelSettings(name=request.param, width=3, latent=8, side=16, channels=1)
    training = Training(model, TrainSettings(batch=16, lr_g=2e-3, lr_d=2e-3))
    training.train_epoch(PIXELS)
    return training


@pytest.fixture(scope="module")
def teacher(training) -> nn.Module:
    return training.dense_generator()


@pytest.fixture(scope="module")
def masks(training, teacher) -> Masks:
    return METHODS["magnitude"].cut(teacher, training, PruneSettings(), "generator").masks(0.6)


@pytest.fixture
def recovered(training, teacher, masks) -> Recovered:
    """The student of a recovery, and how many pictures it took."""

    def run(name: str, steps: int = STEPS) -> tuple[nn.Module, int]:
        student = masked(teacher, masks)
        settings = PruneSettings(recovery=name, recovery_steps=steps)
        held = {"generator": masks}
        return student, recover(student, teacher, training, (PIXELS, LABELS), settings, held, steps)

    return run


@pytest.mark.parametrize("name", RECOVERIES)
def test_the_student_moves_and_what_is_masked_stays_zero(name, recovered, teacher, masks):
    student, _ = recovered(name)
    for parameter, mask in masks.items():
        now, before = student.get_parameter(parameter), teacher.get_parameter(parameter)
        assert not now[~mask].any()
        assert not torch.equal(now[mask], before[mask])


@pytest.mark.parametrize("name", RECOVERIES)
def test_teacher_and_training_are_left_as_they_were(name, recovered, teacher, training):
    """To the last statistic and step count: other points are recovered from them."""
    before = copy.deepcopy([teacher.state_dict(), training.tensors()])
    recovered(name)
    for then, now in zip(before, [teacher.state_dict(), training.tensors()], strict=True):
        assert all(torch.equal(then[key], tensor) for key, tensor in now.items())
    assert not any(layer._forward_hooks for layer in teacher.modules())


@pytest.mark.parametrize("name", RECOVERIES)
def test_it_gives_the_same_weights_every_time_and_leaves_the_global_random_state_alone(name, recovered):
    before = torch.get_rng_state()
    one, other = (recovered(name)[0].state_dict() for _ in range(2))
    assert all(torch.equal(tensor, other[key]) for key, tensor in one.items())
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("name", RECOVERIES)
def test_pictures_are_counted_and_no_step_changes_no_weight(name, recovered, teacher, masks):
    assert STEPS * 16 == recovered(name)[1]
    student, images = recovered(name, steps=0)
    assert 0 == images
    assert all(map(torch.equal, student.parameters(), masked(teacher, masks).parameters()))


def test_they_differ(recovered):
    firsts = [next(recovered(name)[0].parameters()) for name in RECOVERIES]
    assert not any(torch.equal(firsts[0], other) for other in firsts[1:])


def test_distilled_it_draws_what_the_teacher_draws_more_nearly_than_before_and_than_fine_tuned():
    """Beside a discriminator without an opinion, so that nothing else pulls."""
    model = ModelSettings(width=3, latent=8, side=16, channels=1)
    training = Training(model, TrainSettings(batch=16, lr_g=1e-2, lr_d=1e-12))
    with torch.no_grad():
        training.discriminator.layers[-1].weight.zero_()
        for net in (training.generator, training.averaged):
            net.layers[-2].weight.mul_(100)  # pictures that are not flat
    teacher = training.dense_generator()
    masks = METHODS["magnitude"].cut(teacher, training, PruneSettings()).masks(0.6)
    inputs = training.gan.inputs(64, torch.Generator().manual_seed(3))

    def away(recovery: str, steps: int) -> Tensor:
        student, settings = masked(teacher, masks), PruneSettings(recovery=recovery, recovery_rate=1.0)
        recover(student, teacher, training, (PIXELS, LABELS), settings, {"generator": masks}, steps)
        recalibrate(student, inputs)
        return l1_loss(pictures(student, inputs), pictures(teacher, inputs))

    distilled = away("distil", 60)
    assert distilled < 0.97 * away("distil", 0)
    assert distilled < 0.97 * away("finetune", 60)
