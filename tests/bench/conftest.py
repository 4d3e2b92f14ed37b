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

ROOT = Path(__file__).parent.parent.parent
TRIALS = 2
VARIABLES = {
    "DATASET": "digits",
    "SPACE": str(ROOT / "tests" / "tiny.yaml"),
    "NAME": "tiny",
    "TRIALS": TRIALS,
    "WORKERS": 2,
}


@pytest.fixture(scope="session")
def prepared_digits(tmp_path_factory) -> tuple[Plan, Evaluator]:
    return prepared(asked(VARIABLES | {"OUT": tmp_path_factory.mktemp("runs")}))


@pytest.fixture
def baseline(tmp_path) -> Callable[[str], tuple[Path, list[dict]]]:
    """OUT and the records of a study run by `python -m MODULE`."""

    def run(module: str) -> tuple[Path, list[dict]]:
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=handed(VARIABLES | {"OUT": tmp_path}), check=True)
        lines = Out(tmp_path).study("tiny").records.read_text().splitlines()
        return tmp_path, [json.loads(line) for line in lines]

    return run
