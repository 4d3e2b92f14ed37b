"""Ray Tune runs the trials: the only place that starts Ray, and what it must never do is said here."""

import os
import secrets
import shutil
import socket
from pathlib import Path

from ganprune.errors import UserError

# Read by Ray when it is imported. It sends no usage statistics and keeps its result files to itself.
os.environ.update(
    RAY_USAGE_STATS_ENABLED="0",
    RAY_CHDIR_TO_TRIAL_DIR="0",
    TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1",
    TUNE_DISABLE_SIGINT_HANDLER="1",
    TUNE_WARN_INSUFFICIENT_RESOURCE_THRESHOLD_S="1000000",
    RAY_AIR_NEW_OUTPUT="0",
)
CONNECT_SECONDS = 3
CRASHES = 3  # of one trial's worker, before the trial counts as failed
STORE_BYTES = 256 * 2**20  # of Ray's object store, beside the pictures


def conduct(conductor, bench, workers: int, address: str | None, scratch: Path) -> None:
    """Run the conductor's trials, `workers` at once, here or on the cluster at `address`, until it has no more."""
    start(workers, bench, address)
    import ray

    try:
        _tune(conductor, bench, workers, scratch)
    finally:
        ray.shutdown()
        shutil.rmtree(scratch, ignore_errors=True)


def start(workers: int, bench, address: str | None) -> None:
    """Connect to a cluster, or start a Ray of our own that listens on loopback only."""
    if address:
        _reachable(address)
    else:
        # In this mode, meant for other systems, Ray binds to 127.0.0.1; else it listens on all interfaces.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    import ray

    if address:
        ray.init(address, log_to_driver=False, logging_level="ERROR", runtime_env=_working_dir())
    else:
        pictures = bench.images
        held = sum(part.pixels.nbytes for part in (pictures.train, pictures.search, pictures.report))
        ray.init(
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=STORE_BYTES + 2 * held,
        )


def _tune(conductor, bench, workers: int, scratch: Path) -> None:
    import ray
    from ray import tune

    from study.searcher import StudySearcher
    from study.trainable import TrialRunner

    gpus = ray.cluster_resources().get("GPU", 0)
    share = {"cpu": 1, "gpu": min(1.0, gpus / workers)} if gpus and bench.device == "cuda" else {"cpu": 1}
    tuner = tune.Tuner(
        tune.with_resources(tune.with_parameters(TrialRunner, bench=bench), share),
        tune_config=tune.TuneConfig(
            search_alg=StudySearcher(conductor),
            num_samples=10**9,  # the conductor says when it is enough
            max_concurrent_trials=workers,
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
    tuner.fit()


def _working_dir() -> dict:
    return {"working_dir": str(Path(__file__).parent.parent)}


def _reachable(address: str) -> None:
    """A dead address would keep Ray trying for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if address == "auto":
        return
    try:
        socket.create_connection((host or "127.0.0.1", int(port)), timeout=CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise UserError(
            f"RAY_ADDRESS={address}: no Ray cluster answers there ({error}); start it (make cluster-up) or leave it out"
        ) from None
