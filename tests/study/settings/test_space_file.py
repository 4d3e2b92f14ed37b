"""A mistake in the file of a search space is one line with its place."""

from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.settings.space_file import FOLDER, load_space, parse_space
from tests.study.settings.good_space import GOOD, SHIPPED, WITH_CHANNELS


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


@pytest.mark.parametrize(
    ("method", "own", "reason"),
    [
        ("regan", "{}", "warm_up 10 and phase 5"),
        ("iterative", "{}", "2 epochs are not two or more rounds of 4"),
        ("rggan", "{every: {choices: [1]}}", "a switch needs 5 scores"),
        ("rggan", "{penalty: {low: 1, high: 2}, growth_per_1000: {low: 1, high: 2}}", "growth_per_1000 says how large"),
        ("sparse_training", "{until: {choices: [2, 3]}}", "until 3 is later than the 2 epochs"),
        (
            "sparse_training",
            "{until: {choices: [2]}, density: {low: 1.0e-4, high: 0.5}}",
            "density 0.0001 leaves nothing",
        ),
        ("sparse_training", "{growth: {choices: [none]}, balance: {choices: [equal, strict]}}", "balance strict lets"),
    ],
)
def test_a_method_that_would_come_to_nothing_in_the_shortest_training_is_one_line_too(method, own, reason):
    told = _refusal(GOOD.replace("percentage: {threshold: {low: 30, high: 98}}", f"{method}: {own}"))
    assert told.startswith(f"my.yaml:7: methods.{method}: {reason}")


@pytest.mark.parametrize(
    ("costly", "told"),
    [
        ("rggan: {every: {choices: [1]}}", "costly.rggan: a switch needs 5 scores"),
        ("regan: {shard: {low: 0.1, high: 0.2}}", "costly.regan.shard: unknown key; take share"),
        ("percentage: {threshold: {low: 30, high: 98}}", "costly.percentage: unknown key"),
    ],
)
def test_a_mistake_in_what_takes_part_only_where_there_is_room_is_told_at_once(costly, told):
    """A method that takes part anyhow is one."""
    assert _refusal(f"{GOOD}costly:\n  {costly}\n").startswith(f"my.yaml:9: {told}")


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


@pytest.mark.parametrize(
    ("own", "reason"),
    [("share: {low: 0.1, high: 1}", "share: 1.0: Input should be less than 1"), ("every: {choices: [2.5]}", "integer")],
)
def test_what_a_method_without_a_threshold_knows_is_checked_as_well(switching, own, reason):
    text = GOOD.replace("percentage: {threshold: {low: 30, high: 98}}", f"switching: {{{own}}}")
    assert reason in _refusal(text)
