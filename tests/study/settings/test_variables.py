"""What a user gives reaches the study, letter by letter; what a shell happens to export does not."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.settings.variables import NAMES, given, handed, typed

ROOT = Path(__file__).parents[3]
SHOW = "show: ; @env --null"  # a target that shows what a command of the Makefile would be given
ODD = r"""my pics (1)/it's "so", $HOME \ #1; a=b %"""


def _made(*words: str, goal: str = "show", **environment: str) -> str:
    command = ["make", "--eval", SHOW, "--silent", "--directory", ROOT, goal, *words]
    return subprocess.run(command, env=handed({}) | environment, capture_output=True, text=True, check=True).stdout


def _given(*words: str, **environment: str):
    """What the program takes from make's command line and this environment."""
    return given(dict(line.split("=", 1) for line in _made(*words, **environment).split("\0") if line))


def test_what_a_shell_exports_is_not_for_us():
    exported = {"NAME": "DESKTOP-1", "TIME": "noon", "SEED": "x", "OUT": "/dev/null", "PORT": "http"}
    assert _given() == _given(**exported)
    assert "x" == _given("NAME=x", **exported).name


def test_the_environment_counts_under_our_own_prefix_and_the_command_line_wins():
    assert (7, 60) == (lambda told: (told.seed, told.time))(_given("TIME=1m", GANPRUNE_SEED="7", GANPRUNE_TIME="1h"))
    assert _given("NAME=", GANPRUNE_NAME="there").name is None


def test_a_value_arrives_as_it_was_typed():
    assert ODD == _given(f"DATASET={ODD}").dataset == _given(GANPRUNE_DATASET=ODD).dataset


def test_conventions_of_ray_and_mlflow_hold_unless_we_are_told_otherwise():
    theirs = {"RAY_ADDRESS": "head:6379", "MLFLOW_TRACKING_URI": "http://theirs"}
    assert ("head:6379", "http://theirs") == (lambda told: (told.ray_address, told.tracking_uri))(_given(**theirs))
    told = _given("RAY_ADDRESS=", "TRACKING_URI=http://ours", **theirs)
    assert (None, "http://ours") == (told.ray_address, told.tracking_uri)


@pytest.mark.parametrize(
    ("wrong", "right"), [("TIMES", "TIME"), ("DATSET", "DATASET"), ("name", "NAME"), ("MAX_WORKERS", "WORKERS")]
)
def test_a_misspelt_variable_is_told_the_near_one(wrong, right):
    with pytest.raises(UserError, match=f"{wrong}: there is no such variable; take {right}"):
        _given(f"{wrong}=10m")


def test_what_was_imported_once_is_not_compiled_again_whatever_the_environment_says():
    assert "PYTHONDONTWRITEBYTECODE" not in _made(PYTHONDONTWRITEBYTECODE="1")


def test_a_cluster_gets_the_same_words():
    shown = _made(f"DATASET={ODD}", "--dry-run", goal="cluster-study", GANPRUNE_TIME="8h")
    *_, command = shlex.split(shown.splitlines()[-1])
    words = shlex.split(command.partition(" && ")[2])
    begins = words.index("make")
    assert "GANPRUNE_TIME=8h" in words[:begins]
    assert ["make", "study"] == words[begins : begins + 2]
    assert f"DATASET={ODD}" == words[-1]


def test_a_command_of_ours_is_given_what_we_say_and_no_more():
    told = given(handed({"TRIALS": 3}, {"GANPRUNE_NAME": "theirs", "GANPRUNE_GIVEN": "WRONG", "RAY_ADDRESS": "x:1"}))
    assert (3, None, None) == (told.trials, told.name, told.ray_address)
    assert os.environ["PATH"] == handed({})["PATH"]


def test_help_lists_every_variable():
    assert set(NAMES) == set(re.findall(r"^  ([A-Z_]+) ", _made(goal="help"), re.MULTILINE))


def test_what_a_user_is_told_to_type_gives_these_very_values():
    make, goal, *words = shlex.split(typed("study", {"dataset": ODD, "name": "odd", "seed": None, "space": ""}))
    assert ("make", "study", ["DATASET", "NAME"]) == (make, goal, [word.partition("=")[0] for word in words])
    assert (ODD, "odd") == (_given(*words).dataset, _given(*words).name)
