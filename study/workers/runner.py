"""Ray Tune runs the trials: the only place that starts Ray, and what it must never do is said here."""

import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from ganprune.errors import UserError
from study.records.log_file import note
from study.workers.ray_folder import ray_folder
from study.workers.signals import children, heed_again, kill, unheard

if TYPE_CHECKING:
    from ray.tune import Tuner

    from study.search.phase import Phase
    from study.workers.crew import Crew
    from study.workers.searcher import StudySearcher

# Read by Ray when it is imported. It sends no usage statistics, and keeps its result files and signals to itself.
os.environ.update(
    RAY_USAGE_STATS_ENABLED="0",
    RAY_CHDIR_TO_TRIAL_DIR="0",
    RAY_AIR_NEW_OUTPUT="0",
    TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1",
    TUNE_DISABLE_SIGINT_HANDLER="1",
    TUNE_WARN_INSUFFICIENT_RESOURCE_THRESHOLD_S="1000000",
)
HEED_SECONDS = 0.05  # between two looks while Ray ends, which takes seconds


def start_here(workers: int) -> None:
    """A Ray of our own on this machine; all its ports are on loopback, behind a token that nobody else has."""
    # In this mode, meant for other systems, Ray binds to 127.0.0.1; else it listens on all interfaces.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # Ray reads it once a process
    os.environ["RAY_TMPDIR"] = ray_folder()
    import ray

    how = {"include_dashboard": False, "log_to_driver": False, "logging_level": "ERROR"}
    how["runtime_env"] = runtime_env(sys.executable)
    with unheard():  # without its helpers Ray ends the driver, too soon for a report
        patiently(lambda: ray.init(address="local", num_cpus=workers, **how))
    import study.workers.searcher  # noqa: F401 - Tune takes seconds to import, which nobody waits for here


def patiently(start: Callable[[], object]) -> None:
    """Ray gives its own processes 15 s to start, too few on a busy machine."""
    for last in (False, False, True):
        try:
            start()
            return
        except Exception as error:
            note(f"Ray did not start: {error}")
            if last:
                raise UserError(f"Ray did not start: {error} Run it again when this machine is less busy") from None


def runtime_env(python: str) -> dict[str, str] | None:
    """Ray puts the path of Python into a line of bash as it is, and waits for ever if bash reads more than a word."""
    quoted = shlex.quote(python)
    return None if quoted == python else {"py_executable": quoted}


def conduct(
    phases: "Sequence[Phase]",
    crew: "Crew",
    scratch: Path,
    tell: Callable[[str], None] = print,
    deadline: float = inf,
) -> None:
    """Have the phases' jobs run by this crew, on the Ray that is there, until they have no more.

    A job heeds its own time; `deadline`, in seconds since 1970, ends those that never come to run. What a phase raised
    is raised here.
    """
    from study.workers.searcher import StudySearcher

    searcher = StudySearcher(phases, tell, deadline)
    tuner = _tuner(searcher, crew, scratch)
    heed_again()
    try:
        tuner.fit()
    except Exception:
        if not searcher.error:  # on a full disk Tune fails as well, a moment later
            raise
    finally:
        _end_ray()
        shutil.rmtree(scratch, ignore_errors=True)
    if searcher.error:
        raise searcher.error


def _tuner(searcher: "StudySearcher", crew: "Crew", scratch: Path) -> "Tuner":
    from ray import tune

    from study.workers.searcher import CRASHES, StudyScheduler

    return tune.Tuner(
        crew.trainable(),
        tune_config=tune.TuneConfig(
            search_alg=searcher,
            scheduler=StudyScheduler(searcher),
            num_samples=10**9,  # the phases say when it is enough
            max_concurrent_trials=crew.at_once,
            reuse_actors=True,
        ),
        run_config=tune.RunConfig(
            name=scratch.name,
            storage_path=str(scratch.parent),
            failure_config=tune.FailureConfig(max_failures=CRASHES),
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            verbose=0,
        ),
    )


def _end_ray() -> None:
    """In another thread: this one alone can take signals back from Ray. Its helpers go once it has let go of them."""
    import ray
    from ray._private.worker import global_worker

    helpers = children()
    with ThreadPoolExecutor(max_workers=1) as beside:
        done = beside.submit(ray.shutdown)
        while not wait([done], HEED_SECONDS).done:
            heed_again()
            if not hasattr(global_worker, "core_worker"):
                kill(helpers)
    heed_again()
    done.result()
