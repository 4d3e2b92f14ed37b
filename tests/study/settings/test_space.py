"""Search spaces: every mistake is one line with its place, and every draw is a setting that can be run."""

import json
from pathlib import Path

import optuna
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganprune.config import ModelSettings, TrainSettings
from ganprune.data import DATASETS
from ganprune.errors import UserError
from ganprune.methods import METHODS
from ganprune.models import MODELS, Gan, build
from study.settings.dimension import Range
from study.settings.space import Space
from study.settings.space_file import FOLDER, load_space, parse_space

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))
DEFAULTS = [f"{data}-{size}" for data in (*DATASETS, "images") for size in ("cpu", "gpu")]  # taken unless one is named
GOOD = """\
model: {width: 8, side: 16}
train: {batch: 32}
search:
  lr_g: {low: 1.0e-4, high: 1.0e-2, log: true}
  epochs: {choices: [2, 4]}
methods:
  percentage: {threshold: {low: 30, high: 98}}
"""


def _trials(space: Space, n: int = 60) -> list[optuna.trial.BaseTrial]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [study.ask() for _ in range(n)]


def _refusal(text: str) -> str:
    with pytest.raises(UserError) as refused:
        parse_space(text, Path("my.yaml"))
    (line,) = str(refused.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "reason"),
    [
        ("train:", "trian:", 2, "trian", "unknown key; take train"),
        ("batch: 32", "bacth: 32", 2, "train.bacth", "unknown key; take batch"),
        ("  lr_g:", "  lr_gg:", 4, "search.lr_gg", "unknown key; take lr_g"),
        ("log: true", "logg: true", 4, "search.lr_g.logg", "unknown key; take log"),
        ("  percentage:", "  percentag:", 7, "methods.percentag", "unknown key; take percentage"),
        ("{threshold: {low", "{limit: {low", 7, "methods.percentage.limit", "unknown key; there are:"),
        ("{threshold: {low", "{treshold: {low", 7, "methods.percentage.treshold", "unknown key; take threshold"),
        ("low: 1.0e-4", "low: tiny", 4, "search.lr_g.low", "number"),
        ("batch: 32", "batch: many", 2, "train.batch", "integer"),
        ("batch: 32", "batch: 0", 2, "train.batch", "greater than 0"),
        ("low: 1.0e-4", "low: 1.0e-1", 4, "search.lr_g", "from 0.1 to 0.01 is empty"),
        ("low: 1.0e-4", "low: 0", 4, "search.lr_g", "logarithmic range must stay above 0"),
        ("low: 1.0e-4", "low: .nan", 4, "search.lr_g", ""),
        ("high: 1.0e-2", "high: .inf", 4, "search.lr_g", ""),
        ("[2, 4]", "[]", 5, "search.epochs.choices", "at least 1"),
        ("high: 98", "high: 100", 7, "methods.percentage.threshold", "less than 100"),
        ("batch: 32}", "batch: 32}\nprune: {targets: [0, 1.0]}", 3, "prune.targets.1", "less than 1"),
        ("low: 30", "low: -1", 7, "methods.percentage.threshold", "greater than or equal to 0"),
        ("{threshold: {low: 30, high: 98}}", "{}", 7, "methods.percentage", "needs a range for threshold"),
        ("percentage: {threshold: {low: 30, high: 98}}", "{}", 6, "methods", "at least 1"),
        ("[2, 4]", "[2, 4], when: luck", 5, "search.epochs", "luck"),
        ("[2, 4]", "[2, four]", 5, "search.epochs", "four"),
        ("[2, 4]", "[2, 0]", 5, "search.epochs", "0"),
        ("{choices: [2, 4]}", "{low: 2, high: 4}", 5, "search.epochs", "choices"),
        ("width: 8", "width: 8, name: dcgam", 1, "model", "take dcgan"),
        ("side: 16", "side: 28", 1, "model", "16, 32 or 64"),
        ("model:", "budget: soon\nmodel:", 1, "budget", "10m"),
        ("  epochs:", "  latent: {choices: [8, 16]}\n  epochs:", 5, "search.latent", "unknown key"),
        ("batch: 32", "batch: 32, loss: hing", 2, "train.loss", "hing is unknown; take hinge"),
        ("  epochs:", "  loss: {choices: [hinge, wasserstein]}\n  epochs:", 5, "search.loss", "wasserstein is unknown"),
        ("train:", "prune: {own: {threshold: 3}}\ntrain:", 2, "prune.own", "said under methods"),
        ("train:", "prune: {method: random}\ntrain:", 2, "prune.method", "said under methods"),
        ("train:", "prune: {recovery: distill, recovery_steps: 9}\ntrain:", 2, "prune.recovery", "take distil"),
        ("train:", "prune: {recovery: distil}\ntrain:", 2, "prune.recovery_steps", "nothing recovers"),
        ("train:", "prune: {recovery_steps: 9}\ntrain:", 2, "prune.recovery", "finetune, distil"),
        ("train:", "prune: {finetune_steps: 9}\ntrain:", 2, "prune.finetune_steps", "take recovery_steps"),
        ("  epochs:", "  finetune_rate: {low: 0.1, high: 1}\n  epochs:", 5, "search.finetune_rate", "recovery_rate"),
        ("[2, 4]", "[2, 4], when: epochs", 5, "search.epochs", "epochs is not searched before it"),
        ("  percentage: {threshold", "  channels: {threshold", 7, "methods.channels.threshold", "less than 1"),
    ],
)
def test_a_mistake_is_one_line_with_file_line_and_key(old, new, line, key, reason):
    assert old in GOOD
    told = _refusal(GOOD.replace(old, new, 1))
    assert told.startswith(f"my.yaml:{line}: {key}")
    assert reason in told


FIRST = "first:\n  - {method: percentage, percentage.threshold: 50, lr_g: 1.0e-3, epochs: 2}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [("lr_g:", "lr_gg:"), ("epochs: 2", "epochs: 3"), ("threshold: 50", "threshold: 20")],
)
def test_a_first_setting_that_the_space_does_not_hold_is_refused(old, new):
    """An unknown name, a value that is no choice, and one out of range."""
    parse_space(GOOD + FIRST, Path("my.yaml"))
    assert _refusal(GOOD + FIRST.replace(old, new)).startswith("my.yaml:")


@pytest.mark.parametrize(
    "text",
    ["", "- a\n- list\n", "just words\n", "model: {width: 8\n", "a: b: c\n", "\tmodel: 1\n", "model: \x07\n", "%%%\n"],
)
def test_what_is_no_search_space_at_all_is_one_line_too(text):
    assert _refusal(text).startswith("my.yaml:")


def test_a_missing_space_names_those_there_are():
    with pytest.raises(UserError) as refused:
        load_space("nowhere")
    assert all(name in str(refused.value) for name in ("SPACE=nowhere", *SHIPPED))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80abc"])
def test_a_file_that_is_no_text_is_refused(tmp_path, content):
    file = tmp_path / "binary.yaml"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"binary\.yaml"):
        load_space(str(file))


def test_a_path_and_a_name_lead_to_the_same_space():
    assert load_space("digits-cpu") == load_space(str(FOLDER / "digits-cpu.yaml"))


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_space_searches_the_papers_methods(name):
    assert {"percentage", "sensitivity", "magnitude"} <= set(load_space(name).methods)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_space_searches_what_the_issue_asks_for(name):
    """Learning rates of both nets, epochs, method, threshold and its recovery."""
    space = load_space(name)
    assert {"lr_g", "lr_ratio", "epochs", "recovery_steps"} <= set(space.search)
    assert "random" not in space.methods
    for trial in _trials(space):
        settings = space.settings(space.draw(trial), channels=3, seed=0)
        assert settings.train.epochs in space.epochs
        assert settings.prune.own == METHODS[settings.prune.method].Settings(**settings.prune.own).model_dump()


@pytest.mark.parametrize("name", DEFAULTS)
def test_trial_0_of_a_default_space_is_the_papers_setting_to_the_digit(name):
    space = load_space(name)
    settings = space.settings(space.first[0], channels=3, seed=0)
    prune = settings.prune
    assert ("sensitivity", {"threshold": 0.75}, 0) == (prune.method, prune.own, prune.recovery_steps)
    assert 3e-4 == settings.train.lr_g
    assert settings.train.lr_d == (1e-4 if name.startswith("fashion") else 2e-4)
    build(settings.model)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_first_setting_of_a_shipped_space_is_one_that_it_could_draw(name):
    space = load_space(name)
    for first in space.first:
        assert dict(first) == space.draw(optuna.trial.FixedTrial(dict(first)))
        distributions = optuna.trial.FixedTrial(dict(first))
        space.draw(distributions)
        for key, distribution in distributions.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(first[key])), key


@pytest.mark.parametrize("name", SHIPPED)
def test_a_space_survives_the_records(name):
    """What is not given when a study continues is taken from there."""
    space = load_space(name)
    assert space == Space(**json.loads(json.dumps(space.model_dump())))


def test_each_method_draws_its_own_threshold_only(space):
    for trial in _trials(space):
        drawn = space.draw(trial)
        assert [f"{drawn['method']}.threshold"] == [name for name in drawn if name.endswith(".threshold")]


def test_the_rate_of_fine_tuning_is_drawn_only_where_there_is_some(space):
    drawn = [space.draw(trial) for trial in _trials(space)]
    assert {True, False} == {bool(each["recovery_steps"]) for each in drawn}
    assert all(("recovery_rate" in each) == bool(each["recovery_steps"]) for each in drawn)


def test_learning_rates_are_rounded_so_that_trainings_are_shared(space):
    rates = {space.settings(space.draw(trial), channels=1, seed=0).train.lr_g for trial in _trials(space, 300)}
    assert 2 * 8 + 1 >= len(rates) > 8


@given(st.floats(1e-6, 1.0), st.integers(1, 12))
def test_a_rounded_value_is_the_nearest_and_stays(value, per_decade):
    dimension = Range(low=1e-6, high=1.0, log=True, per_decade=per_decade)
    settled = dimension.quantise(value)
    assert settled == pytest.approx(value, rel=10 ** (0.5 / per_decade) - 1 + 6e-3)
    assert settled == dimension.quantise(settled)


def test_the_discriminators_rate_is_the_generators_over_the_ratio(space):
    drawn = {**space.first[0], "lr_g": 1e-3, "lr_ratio": 4.0, "epochs": 4}
    settings = space.settings(drawn, channels=1, seed=0)
    assert (1e-3, 2.5e-4) == (settings.train.lr_g, settings.train.lr_d)


def test_what_is_not_searched_comes_from_the_space_and_then_from_the_papers(space):
    settings = space.settings(space.first[0], channels=1, seed=5)
    assert (8, 16, 8, 1) == (settings.model.width, settings.model.side, settings.model.latent, settings.model.channels)
    assert (32, 5, TrainSettings().beta1) == (settings.train.batch, settings.train.seed, settings.train.beta1)


def test_the_grid_of_epochs_is_what_may_be_drawn(space):
    assert [2, 4] == space.epochs
    assert [30] == parse_space(GOOD.replace("  epochs: {choices: [2, 4]}\n", ""), Path("my.yaml")).epochs


CHANNELS = "channels: {threshold: {low: 0.1, high: 0.9}, importance: {choices: [l2, taylor]}}"
WITH_CHANNELS = GOOD.replace("percentage: {threshold: {low: 30, high: 98}}", CHANNELS)


def test_what_a_method_alone_knows_is_drawn_and_checked_by_it_and_the_rest_of_it_is_as_it_says():
    space = parse_space(WITH_CHANNELS, Path("my.yaml"))
    own = [space.settings(space.draw(trial), channels=1, seed=0).prune.own for trial in _trials(space)]
    assert {"l2", "taylor"} == {each["importance"] for each in own}
    assert {"layer"} == {each["scope"] for each in own}
    assert all(0.1 <= each["threshold"] <= 0.9 for each in own)


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("[l2, taylor]", "[l2, l3]", "methods.channels.importance", "l3: Input should be 'l1'"),
        ("importance", "importence", "methods.channels.importence", "take importance"),
        ("{choices: [l2, taylor]}", "{low: 1, high: 2}", "methods.channels.importance", "should be 'l1'"),
    ],
)
def test_a_mistake_in_what_a_method_alone_knows_is_told_like_any_other(old, new, key, reason):
    told = _refusal(WITH_CHANNELS.replace(old, new))
    assert told.startswith(f"my.yaml:7: {key}")
    assert reason in told


def test_a_model_that_has_no_channels_to_take_out_is_refused(monkeypatch):
    monkeypatch.setattr("study.settings.space_checks.channel_groups", lambda *network: ())
    assert "no channels can be taken out of a dcgan" in _refusal(WITH_CHANNELS)


RECOVERING = """\
  recovery: {choices: [none, finetune, distil]}
  recovery_steps: {choices: [100, 200], when: recovery}
  recovery_rate: {low: 0.1, high: 1, when: recovery_steps}
methods:
"""


def test_how_a_pruned_network_recovers_is_searched_and_its_steps_only_where_it_does():
    space = parse_space(GOOD.replace("methods:\n", RECOVERING), Path("my.yaml"))
    drawn = [space.draw(trial) for trial in _trials(space)]
    assert {"none", "finetune", "distil"} == {each["recovery"] for each in drawn}
    for each in drawn:
        recovers = each["recovery"] != "none"
        assert (recovers, recovers) == ("recovery_steps" in each, "recovery_rate" in each)
        assert recovers == space.settings(each, channels=1, seed=0).prune.recovers
    assert {"recovery": "none"} == space.unrecovered


def test_labels_are_of_the_classes_of_the_data_and_only_where_the_model_takes_them(monkeypatch):
    plain = parse_space(GOOD, Path("my.yaml"))
    assert 0 == plain.settings({}, channels=1, seed=0, classes=10).model.classes
    monkeypatch.setitem(MODELS, "labelled", Labelled)
    labelled = parse_space(GOOD.replace("{width: 8,", "{name: labelled, width: 8,"), Path("my.yaml"))
    assert 10 == labelled.settings({}, channels=1, seed=0, classes=10).model.classes


class Labelled(Gan):
    conditional = True

    def __init__(self, settings: ModelSettings):
        super().__init__(settings, torch.nn.Identity(), torch.nn.Identity(), {})


def test_a_method_without_a_threshold_is_searched_by_what_it_has(switching):
    for trial in _trials(switching):
        drawn = switching.draw(trial)
        if drawn["method"] == "switching":
            own = {"share": drawn["switching.share"], "every": drawn["switching.every"]}
            assert own == switching.settings(drawn, channels=1, seed=0).prune.own


@pytest.mark.parametrize(
    ("own", "reason"),
    [("share: {low: 0.1, high: 1}", "share: 1.0: Input should be less than 1"), ("every: {choices: [2.5]}", "integer")],
)
def test_what_a_method_without_a_threshold_knows_is_checked_as_well(switching, own, reason):
    text = GOOD.replace("percentage: {threshold: {low: 30, high: 98}}", f"switching: {{{own}}}")
    assert reason in _refusal(text)
