"""The story of `make study`: settle, prepare, search, finish. Each step is one function of another file."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial

import torch

from ganprune.data import pictures_at
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.pace import Pace
from ganprune.point import Finished
from ganprune.trial import Event
from study.analysis.recorded_trainings import recorded_like
from study.commands.console import Screen
from study.commands.finish import draft, finish
from study.commands.prepare import load_images, prepare_evaluator
from study.records.journal import Records
from study.records.lock import only_driver
from study.records.log_file import noise_to
from study.records.paths import Out, StudyPaths
from study.records.study import TrialLog
from study.search import setup
from study.search.confirm_phase import SHARE as CONFIRM_SHARE
from study.search.confirm_phase import ConfirmPhase
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import FAILURES, Listener, SearchPhase
from study.search.store_eviction import StoreEviction
from study.settings.arguments import Asked, writable
from study.settings.gpus import hide_unserved
from study.settings.machine import Machine, this_machine
from study.settings.plan import Plan, make_plan
from study.settings.process import BEGAN, FINISH_SECONDS, say
from study.tracking.background import Spool
from study.tracking.server import tracking_uri
from study.workers.cluster import join, measure_elsewhere
from study.workers.crew import Crew, Processes, hire
from study.workers.gpu_busy import GpuBusy
from study.workers.runner import conduct, start_here
from study.workers.trials_at_once import Paced


def run_study(given: Asked) -> None:
    """Run or continue a study."""
    torch.set_num_threads(1)  # two on busy cores are many times slower
    out = Out(writable(given.out))
    writable(out.store)
    paths = out.study(given.study_name)
    with only_driver(paths, say), noise_to(paths.log) as shown, closing(Records(paths.records)) as records:
        screen = Screen(shown)
        hide_unserved(screen.say)
        machine = join(given.ray_address, out.root) if given.ray_address else this_machine()
        plan = make_plan(given, records.log.header.get("spec"), machine)
        pictures_at(plan.dataset, plan.data_dir)  # or Ray would start for nothing
        meanwhile = ThreadPoolExecutor(max_workers=1)  # Ray's processes end with the thread that started them
        cores = machine.cores if machine.gpus else plan.workers
        ray_ready = (lambda: None) if given.ray_address else meanwhile.submit(start_here, cores).result
        images = load_images(plan, machine, out, screen)
        evaluator = prepare_evaluator(plan, images, machine, records, out, screen)
        crew, paced = crew_for(plan, evaluator, machine, given, ray_ready, screen)
        plan = replace(plan, workers=crew.at_once)
        records.call(plan.trials, plan.seconds, plan.workers)
        with closing(Spool(tracking_uri(given.tracking_uri, out), records.log.header, paths, screen.say)) as spool:
            busy = GpuBusy() if machine.gpus and not given.ray_address else None
            screen.begin(plan, paced.pace, paced.state_bytes, records.log, busy)
            listeners = [screen.on_event, on_trial_end(spool.trial, records)]
            try:
                search(
                    plan, evaluator, crew, paced.pace, records, paths, listeners, screen, partial(draft, paths, spool)
                )
            finally:
                screen.end()
                if busy:
                    busy.close()
            screen.say("writing the report")
            screen.farewell(finish(records, paths, spool), plan)


def crew_for(
    plan: Plan,
    evaluator: Evaluator,
    machine: Machine,
    given: Asked,
    ray_ready: Callable[[], object],
    screen: Screen,
) -> tuple[Crew, Paced]:
    """Who will run the trials, and how fast they were seen to be where they will; Ray is there when it returns."""
    screen.say("measuring how fast this machine is")
    deadline = BEGAN + plan.seconds - FINISH_SECONDS if plan.seconds else math.inf
    images = evaluator.images
    settings = plan.space.settings({}, images.channels, plan.seed, len(images.classes))
    if machine.gpus:
        ray_ready()
        return hire(evaluator, settings, deadline, len(machine.gpus), given.workers, screen.say)
    measure = measure_elsewhere if given.ray_address else setup.measure_pace
    paced = Paced(plan.workers, *measure(evaluator, settings, deadline))
    ray_ready()
    return Processes(evaluator, plan.workers), paced


def search(
    plan: Plan,
    evaluator: Evaluator,
    crew: Crew,
    pace: Pace,
    records: Records,
    paths: StudyPaths,
    listeners: list[Listener],
    screen: Screen,
    settled: Callable[[], None],
) -> None:
    """Trials until the budget is used up, then their front once more; or until a signal ends it."""
    optuna_study = OptunaStudy(plan.space, plan.objectives, plan.seed, records.log.ended, paths.journal)
    searching = replace(pace, deadline=pace.deadline - CONFIRM_SHARE * (plan.seconds or 0))
    evict = partial(StoreEviction, evaluator.store, records.log, plan.name, plan.objectives)
    search_phase = SearchPhase(
        plan,
        records,
        paths,
        optuna_study,
        searching,
        [*listeners, evict().on_event],
        recorded=recorded_like(records.log.header),
    )
    confirm_phase = ConfirmPhase(plan, records, paths, lambda: search_phase.pace, pace.deadline, screen.doing, settled)
    try:
        conduct([search_phase, confirm_phase], crew, paths.scratch, screen.say)
    except KeyboardInterrupt:
        if not records.log.ended:
            raise
    evict().pin()  # the second phase may have changed the front
    if search_phase.gave_up:
        raise UserError(f"{FAILURES} trials in a row failed, the last one with {search_phase.gave_up}; see {paths.log}")
    if user_error := search_phase.user_error or confirm_phase.user_error:
        raise UserError(user_error)


def on_trial_end(tell: Callable[[TrialLog], None], records: Records) -> Listener:
    """A listener that is told of trials once they have ended, and not of those that are to be run again."""

    def on_event(number: int, event: Event) -> None:
        if isinstance(event, Finished) and records.log.trials[number].ended:
            tell(records.log.trials[number])

    return on_event
