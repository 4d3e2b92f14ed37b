"""What a call does: what is given, else what the study was begun with, else what suits the machine."""

import json
from pathlib import Path

import pytest

from ganprune.config import ModelSettings
from ganprune.data import DATASETS
from ganprune.errors import UserError
from study.settings import plan as plans
from study.settings.arguments import asked
from study.settings.machine import Machine
from study.settings.plan import Plan, make_plan
from study.settings.space_file import FOLDER, load_space

OF_28 = ModelSettings(side=28)
CPU, GPU = Machine("cpu", 2, ()), Machine("cpu", 16, ("H200",))


def _begun(**variables: str) -> dict:
    """The spec in the records of a study that was begun with these variables, on a machine without GPU."""
    return json.loads(json.dumps(make_plan(asked(variables), None, CPU).spec()))


def _begun_then_edited(folder: Path, old: str, new: str) -> tuple[Path, dict]:
    """A search space of somebody's own whose file was changed after the study was begun, and that study's spec."""
    file, text = folder / "mine.yaml", (FOLDER / "digits-cpu.yaml").read_text()
    file.write_text(text)
    begun = _begun(SPACE=str(file))
    file.write_text(text.replace(old, new))
    return file, begun


def _continued(begun: dict, machine: Machine = CPU, **variables: str) -> Plan:
    return make_plan(asked({"NAME": "mine", **variables}), begun, machine)


def _refusal(begun: dict, **variables: str) -> str:
    with pytest.raises(UserError) as refused:
        _continued(begun, **variables)
    (line,) = str(refused.value).splitlines()
    assert line.startswith("NAME=mine was begun with ")
    assert "give another NAME" in line
    return line


def test_given_nothing_the_digits_are_searched_for_the_budget_of_their_space():
    plan = make_plan(asked({}), None, CPU)
    assert ("digits", "digits", "digits-cpu", "fcd", 0) == (
        plan.name,
        plan.dataset,
        plan.space_name,
        plan.quality,
        plan.seed,
    )
    assert (None, 180, 2) == (plan.trials, plan.seconds, plan.workers)


@pytest.mark.parametrize(
    ("dataset", "space"), [("cifar10", "cifar10"), ("fashion-mnist", "fashion-mnist"), ("x/y.zip", "images")]
)
@pytest.mark.parametrize(("machine", "size"), [(CPU, "cpu"), (GPU, "gpu")])
def test_the_space_fits_the_data_and_the_machine(dataset, space, machine, size):
    plan = make_plan(asked({"DATASET": dataset}), None, machine)
    assert f"{space}-{size}" == plan.space_name
    assert load_space(plan.space_name) == plan.space


@pytest.mark.parametrize(("task", "space"), [("super4", "pix2pix"), ("automobile:truck", "cyclegan")])
@pytest.mark.parametrize(("machine", "size"), [(CPU, "cpu"), (GPU, "gpu")])
def test_a_task_takes_the_space_of_the_model_that_learns_it(task, space, machine, size):
    plan = make_plan(asked({"DATASET": "cifar10", "TASK": task}), None, machine)
    assert f"{space}-{size}" == plan.space_name
    assert (task, "AtoB") == (plan.task, plan.direction)


@pytest.mark.parametrize("variables", [{"DATASET": "x/horse2zebra"}, {"DATASET": "cifar10", "TASK": "super4"}])
def test_a_model_takes_its_own_space_where_it_has_one(variables):
    assert "cyclegan-cpu" == make_plan(asked(variables | {"MODEL": "cyclegan"}), None, CPU).space_name


@pytest.mark.parametrize("variables", [{"TASK": "super4"}, {"DIRECTION": "BtoA"}])
def test_what_translates_no_pictures_has_no_task_and_no_direction(variables):
    with pytest.raises(UserError, match="translates no pictures; give MODEL=pix2pix"):
        make_plan(asked({"SPACE": "digits-cpu"} | variables), None, CPU)


def test_a_task_and_its_direction_belong_to_what_a_study_was_begun_with():
    begun = _begun(DATASET="cifar10", TASK="super4", DIRECTION="BtoA")
    continued = _continued(begun)
    assert ("super4", "BtoA") == (continued.task, continued.direction)
    assert "TASK=super4, not edges" in _refusal(begun, TASK="edges")
    assert "DIRECTION=BtoA, not AtoB" in _refusal(begun, DIRECTION="AtoB")


def test_a_data_set_without_a_space_of_its_own_takes_that_of_any_pictures(monkeypatch):
    monkeypatch.setitem(DATASETS, "birds", DATASETS["digits"])
    assert "images-cpu" == make_plan(asked({"DATASET": "birds"}), None, CPU).space_name


def test_a_data_set_has_a_space_for_some_models_and_these_take_it():
    def taken(**given: str) -> str:
        return make_plan(asked(given), None, CPU).space_name

    assert "cifar10-sngan-cpu" == taken(DATASET="cifar10", MODEL="sngan")
    assert "cifar10-cdcgan-cpu" == taken(DATASET="cifar10", MODEL="cdcgan")
    assert "fashion-mnist-cpu" == taken(DATASET="fashion-mnist", MODEL="sngan")
    assert "pix2pix-cpu" == taken(DATASET="cifar10", MODEL="pix2pix")


@pytest.mark.parametrize("dataset", ["~nosuch/pets", "loop"])
def test_a_path_that_leads_nowhere_has_a_plan_and_a_name_until_it_is_read(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    plan = make_plan(asked({"DATASET": dataset}), None, CPU)
    assert (str(tmp_path / dataset), Path(dataset).name) == (plan.dataset, plan.name)


def test_given_trials_or_time_the_other_is_without_limit():
    assert (5, None) == (lambda plan: (plan.trials, plan.seconds))(make_plan(asked({"TRIALS": "5"}), None, CPU))
    assert (None, 600) == (lambda plan: (plan.trials, plan.seconds))(make_plan(asked({"TIME": "10m"}), None, CPU))
    assert (5, 600) == (lambda plan: (plan.trials, plan.seconds))(
        make_plan(asked({"TRIALS": "5", "TIME": "10m"}), None, CPU)
    )


def test_what_is_not_given_is_taken_from_the_study_not_from_todays_machine():
    begun = _begun(DATASET="cifar10", TRIALS="5", QUALITY="kcd", SEED="3")
    plan = _continued(begun, GPU)
    assert ("cifar10", "cifar10-cpu", "kcd", 3) == (plan.dataset, plan.space_name, plan.quality, plan.seed)
    assert (5, None) == (plan.trials, plan.seconds)
    assert load_space("cifar10-cpu") == plan.space


def test_a_study_older_than_cost_goes_on_unless_its_skill_was_told_otherwise():
    begun = _begun(COST="bytes", QUALITY="kcd")
    assert ("bytes", "kcd") == (_continued(begun).cost, _continued(begun).quality)
    del begun["cost"]
    assert "skill told by fcd, now by kcd" in _refusal(begun)
    assert "sparsity" == _continued(begun | {"quality": "fcd"}).cost


@pytest.mark.parametrize("cost", ["params", "macs", "latency"])
def test_a_cost_that_no_method_of_the_space_lowers_is_refused(cost):
    with pytest.raises(
        UserError, match=f"COST={cost}: search space digits-cpu has no method that makes networks smaller"
    ):
        make_plan(asked({"COST": cost}), None, CPU)
    assert cost == make_plan(asked({"COST": cost, "SPACE": "cifar10-channels-cpu"}), None, CPU).cost
    assert "bytes" == make_plan(asked({"COST": "bytes"}), None, CPU).cost


def test_a_cost_is_refused_where_no_dense_network_would_be_scored(switching, monkeypatch):
    monkeypatch.setattr(plans, "load_space", lambda name: switching)
    assert "bytes" == make_plan(asked({"COST": "bytes", "SPACE": "own"}), None, CPU).cost
    alone = switching.model_copy(update={"methods": {"switching": switching.methods["switching"]}})
    monkeypatch.setattr(plans, "load_space", lambda name: alone)
    with pytest.raises(UserError, match="COST=bytes: search space own has no method that begins with a dense network"):
        make_plan(asked({"COST": "bytes", "SPACE": "own"}), None, CPU)
    assert "sparsity" == make_plan(asked({"SPACE": "own"}), None, CPU).cost


def test_a_model_stands_in_for_that_of_the_space_and_is_kept():
    begun = _begun(MODEL="cdcgan")
    assert load_space("digits-cpu").model.model_copy(update={"name": "cdcgan"}) == _continued(begun).space.model
    for again in ({"MODEL": "cdcgan"}, {"SPACE": "digits-cpu"}, {"MODEL": "cdcgan", "SPACE": "digits-cpu"}):
        assert "cdcgan" == _continued(begun, **again).model
    assert "MODEL=cdcgan, not dcgan" in _refusal(begun, MODEL="dcgan")
    assert "MODEL=cdcgan, not csngan" in _refusal(begun, MODEL="csngan", SPACE="digits-cpu")


def test_a_study_older_than_model_goes_on():
    begun = _begun()
    del begun["model"]
    assert "dcgan" == _continued(begun, MODEL="dcgan", SPACE="digits-cpu").space.model.name


def test_a_study_that_knew_of_no_costly_methods_goes_on_without():
    begun = _begun()
    del begun["searched"]["costly"]
    assert not _continued(begun, SPACE="digits-cpu").space.costly


@pytest.mark.parametrize(("model", "told"), [("cdcgna", "take cdcgan"), ("DCGAN", "take dcgan")])
def test_a_model_that_there_is_not_is_told_the_near_one(model, told):
    with pytest.raises(UserError, match=f"MODEL={model}: there is no such model; {told}"):
        make_plan(asked({"MODEL": model}), None, CPU)


def test_a_model_that_a_space_is_not_for_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(plans, "load_space", lambda name: load_space("digits-cpu").model_copy(update={"model": OF_28}))
    with pytest.raises(
        UserError, match="MODEL=csngan: search space digits-cpu is not for it: model: side 28"
    ) as refused:
        make_plan(asked({"MODEL": "csngan"}), None, CPU)
    assert "\n" not in str(refused.value)


def test_the_space_is_the_one_in_the_records_though_its_file_has_changed_or_gone():
    begun = _begun()
    begun["searched"]["train"]["batch"] = 99
    assert 99 == _continued({**begun, "space": "gone.yaml"}).space.train.batch


def test_more_trials_or_more_time_may_be_asked_for():
    begun = _begun(TRIALS="5")
    assert (50, None) == (_continued(begun, TRIALS="50").trials, _continued(begun, TRIALS="50").seconds)
    assert (None, 60) == (_continued(begun, TIME="1m").trials, _continued(begun, TIME="1m").seconds)


def test_what_is_given_again_alike_is_no_difference():
    begun = _begun(DATASET="cifar10", SEED="3")
    _continued(begun, DATASET="cifar10", SEED="3", QUALITY="fcd", SPACE="cifar10-cpu")
    _continued(begun, SPACE=str(FOLDER / "cifar10-cpu.yaml"))


@pytest.mark.parametrize(
    ("given", "then", "now"),
    [
        ({"DATASET": "fashion-mnist"}, "DATASET=cifar10", "fashion-mnist"),
        ({"QUALITY": "kcd"}, "QUALITY=fcd", "kcd"),
        ({"COST": "macs"}, "COST=sparsity", "macs"),
        ({"SEED": "0"}, "SEED=3", "0"),
        ({"SPACE": "digits-cpu"}, "SPACE=cifar10-cpu", "digits-cpu"),
        ({"MODEL": "cdcgan"}, "MODEL=dcgan", "cdcgan"),
    ],
)
def test_a_difference_is_refused_and_shown(given, then, now):
    told = _refusal(_begun(DATASET="cifar10", SEED="3"), **given)
    assert f"{then}, not {now}" in told


def test_a_space_whose_file_was_edited_is_refused_and_the_change_shown(tmp_path):
    file, begun = _begun_then_edited(tmp_path, "batch: 64", "batch: 48")
    told = _refusal(begun, SPACE=str(file))
    assert "its train is" in told
    assert "48" in told


def test_other_words_about_the_same_space_are_no_difference(tmp_path):
    file, begun = _begun_then_edited(tmp_path, "budget: 3m", "budget: 1h")
    _continued(begun, SPACE=str(file))


def test_a_path_means_the_same_from_wherever_the_study_is_continued(tmp_path, monkeypatch):
    (tmp_path / "faces").mkdir()
    monkeypatch.chdir(tmp_path)
    begun = _begun(DATASET="faces")
    assert str(tmp_path / "faces") == begun["dataset"]
    monkeypatch.chdir("/")
    _continued(begun, DATASET=str(tmp_path / "faces"))
    assert str(tmp_path / "faces") == _continued(begun).dataset


def test_workers_and_folders_are_of_this_call_alone():
    plan = _continued(_begun(WORKERS="7"), GPU, DATA_DIR="elsewhere")
    assert (1, Path("elsewhere")) == (plan.workers, plan.data_dir)
    assert 7 == _continued(_begun(), WORKERS="7").workers


def test_the_budget_of_a_space_that_is_no_duration_is_refused(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text((FOLDER / "digits-cpu.yaml").read_text().replace("budget: 3m", "budget: soon"))
    with pytest.raises(UserError, match="budget"):
        make_plan(asked({"SPACE": str(file)}), None, CPU)
