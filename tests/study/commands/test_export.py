"""An exported point is the generator that was scored, told whole, or one line says why not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from ganprune.config import TrialSettings
from ganprune.data import load
from ganprune.errors import UserError
from ganprune.export import load_generator
from ganprune.methods import METHODS
from ganprune.metrics.cost import sparsity
from ganprune.models import build
from ganprune.models.gan import pictures
from ganprune.onnx_file import example_inputs
from ganprune.point import Scored
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash
from study.analysis.findings import findings
from study.analysis.pick import pick
from study.commands.export import export_point
from study.commands.prepare import header
from study.records.journal import Records, read
from study.records.paths import Out
from study.records.study import StudyLog
from study.report.point_files import point_files
from study.search.evaluators import make_evaluator
from study.search.feature_network import feature_net
from study.settings.arguments import Asked, asked
from study.settings.machine import Machine
from study.settings.plan import make_plan
from tests.study.bare import run_bare, snippets

FILES = {"generator.safetensors", "generator.safetensors.zz", "generator.json", "generator.onnx"}
FILES |= {"README.md", "samples.png"}
MACHINE = Machine("a processor", 1, ())
RUN_ID = "0123456789abcdef"


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Asked:
    """A study of three short trials on digits: as pruned, recovered, and smaller."""
    given = asked({"DATASET": "digits", "SPACE": "digits-cpu", "NAME": "small", "OUT": tmp_path_factory.mktemp("out")})
    out, plan = Out(given.out), make_plan(given, None, MACHINE)
    paths, images = out.study("small"), load("digits", given.data_dir, 16)
    net = feature_net(images, out.store, print)
    evaluator = make_evaluator(images, net, plan, out.store)
    records = Records(paths.records)
    records.study(**header(plan, images, net, MACHINE))
    trained = {"epochs": 8, "lr_g": 2e-3, "lr_ratio": 2}
    for number, pruned in enumerate(({}, {"recovery": "finetune", "recovery_steps": 2}, {"method": "channels"})):
        settings = plan.space.settings(trained | {"recovery_steps": 0}, 1, 0)
        run_small(number, settings, pruned, evaluator, records, paths)
    records.runs({0: RUN_ID})
    return given


def run_small(number: int, settings: TrialSettings, pruned: dict, evaluator, records: Records, paths) -> None:
    """A short training, one target; whatever comes of it may stand on the front."""
    own = METHODS[pruned.get("method", settings.prune.method)].Settings().model_dump()
    prune = settings.prune.model_copy(update={"targets": (0.0, 0.9), "own": own, **pruned})
    settings = settings.model_copy(update={"prune": prune})
    records.asked(number, settings, {})
    for event in run_trial(number, settings, evaluator):
        if isinstance(event, Scored):
            records.point(replace(event.point, eligible=True))
            if event.weights:
                kept = paths.kept(event.point.id)
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(event.weights)
    records.ended(number, "completed", 1.0, 1)


@pytest.fixture(scope="module")
def log(given) -> StudyLog:
    return read(Out(given.out).study("small").records)


def exported(given: Asked, point_id: str | None) -> tuple[Path, list[str]]:
    said: list[str] = []
    return export_point(given.model_copy(update={"point": point_id}), said.append), said


@pytest.fixture(scope="module")
def folder(given, log) -> Path:
    return exported(given, log.trials[0].own.id)[0]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_is_exported_is_the_generator_that_was_scored(given, log, number):
    point = log.trials[number].own
    folder, _ = exported(given, point.id)
    net = load_generator(folder)
    assert weights_hash(net) == point.weights
    dense = build(log.trials[number].settings.model).generator
    assert sparsity(net, dense).prunable == point.sparsity
    assert sum(parameter.numel() for parameter in net.parameters()) == point.scores["params"]
    assert (folder / "generator.safetensors.zz").stat().st_size == point.scores["bytes_compressed"]
    assert folder == given.out.resolve() / "small" / "export" / point.id


def test_every_promised_file_is_there_and_nothing_else(folder):
    assert {file.name for file in folder.iterdir()} == FILES
    assert [file.name for file in folder.parent.iterdir() if file.name.startswith(".")] == []
    with Image.open(folder / "samples.png") as image:
        assert min(image.size) >= 8 * 16


def test_without_onnx_all_other_files_are_the_same_and_the_card_does_not_speak_of_it(given, log, folder):
    paths = Out(given.out).study("small")
    files = point_files(log.trials[0].own, findings(log), paths, with_onnx=False)
    assert files.keys() == FILES - {"generator.onnx"}
    card = files.pop("README.md").decode()
    assert all(content == (folder / name).read_bytes() for name, content in files.items())
    assert "onnx" not in card.lower()


@pytest.mark.parametrize("number", [0, 2])
def test_torch_and_onnx_draw_the_same_from_the_exported_files(given, log, number):
    folder, inputs = exported(given, log.trials[number].own.id)[0], example_inputs(log.trials[number].settings.model, 5)
    session = onnxruntime.InferenceSession(str(folder / "generator.onnx"), providers=["CPUExecutionProvider"])
    (drawn,) = session.run(["pictures"], {"latents": inputs["latents"].numpy()})
    np.testing.assert_allclose(drawn, pictures(load_generator(folder), inputs).numpy(), atol=1e-5)


def test_the_card_tells_where_it_comes_from(folder, log):
    text = (folder / "README.md").read_text()
    for fact in (RUN_ID, log.header["data"]["fingerprint"], log.trials[0].own.id, log.trials[0].own.weights):
        assert fact in text
    assert "Largest difference from torch" in text
    assert "one picture, one thread" in text


@pytest.fixture(scope="module")
def code(folder) -> list[str]:
    return snippets((folder / "README.md").read_text())


def test_with_torch_and_safetensors_alone_the_card_draws_the_same_pictures(folder, code):
    latents = torch.ones(2, json.loads((folder / "generator.json").read_text())["model"]["latent"])
    show = f"print(pictures.shape == (16, 1, 16, 16), net(torch.ones{tuple(latents.shape)}).tolist())"
    shape, drawn = run_bare(code[0] + show, folder, "torch", "safetensors").split(maxsplit=1)
    assert shape == "True"
    expected = pictures(load_generator(folder), {"latents": latents})
    torch.testing.assert_close(torch.tensor(json.loads(drawn)), expected, atol=1e-6, rtol=0)


def test_with_onnxruntime_alone_the_card_draws(folder, code):
    show = "print(pictures.shape, pictures.min() >= -1, pictures.max() <= 1)"
    assert run_bare(code[1] + show, folder, "numpy", "onnxruntime").split("\n")[0] == "(16, 1, 16, 16) True True"


def test_every_file_is_told_with_its_true_size(folder):
    text = (folder / "README.md").read_text()
    for name in FILES - {"README.md"}:
        (line,) = (line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert int(line.strip("| ").split("|")[-1].replace(",", "")) == (folder / name).stat().st_size


def test_without_a_point_the_answer_of_the_study_is_taken_and_said(given, log):
    folder, said = exported(given, None)
    assert findings(log).answer.id == folder.name
    assert folder.name in said[0]
    assert ", the " in said[0]


def test_within_limits_the_point_that_make_pick_tells_is_taken_and_said(given, log):
    limits = asked({"OUT": given.out, "NAME": "small", "MIN_SPARSITY": "0.1"})
    said: list[str] = []
    folder = export_point(limits, said.append)
    assert pick(findings(log), limits.limits).point.id == folder.name
    assert "the smallest of the front that keeps MIN_SPARSITY=0.1." in said[0]


def test_exporting_again_replaces_the_folder(given, folder):
    (folder / "stray.txt").write_text("old")
    exported(given, folder.name)
    assert {file.name for file in folder.iterdir()} == FILES


def test_a_point_of_another_study_is_one_line_that_names_some(given, log):
    with pytest.raises(UserError, match=r"POINT=nonsense.*points\.csv") as error:
        exported(given, "nonsense")
    assert any(point.id in str(error.value) for point in log.points)
    assert "\n" not in str(error.value)


def test_a_study_that_is_not_there_is_one_line(given):
    with pytest.raises(UserError, match="NAME=other"):
        exported(given.model_copy(update={"name": "other"}), None)


def test_a_study_without_a_front_says_so(given, log, tmp_path):
    records = Records(Out(tmp_path).study("small").records)
    records.study(**{key: value for key, value in log.header.items() if key not in ("kind", "time", "schema")})
    with pytest.raises(UserError, match="no front"):
        exported(given.model_copy(update={"out": tmp_path}), None)


def test_an_emptied_store_is_one_line(given, log, tmp_path):
    records = tmp_path / "small" / "records" / "study.jsonl"
    records.parent.mkdir(parents=True)
    records.write_bytes(Out(given.out).study("small").records.read_bytes())
    with pytest.raises(UserError, match="gone"):
        exported(given.model_copy(update={"out": tmp_path}), log.trials[0].own.id)
