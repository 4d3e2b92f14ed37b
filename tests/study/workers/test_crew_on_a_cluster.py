"""Lanes on the GPUs of a cluster, here in name only: two on one node, and one on another, which leaves."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from math import inf

import pytest

from bench.yardstick import prepared
from ganprune.point import EpochTrained, Finished
from study.records.journal import Records
from study.search.jobs import Job
from study.search.phase import Phase
from study.settings.arguments import asked
from study.workers.cluster import join
from study.workers.crew import hire
from study.workers.hired import Hired
from study.workers.runner import conduct
from tests.study.driver import TINY

pytestmark = pytest.mark.slow

GPUS, LANES = 3, 4
ENDLESS = 10**6  # epochs
MORE = 3  # of them are wanted once the node has left


@pytest.fixture
def cluster(monkeypatch):
    """On loopback; the head has no room for trials."""
    import ray
    from ray.cluster_utils import Cluster

    monkeypatch.setitem(os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    cluster.add_node(num_cpus=1, num_gpus=2)
    cluster.leaving = cluster.add_node(num_cpus=1, num_gpus=1)
    yield cluster
    ray.shutdown()  # else the loss of its node would end this process
    cluster.shutdown()


class Trials(Phase):
    """One for every lane, and one more; once all lanes have told of an epoch, a node leaves."""

    def __init__(self, records: Records, jobs: list[Job], leave: Callable[[], None]):
        super().__init__(records)
        self._jobs, self._leave = jobs, leave
        self.epochs: dict[int, list[int]] = defaultdict(list)  # told, by trial
        self.then: dict[int, int] = {}  # how many had been told when the node left
        self.failed: list[Finished] = []

    def suggest(self) -> Job | None:
        return self._jobs.pop(0) if self._jobs else None

    def on_event(self, number: int, event) -> None:
        match event:
            case EpochTrained():
                self.epochs[number].append(event.epoch)
            case Finished():
                self.failed.append(event)
        if not self.then and len(self.epochs) == LANES:
            self._leave()
            self.then = {number: len(told) for number, told in self.epochs.items()}

    def is_over(self, number: int) -> bool:
        return bool(self.failed or (self.then and len(self.epochs[number]) >= self.then.get(number, 0) + MORE))

    def called(self, number: int) -> str:
        return f"trial {number}"


def _node_of(hired: Hired) -> str:
    import ray

    return ray.get(hired.worker.__ray_call__.remote(lambda worker: ray.get_runtime_context().get_node_id()))


def test_lanes_are_spread_over_nodes_and_one_that_leaves_costs_a_trial_no_epoch_that_is_in_the_store(cluster, tmp_path):
    plan, evaluator = prepared(asked({"SPACE": str(TINY), "OUT": tmp_path}))
    settings = plan.space.settings({}, 1, 0).with_train(epochs=ENDLESS, epoch_images=400)
    jobs = [Job(seed, settings.with_train(seed=seed)) for seed in range(LANES + 1)]
    machine, shown = join(cluster.address, tmp_path), list[str]()
    lanes, _ = hire(evaluator, settings, inf, len(machine.gpus), LANES, shown.append, device="cpu")
    assert (GPUS, LANES) == (len(lanes.hired), lanes.at_once)
    assert [1, 1, 2] == sorted(hired.lanes for hired in lanes.hired)
    assert [1, 2] == sorted(Counter(map(_node_of, lanes.hired)).values())
    trials = Trials(
        Records(tmp_path / "study.jsonl"), jobs, lambda: cluster.remove_node(cluster.leaving, allow_graceful=False)
    )
    conduct([trials], lanes, tmp_path / "ray", shown.append)
    assert [] == trials.failed
    assert [*range(LANES + 1)] == sorted(trials.epochs)
    again = {number: told for number, told in trials.epochs.items() if told != sorted(set(told))}
    assert {} == again, "an epoch was trained again"
    assert any("its worker died" in line for line in shown)
