"""A network told as a list of layers is the same network again, whatever its layers are."""

import json

import pytest
import torch
from torch import nn

from ganprune.layers import layers

ANY = [
    nn.Linear(3, 8, bias=False),
    nn.Linear(8, 32),
    nn.Unflatten(1, (8, 2, 2)),
    nn.Upsample(scale_factor=2, mode="bilinear"),
    nn.Conv2d(8, 8, 3, padding=1, padding_mode="reflect", groups=2),
    nn.BatchNorm2d(8, eps=1e-3, affine=False),
    nn.LeakyReLU(0.2),
    nn.PixelShuffle(2),
    nn.GroupNorm(2, 2),
    nn.Tanh(),
]


def again(told: list[dict]) -> nn.Sequential:
    return nn.Sequential(*(getattr(nn, layer["type"])(**layer["arguments"]) for layer in told))


def test_layers_are_built_again_as_they_were_after_a_way_through_json():
    net = nn.Sequential(*ANY)
    built = again(json.loads(json.dumps(layers(net))))
    assert repr(net).replace("(8, 2, 2)", "[8, 2, 2]") == repr(built)


def test_they_have_the_names_of_their_weights_and_no_defaults():
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 3)), nn.ReLU())
    told = {"name": "0.0", "type": "Linear", "arguments": {"in_features": 2, "out_features": 3}}
    assert [told, {"name": "1", "type": "ReLU", "arguments": {}}] == layers(net)


@pytest.mark.parametrize("layer", [ANY[0], ANY[1]], ids=["without bias", "with bias"])
def test_a_bias_is_told_where_the_default_is_another(layer):
    assert {name for name, _ in again(layers(nn.Sequential(layer))).named_parameters()} == {
        f"0.{name}" for name, _ in layer.named_parameters()
    }


def test_what_is_told_draws():
    assert (2, 2, 8, 8) == again(layers(nn.Sequential(*ANY)))(torch.zeros(2, 3)).shape
