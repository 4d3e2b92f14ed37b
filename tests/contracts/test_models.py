"""Every architecture on the shelf: shapes, initialisation, and nothing drawn from the global random state."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings, TrainSettings
from ganprune.models import MODELS, OWN_LOSSES, Gan, build
from ganprune.prunable import prunable
from ganprune.train import Training

SMALL = {"width": 4, "latent": 10, "side": 16}


class Labelled(Gan):
    """The least convenient kind: labels, embeddings, biases, instance norm, a bare parameter."""

    conditional = True

    def __init__(self, settings: ModelSettings):
        super().__init__(settings, Painter(settings), Judge(settings), {"generator": {"last"}, "discriminator": set()})


class Painter(nn.Module):
    def __init__(self, settings: ModelSettings):
        super().__init__()
        self.channels, self.side, pixels = settings.channels, settings.side, settings.channels * settings.side**2
        self.class_of = nn.Embedding(settings.classes, settings.latent)
        self.mix = nn.Bilinear(settings.latent, settings.latent, 8)  # a kind that nobody here knows
        self.last = nn.Linear(8, pixels)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        drawn = self.last(self.mix(latents, self.class_of(labels)))
        return torch.tanh(drawn).view(-1, self.channels, self.side, self.side)


class Judge(nn.Module):
    def __init__(self, settings: ModelSettings):
        super().__init__()
        self.norm = nn.InstanceNorm2d(settings.channels, affine=True)
        self.class_of = nn.Embedding(settings.classes, settings.channels)

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        return (self.norm(pictures).amax(dim=(2, 3)) * self.class_of(labels)).sum(dim=1)


@pytest.fixture(params=[*MODELS, "labelled"])
def name(request, monkeypatch) -> str:
    monkeypatch.setitem(MODELS, "labelled", Labelled)
    return request.param


def _gan(name: str, seed: int = 0, **settings) -> Gan:
    gan = build(ModelSettings(name=name, classes=3, **(SMALL | settings)))
    gan.initialise(torch.Generator().manual_seed(seed))
    return gan


def _inputs(gan: Gan, n: int) -> list[Tensor]:
    return list(gan.inputs(n, torch.Generator().manual_seed(1)).values())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [16, 32, 64])
def test_inputs_become_pictures_and_pictures_logits(name, side, channels):
    gan = _gan(name, side=side, channels=channels)
    inputs = gan.inputs(4, torch.Generator().manual_seed(1))
    pictures = gan.generator(*inputs.values())
    assert gan.conditional == ("labels" in inputs)
    assert gan.translates == ("source" in inputs)
    assert (4, channels, side, side) == pictures.shape
    assert pictures.abs().max() <= 1
    n, *patches = gan.discriminator(pictures, *gan.beside(inputs)).shape
    assert n == 4
    assert not patches or patches[0] == 1


def test_every_tensor_is_initialised_from_the_generator_that_is_passed_in(name):
    """Two pairs built at different times are the same after it; of another seed every weight is another."""
    one, same, other = _gan(name, seed=3), _gan(name, seed=3), _gan(name, seed=4)
    for net in one.nets:
        first, second, third = (gan.nets[net].state_dict() for gan in (one, same, other))
        assert all(map(torch.equal, first.values(), second.values()))
        assert all(tensor.isfinite().all() for tensor in first.values())
        drawn = prunable(one.nets[net])
        unlike = prunable(other.nets[net])
        assert not any(torch.equal(drawn[layer], unlike[layer]) for layer in drawn)
        assert first.keys() == third.keys()


def test_building_initialising_and_drawing_leave_the_global_random_state_alone(name):
    before = torch.get_rng_state()
    gan = _gan(name)
    _inputs(gan, 4)
    assert torch.equal(before, torch.get_rng_state())


def test_without_its_output_layers_it_draws_no_picture(name):
    """Those that pruning spares: their channels are the picture's."""
    gan = _gan(name, channels=3)
    assert gan.outputs["generator"] <= prunable(gan.generator).keys()
    with torch.no_grad():
        for layer in gan.outputs["generator"]:
            gan.generator.get_submodule(layer).weight.zero_()
    assert not gan.generator(*_inputs(gan, 2)).any()


def test_labels_are_drawn_of_all_classes_or_taken_as_given(name):
    gan = _gan(name)
    if gan.conditional:
        random = torch.Generator().manual_seed(0)
        assert {0, 1, 2} == set(gan.inputs(100, random)["labels"].tolist())
        assert [2, 2] == gan.inputs(2, random, torch.tensor([2, 2]))["labels"].tolist()


def test_it_trains_stores_and_goes_on(name):
    """Bit for bit, with statistics, singular vectors and both optimisers."""
    model = ModelSettings(name=name, classes=3, channels=1, **SMALL)
    train = TrainSettings(batch=8, loss=OWN_LOSSES.get(name, "hinge"), d_steps=2, lr_g=1e-3)
    pixels = torch.randint(256, (48, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(48) % 3
    source = pixels.flip(3) if build(model).translates else None
    straight, resumed = Training(model, train), Training(model, train)
    straight.train_epoch(pixels, labels, source)
    resumed.restore({key: tensor.clone() for key, tensor in straight.tensors().items()})
    assert straight.train_epoch(pixels, labels, source) == resumed.train_epoch(pixels, labels, source)
    first, second = straight.tensors(), resumed.tensors()
    assert all(torch.equal(first[key], second[key]) for key in first)
    before = Training(model, train).tensors()
    assert not any(torch.equal(before[key], first[key]) for key in before if key.endswith("weight"))
