"""The Python on a card draws with every kind of generator where no ganprune is."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from ganprune.channels import channel_groups, without_channels
from ganprune.config import ModelSettings
from ganprune.export import DESCRIPTION, ONNX, generator_files
from ganprune.layers import layers
from ganprune.models import MODELS, Gan, build
from ganprune.models.gan import pictures
from ganprune.onnx_file import example_inputs, to_onnx
from study.report.usage import usage
from tests.contracts.test_models import Labelled
from tests.study.bare import run_bare, snippets

MODEL = ModelSettings(width=8, latent=8, side=16, channels=1)


def dcgan(model: ModelSettings) -> tuple[ModelSettings, nn.Module]:
    return model, began(build(model))


def narrow_sngan(model: ModelSettings) -> tuple[ModelSettings, nn.Module]:
    """It lost a third of its channels, through its skips."""
    model = model.model_copy(update={"name": "sngan"})
    net, inputs = began(build(model)), example_inputs(model, 2).values()
    groups = channel_groups(net, inputs, {"to_picture"})
    return model, without_channels(net, inputs, groups, {each.name: torch.arange(each.size) % 3 > 0 for each in groups})


def labelled(model: ModelSettings) -> tuple[ModelSettings, nn.Module]:
    model = model.model_copy(update={"name": "labelled", "classes": 3})
    return model, began(build(model))


def began(gan: Gan) -> nn.Module:
    gan.initialise(torch.Generator().manual_seed(0))
    return gan.generator.eval()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [dcgan, narrow_sngan, labelled])
def test_without_ganprune_the_card_draws_the_same_pictures(kind, tmp_path, monkeypatch):
    monkeypatch.setitem(MODELS, "labelled", Labelled)
    model, net = kind(MODEL)
    for name, content in (generator_files(net, model, 16, {}) | {ONNX: to_onnx(net, model)}).items():
        (tmp_path / name).write_bytes(content)
    told = json.loads((tmp_path / DESCRIPTION).read_text())["layers"]
    with_torch, with_onnx = snippets(usage(model, 16, told, with_onnx=True))
    inputs = example_inputs(model, 2)
    given = {name: f"torch.tensor({tensor.tolist()})" for name, tensor in inputs.items()}
    named = ", ".join(f"{name}={tensor}" for name, tensor in given.items())
    again = f"draw({named})" if "def draw" in with_torch else f"net({', '.join(given.values())}).detach()"
    shape, drawn = run_bare(
        f"{with_torch}print(pictures.shape == (16, 1, 16, 16), {again}.tolist())", tmp_path, "torch", "safetensors"
    ).split(maxsplit=1)
    assert shape == "True"
    np.testing.assert_allclose(json.loads(drawn), pictures(net, inputs).numpy(), atol=1e-6)
    assert "(16, 1, 16, 16)" in run_bare(with_onnx + "print(pictures.shape)", tmp_path, "numpy", "onnxruntime")


def test_a_chain_needs_no_steps_and_a_network_with_skips_does():
    assert "nn.Sequential()" in usage(MODEL, 16, layers(dcgan(MODEL)[1]), with_onnx=False)
    assert "def told" in usage(MODEL, 16, layers(narrow_sngan(MODEL)[1]), with_onnx=False)


def test_what_no_list_can_tell_is_left_to_ganprune():
    text = usage(MODEL, 16, None, with_onnx=True)
    assert "load_generator` builds it and checks" in text
    assert len(snippets(text)) == 1
