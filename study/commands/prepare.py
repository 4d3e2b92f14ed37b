"""What a study is made of: its pictures, its yardsticks, and the first record that tells of them."""

import math

from ganprune.data import load, tasks
from ganprune.data.images import Images
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.metrics.features import FeatureNet
from ganprune.models import build
from study.commands.console import Screen
from study.records.journal import Records
from study.records.paths import Out
from study.search import setup
from study.settings.machine import Machine, versions
from study.settings.plan import Plan

REFEREE_FROM = 1200  # seconds of TIME that leave some to train a second feature network, where none is known


def load_images(plan: Plan, machine: Machine, out: Out, screen: Screen) -> Images:
    """The real pictures; what was left out of them or changed is told."""
    screen.say(f"loading {plan.dataset}")
    images = _translated(
        plan,
        load(
            plan.dataset,
            plan.data_dir,
            plan.space.model.side,
            store=out.store,
            memory=machine.memory or math.inf,
            kinds=build(plan.space.model).translates and not plan.task,
        ),
    )
    for remark in images.remarks:
        screen.say(remark)
    setup.check_size(images)
    setup.check_labels(plan.space.model, images)
    if told := setup.left_out(plan.space.model, images, plan.space.samples):
        screen.say(told)
    setup.check_kinds(plan.space.model, plan.space.train.batch, images)
    if images.indicative:
        screen.say(f"only {len(images.search)} pictures to compare with: every distance is indicative")
    return images


def _translated(plan: Plan, images: Images) -> Images:
    """What the model is to draw, beside what it is to draw it from if it translates pictures."""
    model = build(plan.space.model)
    if plan.task:
        images = tasks.derived(images, plan.task, plan.direction)
    elif model.translates:
        images = tasks.directed(images, plan.direction)
    return tasks.unpaired(images) if images.pairs and not model.pairs else images


def prepare_evaluator(
    plan: Plan, images: Images, machine: Machine, records: Records, out: Out, screen: Screen
) -> Evaluator:
    """The evaluator; a new study's first record: what it is made of."""
    net = setup.feature_net(images, out.store, screen.note)
    setup.check_objective(plan.quality, net, images)
    if records.log.header:
        _refuse_other_data(plan, records.log.header, images, net)
    if not plan.seconds or plan.seconds >= REFEREE_FROM:
        setup.feature_net(images, out.store, screen.note, referee=True)
    evaluator = setup.make_evaluator(images, net, plan, out.store)
    if not records.log.header:
        records.study(**header(plan, images, net, machine))
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
