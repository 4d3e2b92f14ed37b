"""A network told as a list of layers is the same network again, whatever its layers are; others are told by steps."""

import json

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

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


class Skip(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift, self.linear = nn.Parameter(torch.zeros(3)), nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.linear(x) + x, self.shift.expand_as(x)[:, 1:]], dim=1).view(-1, 5)


def test_skips_functions_and_bare_parameters_are_told_by_steps():
    linear, plus, expand, part, cat, view = json.loads(json.dumps(layers(Skip())))
    built = {"name": "linear", "type": "Linear", "arguments": {"in_features": 3, "out_features": 3}}
    assert linear == built | {"takes": [{"of": "x"}], "options": {}, "gives": "linear"}
    assert plus == {"function": "operator.add", "takes": [{"of": "linear"}, {"of": "x"}], "options": {}, "gives": "add"}
    assert expand["takes"] == [{"of": "shift"}, {"of": "x"}]
    assert part["takes"][1] == [{"slice": [None, None, None]}, {"slice": [1, None, None]}]
    assert cat["function"] == "torch.cat"
    assert (cat["takes"], cat["options"]) == ([[{"of": "add"}, {"of": part["gives"]}]], {"dim": 1})
    assert (view["function"], view["takes"]) == ("torch.Tensor.view", [{"of": "cat"}, -1, 5])


class Chooser(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


class Caster(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.to(torch.float32)


class Idle(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        answer = x + 1
        answer + 1
        return answer


NEVER = [Chooser(), Caster(), Idle(), nn.Sequential(spectral_norm(nn.Linear(2, 2)))]


@pytest.mark.parametrize("net", NEVER, ids=["decides", "no JSON", "ends before its end", "parametrised"])
def test_what_no_list_can_tell_is_not_told(net):
    assert layers(net) is None
