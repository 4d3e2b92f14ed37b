import json
from hashlib import sha256

import numpy as np
import onnx
import onnxruntime
import pytest
import safetensors
import torch
from onnx import numpy_helper

from ganprune import seeds
from ganprune.channels import channel_groups, without_channels
from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.export import (
    COMPRESSED,
    DESCRIPTION,
    WEIGHTS,
    check_onnx,
    generator_files,
    load_generator,
)
from ganprune.masks import masked
from ganprune.metrics.cost import cost, stored_bytes
from ganprune.models import MODELS, build
from ganprune.models.gan import pictures, recalibrate
from ganprune.models.initialise import initialise
from ganprune.onnx_file import example_inputs, to_onnx
from ganprune.prunable import prunable
from tests.contracts.test_models import Labelled

MODEL = ModelSettings(width=8, latent=8, side=16, channels=1)
LATENTS = torch.randn(33, MODEL.latent, generator=seeds.generator(0, "latents"))
INPUTS = {"latents": LATENTS}


def trained(model: ModelSettings) -> torch.nn.Module:
    """A generator with batch-norm statistics that are not trivial."""
    random, gan = seeds.generator(1, "export"), build(model)
    gan.initialise(random)
    net = gan.generator.to(memory_format=torch.channels_last)
    recalibrate(net, gan.inputs(128, random))
    return net.eval()


@pytest.fixture(scope="module")
def pruned() -> torch.nn.Module:
    """Half of its weights are zero."""
    net = trained(MODEL)
    return masked(
        net, {f"{name}.weight": weight.abs() > weight.abs().median() for name, weight in prunable(net).items()}
    )


@pytest.fixture(scope="module")
def as_onnx(pruned) -> bytes:
    return to_onnx(pruned, MODEL)


@pytest.fixture
def folder(pruned, tmp_path):
    for name, content in generator_files(pruned, MODEL, 16, {"study": "toy"}).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_a_loaded_generator_draws_the_very_same_pictures(pruned, folder):
    assert torch.equal(load_generator(str(folder))(LATENTS), pictures(pruned, INPUTS))


def test_the_description_says_what_goes_in_and_what_comes_out(pruned, folder):
    about = json.loads((folder / DESCRIPTION).read_text())
    drawn = pictures(pruned, INPUTS)
    (taken,) = about["inputs"]
    assert taken == {"name": "latents", "shape": ["n", 8], "dtype": "float32", "values": "standard normal"}
    assert about["output"]["shape"] == ["n", *drawn.shape[1:]]
    assert about["output"]["range"][0] <= drawn.min() < drawn.max() <= about["output"]["range"][1]
    assert about["lineage"] == {"study": "toy"}


def test_the_weights_say_what_they_are_in_the_words_of_the_description(folder):
    with safetensors.safe_open(folder / WEIGHTS, "pt") as weights:
        assert weights.metadata() == {"format": "pt", "producer": "ganprune", "model": MODEL.name, "study": "toy"}
    assert json.loads((folder / DESCRIPTION).read_text())["weights"]["bytes"] == (folder / WEIGHTS).stat().st_size


def test_the_compressed_file_is_the_size_that_is_recorded_and_enough_to_draw(pruned, folder):
    size = (folder / COMPRESSED).stat().st_size
    recorded = cost(pruned, [LATENTS[:1]])
    assert recorded["bytes_compressed"] == size == json.loads((folder / DESCRIPTION).read_text())["compressed"]["bytes"]
    assert size < recorded["bytes"]
    (folder / WEIGHTS).unlink()
    assert torch.equal(load_generator(folder)(LATENTS), pictures(pruned, INPUTS))


def test_the_same_generator_gives_the_same_bytes(pruned, folder):
    again = generator_files(pruned, MODEL, 16, {"study": "toy"})
    assert all(content == (folder / name).read_bytes() for name, content in again.items())


def test_an_export_of_the_first_days_is_still_read(pruned, folder):
    """Neither layers in its description nor classes of its model, nothing but tensors in its weights."""
    weights, about = stored_bytes(pruned), json.loads((folder / DESCRIPTION).read_text())
    del about["layers"], about["weights"]["bytes"], about["inputs"], about["model"]["classes"]
    about["format"] = 1
    about["weights"]["sha256"] = sha256(weights).hexdigest()
    (folder / WEIGHTS).write_bytes(weights)
    (folder / DESCRIPTION).write_text(json.dumps(about))
    assert torch.equal(load_generator(folder)(LATENTS), pictures(pruned, INPUTS))


def test_a_smaller_generator_is_read_back_as_small_and_draws_the_same(pruned, tmp_path):
    """Also as ONNX."""
    inputs = (torch.zeros(2, MODEL.latent),)
    groups = channel_groups(pruned, inputs, list(prunable(pruned))[-1:])
    kept = {group.name: torch.arange(group.size) % 2 == 0 for group in groups}
    small = without_channels(pruned, inputs, groups, kept).eval()
    for name, content in generator_files(small, MODEL, 16, {}).items():
        (tmp_path / name).write_bytes(content)
    loaded = load_generator(tmp_path)
    assert repr(small) == repr(loaded) != repr(pruned)
    assert torch.equal(loaded(LATENTS), pictures(small, {"latents": LATENTS}))
    assert check_onnx(to_onnx(small, MODEL), small, MODEL).difference < 1e-5


def test_changed_weights_are_refused(pruned, folder):
    with torch.no_grad():
        other = build(MODEL).generator
    changed = generator_files(other, MODEL, 16, {})
    (folder / WEIGHTS).write_bytes(changed[WEIGHTS])
    with pytest.raises(UserError, match=f"{WEIGHTS} has changed"):
        load_generator(folder)
    (folder / WEIGHTS).unlink()
    (folder / COMPRESSED).write_bytes(changed[COMPRESSED])
    with pytest.raises(UserError, match=f"{COMPRESSED} has changed"):
        load_generator(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "model": {"name": "dcgan"}}', '{"format": 99}'])
def test_a_folder_that_holds_no_export_is_one_line(folder, content):
    (folder / DESCRIPTION).write_text(content)
    with pytest.raises(UserError) as error:
        load_generator(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("n", [1, 7, 33])
def test_onnx_draws_any_number_of_pictures_as_torch_does(pruned, as_onnx, n):
    session = onnxruntime.InferenceSession(as_onnx, providers=["CPUExecutionProvider"])
    (drawn,) = session.run(["pictures"], {"latents": LATENTS[:n].numpy()})
    np.testing.assert_allclose(drawn, pictures(pruned, {"latents": LATENTS[:n]}).numpy(), atol=1e-5)


def test_zero_weights_are_zero_in_onnx(pruned, as_onnx):
    stored = {each.name: numpy_helper.to_array(each) for each in onnx.load_from_string(as_onnx).graph.initializer}
    for name, weight in prunable(pruned).items():
        np.testing.assert_array_equal(stored[f"{name}.weight"] == 0, weight.detach().numpy() == 0)


def test_the_check_reports_difference_and_latency(pruned, as_onnx):
    checked = check_onnx(as_onnx, pruned, MODEL)
    assert 0 < checked.difference < 1e-5
    assert checked.torch_ms > 0
    assert checked.onnx_ms > 0


def test_onnx_of_another_generator_is_refused(as_onnx):
    other = initialise(build(MODEL).generator, seeds.generator(2, "other")).eval()
    with pytest.raises(UserError, match="draws other pictures"):
        check_onnx(as_onnx, other, MODEL)


@pytest.fixture(params=[*MODELS, "labelled"])
def shrunk(request, monkeypatch) -> tuple[torch.nn.Module, ModelSettings]:
    """A generator of each kind that lost channels, where it has any; one of them takes labels as well."""
    monkeypatch.setitem(MODELS, "labelled", Labelled)
    model = MODEL.model_copy(update={"name": request.param, "classes": 3})
    net, inputs = trained(model), example_inputs(model, 2).values()
    if request.param == "labelled":
        return net, model
    groups = channel_groups(net, inputs, build(model).outputs["generator"])
    return without_channels(net, inputs, groups, {each.name: torch.arange(each.size) % 3 > 0 for each in groups}), model


def test_every_kind_is_read_and_drawn_by_onnx_as_narrow_as_it_is(shrunk, tmp_path):
    net, model = shrunk
    for name, content in generator_files(net, model, 16, {}).items():
        (tmp_path / name).write_bytes(content)
    inputs, loaded = example_inputs(model, 7), load_generator(tmp_path)
    torch.testing.assert_close(pictures(loaded, inputs), pictures(net, inputs), atol=1e-5, rtol=0)
    assert repr(loaded) == repr(net)
    assert check_onnx(to_onnx(net, model), loaded, model).difference < 1e-5


def test_exporting_is_quiet(pruned, capfd):
    to_onnx(pruned, MODEL)
    assert capfd.readouterr() == ("", "")
