"""The folder mlflow/ of this repository never hides the package of that name."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WHERE = "import mlflow; print(mlflow.__file__)"


def is_the_real_one(path: str | None) -> bool:
    return path is not None and "site-packages" in Path(path).parts and ROOT / "mlflow" not in Path(path).parents


def test_the_folder_holds_no_python():
    assert [path.name for path in (ROOT / "mlflow").rglob("*.py*")] == []


def test_the_real_mlflow_is_imported_from_the_root():
    found = subprocess.run([sys.executable, "-c", WHERE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert is_the_real_one(found.stdout.strip())


def test_the_real_mlflow_is_imported_by_pytest():
    import mlflow

    assert is_the_real_one(mlflow.__file__)


@pytest.mark.slow
def test_the_real_mlflow_is_imported_by_a_ray_worker(monkeypatch):
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # loopback only, before ray is imported
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    script = f"""
import ray
ray.init(num_cpus=1, include_dashboard=False, runtime_env={{"working_dir": {str(ROOT)!r}}})

@ray.remote
def where():
    {WHERE.split(";")[0]}
    return mlflow.__file__

print(ray.get(where.remote()))
"""
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert is_the_real_one(found.stdout.strip().splitlines()[-1])


def test_what_is_packaged_is_declared_and_has_no_mlflow():
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert isinstance(setuptools["packages"], list)  # a list is not discovery
    assert not [name for name in setuptools["packages"] if name.partition(".")[0] == "mlflow"]
    for name in setuptools["packages"]:
        assert (ROOT / name.replace(".", "/") / "__init__.py").exists(), name


def test_the_servers_options_are_those_of_mlflow():
    from mlflow.cli import server

    known = {option for parameter in server.params for option in (*parameter.opts, *parameter.secondary_opts)}
    compose = yaml.safe_load((ROOT / "mlflow" / "compose.yaml").read_text())
    asked = [word.partition("=")[0] for word in compose["services"]["server"]["command"] if word.startswith("--")]
    assert asked
    assert set(asked) <= known


def test_the_server_is_the_version_that_is_pinned_and_on_loopback():
    compose = yaml.safe_load((ROOT / "mlflow" / "compose.yaml").read_text())["services"]
    pinned = next(line for line in (ROOT / "pyproject.toml").read_text().splitlines() if '"mlflow==' in line)
    assert compose["server"]["image"].endswith(f":v{pinned.split('==')[1].split(chr(34))[0]}-full")
    assert [port.partition(":5000")[0] for port in compose["server"]["ports"]] == ["${BIND:-127.0.0.1}"]
    assert "ports" not in compose["database"]
