"""Digits and the tests' tiny search space, as a study takes them from its variables; and a baseline run for real."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.yardstick import prepared
from ganprune.evaluator import Evaluator
from study.records.paths import Out
from study.settings.arguments import asked
from study.settings.plan import Plan
from study.settings.variables import handed
from tests.ganprune.conftest import evaluator, feature_net, settings, toy_images  # noqa: F401 - fixtures
from tests.study.driver import TINY

ROOT = Path(__file__).parent.parent.parent
TRIALS = 2
VARIABLES = {
    "DATASET": "digits",
    "NAME": "tiny",
    "TRIALS": TRIALS,
    "WORKERS": 1,
}


@pytest.fixture(scope="session")
def space(tmp_path_factory) -> Path:
    """GANs that need not be good, and so not long trained, in few batches: stock optimisers take longer for a step."""
    path = tmp_path_factory.mktemp("space") / "few.yaml"
    few = (
        TINY.read_text().replace("batch: 8", "batch: 32").replace("[3, 5]", "[2, 3]").replace("epochs: 3", "epochs: 2")
    )
    path.write_text(few)
    return path


@pytest.fixture(scope="session")
def prepared_digits(space, tmp_path_factory) -> tuple[Plan, Evaluator]:
    return prepared(asked(VARIABLES | {"SPACE": str(space), "OUT": tmp_path_factory.mktemp("runs")}))


@pytest.fixture
def baseline(space, tmp_path) -> Callable[[str], tuple[Path, list[dict]]]:
    """OUT and the records of a study run by `python -m MODULE`."""

    def run(module: str) -> tuple[Path, list[dict]]:
        variables = VARIABLES | {"SPACE": space, "OUT": tmp_path}
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=handed(variables), check=True)
        lines = Out(tmp_path).study("tiny").records.read_text().splitlines()
        return tmp_path, [json.loads(line) for line in lines]

    return run
