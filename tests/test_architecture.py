"""Who may import whom (CONTRIBUTING): the core knows nothing of the service, and each big library has its doors."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHELVES = ("data", "losses", "methods", "metrics", "models", "recovery")
# Rooms of study/, each of which builds on those before it alone.
ROOMS = ("records", "settings", "analysis", "search", "report", "tracking", "workers", "commands")
DOORS = {"ray": "workers", "optuna": r"search/optuna_\w+", "mlflow": "tracking"}


def _imports(file: Path) -> Iterator[str]:
    """Modules that a file imports anywhere in it, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _uses(file: Path, package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in _imports(file))


def _loaded_by(statement: str, *suspects: str) -> set[str]:
    """Which of the suspects a fresh Python has loaded after this statement."""
    code = f"import sys\n{statement}\nprint(*(set(sys.modules) & {set(suspects)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def _core() -> list[str]:
    """Every module of the core, by its dotted name."""
    files = (file.relative_to(ROOT).with_suffix("") for file in (ROOT / "ganprune").rglob("*.py"))
    return sorted(".".join(file.parts).removesuffix(".__init__") for file in files)


def test_the_whole_core_imports_without_the_service_and_its_libraries():
    assert len(_core()) > 30
    assert set() == _loaded_by(f"import {', '.join(_core())}", "study", "ray", "optuna", "mlflow")


def test_the_test_above_would_notice():
    assert {"study", "optuna"} == _loaded_by(
        "import ganprune, study.search.optuna_study", "study", "ray", "optuna", "mlflow"
    )


@pytest.mark.parametrize("package", ["study", "ray", "optuna", "mlflow"])
def test_no_file_of_the_core_names_them_even_in_a_function(package):
    files = list((ROOT / "ganprune").rglob("*.py"))
    assert [] == [file.name for file in files if _uses(file, package)]


@pytest.mark.parametrize("shelf", SHELVES)
def test_members_of_different_shelves_never_import_each_other(shelf):
    others = [f"ganprune.{other}" for other in SHELVES if other != shelf]
    files = list((ROOT / "ganprune" / shelf).rglob("*.py"))
    assert files
    assert [] == [(file.name, other) for file in files for other in others if _uses(file, other)]


@pytest.mark.parametrize("package", DOORS)
def test_a_library_is_imported_at_its_doors_only(package):
    files = [*(ROOT / "study").rglob("*.py"), *(ROOT / "ganprune").rglob("*.py")]
    users = [file.relative_to(ROOT).as_posix() for file in files if _uses(file, package)]
    assert all(any(re.match(rf"study/{door}\b", user) for user in users) for door in DOORS[package].split("|"))
    assert [] == [user for user in users if not re.match(rf"study/({DOORS[package]})\b", user)]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_builds_on_those_before_it_alone(room):
    later = [f"study.{other}" for other in ROOMS[ROOMS.index(room) + 1 :]]
    files = list((ROOT / "study" / room).rglob("*.py"))
    assert files
    assert [] == [(file.name, other) for file in files for other in later if _uses(file, other)]


def test_every_file_of_the_service_has_a_room():
    assert {"__init__", "__main__", "cli"} == {file.stem for file in (ROOT / "study").glob("*.py")}
    assert set(ROOMS) == {file.parent.name for file in (ROOT / "study").glob("*/__init__.py")}


def test_a_report_needs_neither_ray_nor_torch_nor_mlflow():
    assert set() == _loaded_by("import study.report.write, study.analysis.pareto", "ray", "torch", "mlflow", "optuna")


def test_a_worker_loads_neither_mlflow_nor_optuna():
    assert {"ray"} == _loaded_by("import study.workers.trainable", "ray", "mlflow", "optuna")


def test_a_study_loads_ray_only_once_it_has_said_how_it_is_to_start():
    """Behind a token, which Ray asks for when it is imported, once a process."""
    assert set() == _loaded_by("import study.commands.run", "ray")


def test_what_stands_for_a_lane_loads_no_torch():
    assert {"ray"} == _loaded_by("import study.workers.proxy", "ray", "torch")


def test_training_does_without_the_compiler_that_torchs_optimisers_load():
    """It takes 4 s in every process."""
    train = (
        "import torch; from ganprune.config import ModelSettings, TrainSettings; from ganprune.train import Training;"
        "training = Training(ModelSettings(width=4, side=16), TrainSettings(batch=2));"
        "training.train_epoch(torch.zeros(4, 3, 16, 16, dtype=torch.uint8)); training.dense_generator()"
    )
    assert set() == _loaded_by(train, "torch._dynamo", "sympy")
    assert {"sympy"} == _loaded_by(train + "; torch.optim.Adam([torch.zeros(1)])", "sympy")


def test_help_and_errors_do_not_wait_for_the_big_libraries():
    assert set() == _loaded_by("import study.cli", "ray", "mlflow", "optuna")


def test_nothing_is_defined_that_nobody_uses():
    """Functions, classes and constants of modules; tests alone are no use."""
    sources = [file for package in ("ganprune", "study", "bench") for file in (ROOT / package).rglob("*.py")]
    words = Counter(word for file in sources for word in re.findall(r"\w+", file.read_text()))
    product = [file for file in sources if "bench" not in file.relative_to(ROOT).parts]
    assert [] == [f"{file.relative_to(ROOT)}: {name}" for file in product for name in _defined(file) if words[name] < 2]


def _defined(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name))


def test_every_test_of_a_module_lies_where_the_module_does():
    """tests/ mirrors the source: test_MODULE.py, or test_MODULE_WHAT.py; a test file whose module is gone is dead."""
    for package in ("ganprune", "study"):
        for test in (ROOT / "tests" / package).rglob("test_*.py"):
            modules = (ROOT / test.relative_to(ROOT / "tests")).parent.glob("*.py")
            assert any(f"{test.stem}_".startswith(f"test_{module.stem}_") for module in modules), test


@pytest.mark.parametrize("file", sorted((ROOT / "ganprune").rglob("*.py")) + sorted((ROOT / "study").rglob("*.py")))
def test_every_module_begins_with_what_it_is_for(file):
    docstring = ast.get_docstring(ast.parse(file.read_text())) or ""
    assert docstring
    assert len(docstring.splitlines()[0]) <= 120
