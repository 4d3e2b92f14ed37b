"""Progressive: a teacher from the store or trained first, a student that looks where it does, and a small network."""

from dataclasses import replace

import pytest
import torch

from ganprune.channels import channel_masks
from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.confirm import confirm
from ganprune.confirm_evaluator import yardstick
from ganprune.identity import identify
from ganprune.masks import masked
from ganprune.methods import METHODS, training_of
from ganprune.methods.progressive import ProgressiveSettings
from ganprune.metrics.cost import Built, params
from ganprune.models import build
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from ganprune.rebuild import rebuild
from ganprune.run import Run
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash
from tests.ganprune.conftest import timeless

PIXELS = torch.randint(256, (48, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
OWN = {"anneal": 2, "teacher_epochs": 2, "rate": 100.0, "penalty": 0.1, "sparsity": 0.5}


@pytest.fixture
def progressive(settings, changed) -> TrialSettings:
    own = ProgressiveSettings(**OWN).model_dump()
    return changed(settings, method="progressive", own=own, epochs=4, batch=16)


def _trained(events: list) -> list[int]:
    return [event.epoch for event in events if isinstance(event, EpochTrained)]


def _points(events: list) -> list:
    return [timeless(event.point) for event in events if isinstance(event, Scored)]


def test_its_teacher_is_trained_first_and_shared_with_a_dense_trial(evaluator, progressive, changed):
    events = list(run_trial(0, progressive, evaluator))
    assert [1, 2, 1, 2, 3, 4] == _trained(events)
    assert Finished("completed") == events[-1]
    dense = changed(progressive, method="magnitude", own={"threshold": 0.5}, epochs=2)
    assert [] == _trained(list(run_trial(1, dense, evaluator)))


def test_where_the_teacher_is_in_the_store_it_is_taken_and_comes_to_the_same(evaluator, progressive, changed, tmp_path):
    dense = changed(progressive, method="magnitude", own={"threshold": 0.5}, epochs=2)
    list(run_trial(1, dense, evaluator))
    events = list(run_trial(0, progressive, evaluator))
    assert [1, 2, 3, 4] == _trained(events)
    elsewhere = replace(evaluator, store=tmp_path / "elsewhere")
    assert _points(events) == _points(list(run_trial(0, progressive, elsewhere)))


def test_killed_while_the_student_trains_it_goes_on(evaluator, progressive, tmp_path):
    events = run_trial(0, progressive, evaluator)
    before = [next(events) for _ in range(3)]
    events.close()
    again = list(run_trial(0, progressive, evaluator))
    assert [1, 2, 1, 2, 3, 4] == _trained(before + again)
    assert _points(again) == _points(list(run_trial(0, progressive, replace(evaluator, store=tmp_path / "elsewhere"))))


def test_what_is_judged_is_small_has_no_gates_and_is_made_again(evaluator, progressive, tmp_path):
    point = _points(list(run_trial(0, progressive, evaluator)))[-1]
    net = rebuild(point, progressive, evaluator.images.fingerprint, evaluator.store, tmp_path / "nowhere")
    dense = build(progressive.model).generator
    assert point.weights == weights_hash(net)
    assert net.state_dict().keys() == dense.state_dict().keys()
    assert point.scores["params"] == params(Built(net, [])) < params(Built(dense, []))
    assert 0.3 < point.sparsity < 1
    assert point.sparsity == pytest.approx(1 - params(Built(net, [])) / params(Built(dense, [])), abs=0.05)


def test_confirmed_it_costs_what_its_teacher_was_shown_as_well(evaluator, progressive):
    points = _points(list(run_trial(0, progressive, evaluator)))
    ruler = yardstick(evaluator, lambda evaluator: None, 0, 100)
    confirmed, finished = confirm(progressive, points[-1:], ruler, Pace())
    assert Finished("completed") == finished
    assert (2 + 4) * 192 == confirmed.images


def test_the_teacher_is_part_of_what_it_is(progressive):
    def known(**own) -> object:
        hooks = METHODS["progressive"].hooks(progressive.with_own(**own).prune)
        return identify(progressive.model, progressive.train, hooks)

    assert known() == known()
    others = [known(teacher_epochs=3), known(attention=0), known(class_aware=0.1), known(penalty=1.0)]
    assert 5 == len({known(), *others})


def test_a_schedule_longer_than_the_training_and_a_cycle_are_refused(progressive):
    method = METHODS["progressive"]
    assert method.refusal(progressive) is None
    assert "anneal 5 is more than the 4 epochs" in method.refusal(progressive.with_own(anneal=5))
    cycle = progressive.model_copy(update={"model": progressive.model.model_copy(update={"name": "cyclegan"})})
    assert "attention 1: a cyclegan draws more than once a step; set it to 0" == method.refusal(cycle)
    assert method.refusal(cycle.with_own(attention=0)) is None


def test_asked_for_a_sparsity_it_spends_half_on_the_teacher(progressive):
    asked = METHODS["progressive"].at(progressive.with_train(epochs=9), 0.75)
    own = ProgressiveSettings(**asked.prune.own)
    assert (5, 4, 3, 0.75) == (asked.train.epochs, own.teacher_epochs, own.anneal, own.sparsity)
    assert METHODS["progressive"].refusal(asked) is None
    assert METHODS["progressive"].at(progressive.with_train(epochs=1), 0.75) is None


def _student(name: str, **own):
    model = ModelSettings(name=name, width=4, latent=4, side=16, channels=1, classes=3)
    chosen = ProgressiveSettings(**(OWN | own)).model_dump()
    trial = TrialSettings(model=model, train=TrainSettings(batch=8)).with_prune(method="progressive", own=chosen)
    return training_of(trial)


def _unlike(training, labels: list[int]) -> float:
    teacher = training.hooks["teacher"]
    inputs = training.gan.inputs(3, torch.Generator().manual_seed(0), torch.tensor(labels))
    training.generator.eval()
    drawn = training.generator(*inputs.values())
    return teacher.loss("g", inputs, drawn).item()


def test_a_student_that_is_its_teacher_is_not_unlike_it_and_another_is():
    training = _student("dcgan", rate=1e-3)
    with torch.no_grad():
        for moved in training.hooks["gates"]._moved.values():
            moved.fill_(2e3)  # wide open
    training.hooks["teacher"].teach(training.averaged)
    assert _unlike(training, [0, 1, 2]) == pytest.approx(0, abs=1e-6)
    training.hooks["teacher"].teach(build(training.model).generator)
    assert _unlike(training, [0, 1, 2]) > 1e-3
    assert training.hooks["teacher"].loss("d", {}, None) is None


def test_what_a_class_has_in_common_counts_on_a_conditional_model_alone():
    """The maps of one class do not move with pictures of another."""
    training = _student("cdcgan", class_aware=1.0)
    teacher = training.hooks["teacher"]
    teacher.teach(training.averaged)
    _unlike(training, [0, 0, 1])
    maps = {name: each.clone() for name, each in teacher._maps.items()}
    assert maps
    _unlike(training, [0, 0, 0])
    for name, each in teacher._maps.items():
        assert torch.equal(maps[name][1], each[1])
        assert not each[2].any()
    assert not any(name.startswith("map.") for name in _student("dcgan").hooks["teacher"].tensors())


def test_without_its_teacher_nothing_is_trained():
    with pytest.raises(RuntimeError, match="teacher was not trained"):
        _student("dcgan").train_epoch(PIXELS)


@pytest.mark.parametrize("model", [("pix2pix", 0), ("pix2pix", 2), ("cyclegan", 2)])
def test_u_nets_and_residual_generators_lose_what_their_gates_have_closed(model):
    """Through concatenations, and on every branch of a sum."""
    name, blocks = model
    own = ProgressiveSettings(**(OWN | {"attention": 0, "anneal": 1})).model_dump()
    settings = TrialSettings(
        model=ModelSettings(name=name, width=4, side=16, channels=1, blocks=blocks),
        train=TrainSettings(loss=name, batch=8, epochs=2),
    ).with_prune(method="progressive", own=own)
    training = training_of(settings)
    for _ in range(2):
        training.train_epoch(PIXELS, None, PIXELS.flip(3))
    found = METHODS["progressive"].candidate(Run(settings, None, training))
    whole = found.reference
    gates, source = training.hooks["gates"], training.sources[:4]
    closed = masked(whole, channel_masks(whole, gates.groups, gates.alive())).eval()
    assert params(Built(found.net, [])) < params(Built(whole, []))
    with torch.no_grad():
        assert (closed(source) - found.net(source)).abs().max() < 1e-5
