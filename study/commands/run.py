"""The story of `make study`: settle, prepare, search, finish. Each step is one function of another file."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial

import torch

from ganprune.data import load
from ganprune.data.images import Images
from ganprune.errors import UserError
from ganprune.metrics.features import FeatureNet
from ganprune.pace import Pace
from ganprune.point import Finished
from ganprune.trial import Event
from ganprune.workbench import Workbench
from study.commands.console import Screen
from study.commands.finish import finish
from study.records.journal import Records
from study.records.lock import only_driver
from study.records.log_file import noise_to
from study.records.paths import Out, StudyPaths
from study.records.study import TrialLog
from study.search import setup
from study.search.confirm_phase import SHARE as CONFIRM_SHARE
from study.search.confirm_phase import Confirmer
from study.search.optuna_study import Advisor
from study.search.search_phase import FAILURES, Conductor, Listener
from study.search.store_eviction import Room
from study.settings.arguments import Asked, writable
from study.settings.machine import Machine, this_machine, versions
from study.settings.plan import Plan, settle
from study.settings.process import BEGAN, say
from study.tracking.background import Spool
from study.tracking.server import tracking_uri
from study.workers import gpu_share
from study.workers.cluster import join
from study.workers.runner import conduct, start_here

REFEREE_FROM = 1200  # seconds of TIME that leave some to train a second feature network, where none is known
FINISH_SECONDS = 12  # kept back of TIME for the report and MLflow


def run_study(given: Asked) -> None:
    """Run or continue a study."""
    torch.set_num_threads(1)  # two on busy cores are many times slower
    out = Out(writable(given.out))
    writable(out.store)
    paths = out.study(given.study_name)
    with only_driver(paths, say), noise_to(paths.log) as shown, closing(Records(paths.records)) as records:
        screen = Screen(shown)
        machine = join(given.ray_address, out.root) if given.ray_address else this_machine()
        plan = settle(given, records.log.header.get("spec"), machine)
        images = loaded(plan, screen)
        if machine.gpus and not given.workers and not given.ray_address:
            plan = replace(plan, workers=shared_gpus(plan, images, machine, screen))
        meanwhile = ThreadPoolExecutor(max_workers=1)  # Ray's processes end with the thread that started them
        ray_started = None if given.ray_address else meanwhile.submit(start_here, plan.workers)
        bench = prepared(plan, images, machine, records, out, screen)
        pace, state_bytes = paced(plan, bench, screen)
        if ray_started:
            ray_started.result()
        records.call(plan.trials, plan.seconds, plan.workers)
        with closing(Spool(tracking_uri(given.tracking_uri, out), records.log.header, paths, screen.say)) as spool:
            screen.begin(plan, pace, state_bytes, records.log)
            try:
                search(plan, bench, pace, records, paths, [screen.hear, ended(spool.trial, records)], screen)
            finally:
                screen.end()
            screen.say("writing the report")
            screen.farewell(finish(records, paths, spool), plan)


def loaded(plan: Plan, screen: Screen) -> Images:
    """The real pictures; what was left out of them or changed is told."""
    screen.say(f"loading {plan.dataset}")
    images = load(plan.dataset, plan.data_dir, plan.space.model.side)
    for remark in images.remarks:
        screen.say(remark)
    setup.check_size(images)
    setup.check_labels(plan.space.model, images)
    if images.indicative:
        screen.say(f"only {len(images.search)} pictures to compare with: every distance is indicative")
    return images


def shared_gpus(plan: Plan, images: Images, machine: Machine, screen: Screen) -> int:
    """Trials at once on this machine's GPUs."""
    screen.say(f"measuring how many trials share {machine.gpus[0]}")
    settings = plan.space.settings({}, images.channels, plan.seed, len(images.classes))
    measure = partial(gpu_share.measured, settings, images.train.tensors(), "cuda")
    return len(machine.gpus) * gpu_share.trials_at_once(measure, screen.say)


def prepared(plan: Plan, images: Images, machine: Machine, records: Records, out: Out, screen: Screen) -> Workbench:
    """The workbench; a new study's first record: what it is made of."""
    net = setup.feature_net(images, out.store, screen.note)
    setup.check_objective(plan.quality, net, images)
    if records.log.header:
        _refuse_other_data(plan, records.log.header, images, net)
    if not plan.seconds or plan.seconds >= REFEREE_FROM:
        setup.feature_net(images, out.store, screen.note, referee=True)
    bench = setup.workbench(images, net, plan, out.store)
    if not records.log.header:
        records.study(**header(plan, images, net, machine))
    return bench


def paced(plan: Plan, bench: Workbench, screen: Screen) -> tuple[Pace, int]:
    """The pace of this machine, with the deadline of this call, and the bytes of a stored state."""
    screen.say("measuring how fast this machine is")
    deadline = BEGAN + plan.seconds - FINISH_SECONDS if plan.seconds else math.inf
    images = bench.images
    settings = plan.space.settings({}, images.channels, plan.seed, len(images.classes))
    return setup.measured(bench, settings, deadline)


def search(
    plan: Plan,
    bench: Workbench,
    pace: Pace,
    records: Records,
    paths: StudyPaths,
    listeners: list[Listener],
    screen: Screen,
) -> None:
    """Trials until the budget is used up, then their front once more; or until a signal ends it."""
    advisor = Advisor(plan.space, plan.quality, plan.seed, records.log.ended, paths.journal)
    searching = replace(pace, deadline=pace.deadline - CONFIRM_SHARE * (plan.seconds or 0))
    room = Room(bench.store, records.log, plan.name, plan.quality)
    conductor = Conductor(plan, records, paths, advisor, searching, [*listeners, room.hear])
    confirmer = Confirmer(plan, records, paths, lambda: conductor.pace, pace.deadline, screen.doing)
    try:
        conduct([conductor, confirmer], bench, plan.workers, paths.scratch, tell=screen.say)
    except KeyboardInterrupt:
        if not records.log.ended:
            raise
    Room(bench.store, records.log, plan.name, plan.quality).pin()  # the second act may have changed the front
    if conductor.gave_up:
        raise UserError(f"{FAILURES} trials in a row failed, the last one with {conductor.gave_up}; see {paths.log}")
    if halted := conductor.halted or confirmer.halted:
        raise UserError(halted)


def ended(tell: Callable[[TrialLog], None], records: Records) -> Listener:
    """A listener that is told of trials once they have ended, and not of those that are to be run again."""

    def hear(number: int, event: Event) -> None:
        if isinstance(event, Finished) and records.log.trials[number].ended:
            tell(records.log.trials[number])

    return hear


def header(plan: Plan, images: Images, net: FeatureNet, machine: Machine) -> dict:
    """What a study is made of."""
    return {
        "name": plan.name,
        "spec": plan.spec(),
        "data": {
            "name": images.name,
            "fingerprint": images.fingerprint,
            "classes": len(images.classes),
            "train": len(images.train),
            "search": len(images.search),
            "report": len(images.report),
            "side": images.side,
            "crop": images.crop,
            "channels": images.channels,
            "indicative": images.indicative,
            "problems": list(images.problems),
            "remarks": list(images.remarks),
        },
        "features": {"hash": net.hash, "trained_on": net.about.task, "accuracy": net.about.accuracy},
        "versions": versions(),
        "hardware": machine.record(),
    }


def _refuse_other_data(plan: Plan, begun: dict, images: Images, net: FeatureNet) -> None:
    then, now = begun["data"]["fingerprint"], images.fingerprint
    if then != now:
        raise UserError(
            f"NAME={plan.name} was begun with other pictures of {plan.dataset} (fingerprint {then}, now {now});"
            " bring them back or give another NAME"
        )
    if begun["features"]["hash"] != net.hash:
        raise UserError(
            f"NAME={plan.name} was scored in the features of network {begun['features']['hash']}, now {net.hash};"
            " figures of two networks can't be compared: give another NAME"
        )
