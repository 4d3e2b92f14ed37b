"""A Ray cluster that is there already: what must hold before a study trusts it."""

import re
import secrets
import socket
import time
from math import inf
from pathlib import Path
from typing import Any

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.metrics.threads import one_thread
from ganprune.pace import Pace
from study.search.measured_pace import measure_pace
from study.settings.machine import Machine
from study.workers.signals import handled_as_before

ROOT = Path(__file__).parents[2]  # the code that all nodes get
CONNECT_SECONDS = 3
PROOF_SECONDS = 180  # nodes of a busy machine start their first process slowly
OTHERS = {"ray": "for Ray's client", "http": "for the submission of jobs", "https": "for the submission of jobs"}


def join(address: str, out: Path) -> Machine:
    """Connect to the cluster at `address`, prove that all its nodes see `out`; what the cluster is, as one machine."""
    _reachable(address)
    import ray

    try:
        with handled_as_before():
            ray.init(address, log_to_driver=False, logging_level="ERROR", runtime_env={"working_dir": str(ROOT)})
    except Exception as error:
        raise UserError(f"RAY_ADDRESS={address}: {error}") from None
    nodes = [node for node in ray.nodes() if node["Alive"]]
    _prove_shared(out, nodes)
    resources = ray.cluster_resources()
    gpus = ("GPU of the cluster",) * int(resources.get("GPU", 0))
    return Machine(f"Ray cluster of {len(nodes)} nodes", int(resources.get("CPU", 1)), gpus)


def measure_elsewhere(evaluator: Evaluator, settings: TrialSettings, deadline: float) -> tuple[Pace, int]:
    """`measure_pace` as a trial would run: where the cluster has a core free."""
    import ray

    def measure(evaluator: Evaluator) -> tuple[Pace, int]:
        with one_thread():
            return measure_pace(evaluator, settings, deadline)

    return answer(ray.remote(num_cpus=1)(measure).remote(evaluator), deadline)


def answer(asked: Any, deadline: float) -> Any:
    """What workers give back; UserError where none had room for it before time was up."""
    import ray
    from ray.exceptions import GetTimeoutError

    try:
        return ray.get(asked, timeout=None if deadline == inf else max(0.0, deadline - time.time()))
    except GetTimeoutError:
        raise UserError(
            "time is up, and no worker had room to be measured: whatever could train has left, or others hold it;"
            " the same command goes on from here"
        ) from None


def _host_and_port(address: str) -> tuple[str, int]:
    """UserError for addresses of other kinds, which Ray's tools take from the same variable."""
    scheme, _, rest = address.rpartition("://")
    found = re.fullmatch(r"\[?([^\]]+?)\]?:(\d+)", rest)
    if scheme or not found:
        use = OTHERS.get(scheme, "no address of a head")
        raise UserError(
            f"RAY_ADDRESS={address}: that is {use}; give host:port of the cluster's head (6379 unless said otherwise),"
            " or RAY_ADDRESS= to run on this machine"
        )
    return found[1], int(found[2])


def _reachable(address: str) -> None:
    """A dead address would keep Ray trying for minutes."""
    try:
        socket.create_connection(_host_and_port(address), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UserError(
            f"RAY_ADDRESS={address}: no Ray cluster answers there ({error}); give host:port of a running head,"
            " or leave it out to run on this machine"
        ) from None


def _prove_shared(out: Path, nodes: list[dict]) -> None:
    """Have every node read a marker that this one wrote into OUT."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

    marker, secret = out / f".shared.{secrets.token_hex(4)}", secrets.token_hex(16)
    marker.write_text(secret)
    look = ray.remote(num_cpus=0)(lambda: marker.exists() and marker.read_text() == secret)
    try:
        looks = [look.options(scheduling_strategy=On(node["NodeID"], soft=False)).remote() for node in nodes]
        answered, _ = ray.wait(looks, num_returns=len(looks), timeout=PROOF_SECONDS)
        seen = {look: ray.get(look) for look in answered}
    finally:
        marker.unlink()
    places = {look: node["NodeManagerAddress"] for look, node in zip(looks, nodes, strict=True)}
    if silent := [place for look, place in places.items() if look not in seen]:
        raise UserError(f"{', '.join(silent)}: no answer for {PROOF_SECONDS} s; the same command, once they are there")
    if blind := [place for look, place in places.items() if not seen[look]]:
        raise UserError(f"OUT={out}: not the same place on {', '.join(blind)}; give a folder that all nodes mount")
