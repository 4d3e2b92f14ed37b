"""A driver: one call that works, alone, on the records of a study or of a comparison."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import torch

from study.commands.console import Screen
from study.records.journal import Records
from study.records.lock import only_driver
from study.records.log_file import noise_to
from study.records.paths import Out, StudyPaths
from study.settings.arguments import Asked, writable
from study.settings.gpus import hide_unserved
from study.settings.machine import Machine, this_machine
from study.settings.process import say
from study.workers.cluster import join
from study.workers.runner import start_here


@dataclass(frozen=True)
class Driver:
    """What a call has at hand from its first word to its last."""

    given: Asked
    out: Out
    paths: StudyPaths
    records: Records
    screen: Screen
    machine: Machine  # this one, or the cluster as one

    def start_ray(self, workers: int) -> None:
        """With room for so many workers; a cluster's is there already."""
        if not self.given.ray_address:
            start_here(self.machine.cores if self.machine.gpus else workers)


@contextmanager
def driving(given: Asked, place: Callable[[Out, str], StudyPaths]) -> Iterator[Driver]:
    """Nobody else drives it meanwhile; `place`: where under OUT what has this name is kept."""
    torch.set_num_threads(1)  # two on busy cores are many times slower
    out = Out(writable(given.out))
    writable(out.store)
    paths = place(out, given.study_name)
    with only_driver(paths, say), noise_to(paths.log) as shown, closing(Records(paths.records)) as records:
        screen = Screen(shown)
        hide_unserved(screen.say)
        machine = join(given.ray_address, out.root) if given.ray_address else this_machine()
        yield Driver(given, out, paths, records, screen, machine)
