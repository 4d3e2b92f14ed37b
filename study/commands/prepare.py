"""Before the first trial: pictures, yardsticks, the first record, which tells of them, and who will run the trials."""

import math
from collections.abc import Callable

from ganprune.data import load, tasks
from ganprune.data.images import Images
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.metrics.features import FeatureNet
from ganprune.models import build
from study.commands.driver import Driver
from study.search import data_checks
from study.search.evaluators import make_evaluator
from study.search.feature_network import feature_net
from study.search.measured_pace import measure_pace
from study.search.step_cost import check_step, step_cost
from study.settings.machine import Machine, versions
from study.settings.plan import Plan
from study.settings.process import BEGAN, FINISH_SECONDS
from study.workers.cluster import measure_elsewhere
from study.workers.crew import Crew, Processes, hire
from study.workers.trials_at_once import Paced

REFEREE_FROM = 1200  # seconds of TIME that leave some to train a second feature network, where none is known


def load_images(plan: Plan, driver: Driver) -> Images:
    """The real pictures; what was left out of them or changed is told."""
    say = driver.screen.say
    say(f"loading {plan.dataset}")
    images = _translated(plan, _loaded(plan, driver))
    for remark in images.remarks:
        say(remark)
    data_checks.check_size(images)
    data_checks.check_labels(plan.space.model, images)
    if told := data_checks.left_out(plan.space.model, images, plan.space.samples):
        say(told)
    data_checks.check_kinds(plan.space.model, plan.space.train.batch, images)
    if images.train.source is not None:
        say(f"after an epoch {driver.paths.first_epoch} shows input, target and output of three pictures")
    if images.indicative:
        say(f"only {len(images.search)} pictures to compare with: every distance is indicative")
    return images


def _loaded(plan: Plan, driver: Driver) -> Images:
    return load(
        plan.dataset,
        plan.data_dir,
        plan.space.model.side,
        store=driver.out.store,
        memory=driver.machine.memory or math.inf,
        kinds=build(plan.space.model).translates and not plan.task,
        drop_strays=plan.strays == "drop",
    )


def _translated(plan: Plan, images: Images) -> Images:
    """What the model is to draw, beside what it is to draw it from if it translates pictures."""
    model = build(plan.space.model)
    if plan.task:
        images = tasks.derived(images, plan.task, plan.direction)
    elif model.translates:
        images = tasks.directed(images, plan.direction)
    return tasks.unpaired(images) if images.pairs and not model.pairs else images


def prepare_evaluator(plan: Plan, images: Images, driver: Driver) -> Evaluator:
    """The evaluator; a new study's first record: what it is made of."""
    store, records, note = driver.out.store, driver.records, driver.screen.note
    net = feature_net(images, store, note)
    data_checks.check_objective(plan.quality, net, images)
    if records.log.header:
        _refuse_other_data(plan, records.log.header, images, net)
    if not plan.seconds or plan.seconds >= REFEREE_FROM:
        feature_net(images, store, note, referee=True)
    evaluator = make_evaluator(images, net, plan, store)
    if not records.log.header:
        records.study(**header(plan, images, net, driver.machine))
    return evaluator


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
            "translates": images.train.source is not None,
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


def crew_for(plan: Plan, evaluator: Evaluator, driver: Driver, ray_ready: Callable[[], object]) -> tuple[Crew, Paced]:
    """Who will run the trials, and how fast they were seen to be where they will; Ray is there when it returns."""
    driver.screen.say("measuring how fast this machine is")
    given, machine, images = driver.given, driver.machine, evaluator.images
    deadline = BEGAN + plan.seconds - FINISH_SECONDS if plan.seconds else math.inf
    settings = plan.space.settings({}, images.channels, plan.seed, len(images.classes))
    if machine.gpus:
        ray_ready()
        return hire(evaluator, settings, deadline, len(machine.gpus), given.workers, driver.screen.say)
    if not given.ray_address and build(settings.model).translates:
        check_step(settings, step_cost(settings), machine)
    measure = measure_elsewhere if given.ray_address else measure_pace
    paced = Paced(plan.workers, *measure(evaluator, settings, deadline))
    ray_ready()
    return Processes(evaluator, plan.workers), paced
