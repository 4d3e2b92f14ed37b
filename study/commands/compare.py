"""The story of `make compare`: all methods at equal sparsity and equal pictures a point, from the same seeds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from ganprune.config import TrialSettings
from ganprune.data import name_of
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from study.analysis.compared import Compared
from study.commands.compare_progress import Expected, Progress, promise
from study.commands.compare_report import write_comparison
from study.commands.driver import Driver, driving
from study.commands.prepare import crew_for, load_images, prepare_evaluator
from study.records.journal import Records
from study.records.listed import Listed
from study.records.paths import Out
from study.search.evaluators import report_evaluator
from study.search.jobs import SAMPLES
from study.search.listed_phase import ListedPhase
from study.settings.arguments import Asked
from study.settings.comparison import SEEDS, TARGETS, Comparison, check, compare_methods, methods_of
from study.settings.machine import Machine, this_machine
from study.settings.plan import Plan, make_plan
from study.settings.space import takes_labels
from study.workers.runner import conduct

Compose = Callable[[TrialSettings, int], Comparison]  # of the training of all, and the number of training pictures


def run_compare(given: Asked) -> None:
    """Compare, or go on; a model after the other, each with a page of its own."""
    methods, shares = methods_of(given.methods), given.targets or TARGETS

    def compose(whole: TrialSettings, pictures: int) -> Comparison:
        return compare_methods(whole, methods, shares, pictures)

    for one in sorted([of_model(given, model) for model in given.models or (None,)], key=_needs_no_labels):
        compare(one, "Pruning methods compared", compose)


def _needs_no_labels(one: Asked) -> bool:
    """What is wrong with a model is told here, or where it needs labels first of all, not when others were trained."""
    return not takes_labels(make_plan(one, None, this_machine()).space.model)


def compare(given: Asked, title: str, compose: Compose, about: Mapping[str, str] = MappingProxyType({})) -> None:
    """Train what the records lack, and write the page; `about`: what a reader has to know beside it, by name."""
    with driving(given, Out.comparison) as driver:
        records = driver.records
        plan = plan_of(given, records, driver.machine)
        images = load_images(plan, driver)
        whole = plan.space.compared(images.channels, plan.seed, len(images.classes))
        comparison = compose(whole, len(images.train)).known(truth=images.pairs)
        check(comparison)
        evaluator = prepare_evaluator(plan, images, driver)
        seeds = tuple(range(plan.seed, plan.seed + (given.seeds or SEEDS)))
        found = Compared(records.log, comparison, seeds, len(images.train))
        try:
            failed = run_all(found, evaluator, plan, driver)
        finally:  # what there is, also where it is interrupted
            if records.log.ended:
                write_comparison(found, title, about, given, driver.paths, driver.screen.say)
    if failed:
        raise UserError(
            f"{len(failed)} trainings failed, the last one with {failed[-1]}; see {driver.paths.log};"
            " the same command tries them again"
        )


def run_all(found: Compared, evaluator: Evaluator, plan: Plan, driver: Driver) -> list[str]:
    """Run every arm from every seed; the reasons of those that failed."""
    listed, records, say = in_order(found), driver.records, driver.screen.say
    if all(each.is_done(records.log) for each in listed):
        return []
    epochs = frozenset(each.settings.train.epochs for each in listed)
    final = replace(report_evaluator(evaluator, plan.seed, SAMPLES * evaluator.n_samples), grid=epochs)
    crew, paced = crew_for(plan, final, driver, partial(driver.start_ray, plan.workers))
    records.call(len(listed), None, crew.at_once)
    expected = Expected(paced.pace, listed[0].settings, found.pictures)
    for line in promise(listed, records.log, expected, crew.at_once, len(found.seeds), plan.space.compare["epochs"]):
        say(line)
    progress = Progress(listed, records.log, expected, crew.at_once, say)
    phase = ListedPhase(listed, records, driver.paths, paced.pace, progress.on_event)
    conduct([phase], crew, driver.paths.scratch, say)
    if phase.user_error:
        raise UserError(phase.user_error)
    return phase.failed


def in_order(found: Compared) -> list[Listed]:
    """The dense networks first, which others are cut from; then seed by seed."""
    (dense, *others) = found.comparison.arms
    return [arm.listed(seed) for arms in ([dense], others) for seed in found.seeds for arm in arms]


def plan_of(given: Asked, records: Records, machine: Machine) -> Plan:
    """A study's plan whose space says how long a point is trained; UserError where that was begun otherwise."""
    plan = make_plan(given, records.log.header.get("spec"), machine)
    begun = plan.space.compare.get("epochs") if records.log.header else None
    epochs = given.epochs or plan.space.compare.get("epochs") or plan.space.epochs[-1]
    if begun and begun != epochs:
        raise UserError(
            f"NAME={plan.name} was begun with EPOCHS={begun}, not {epochs}: points of another budget don't compare;"
            " leave EPOCHS out to continue, or give another NAME"
        )
    space = plan.space.model_copy(update={"compare": plan.space.compare | {"epochs": epochs}})
    return replace(plan, space=space, seconds=None)


def of_model(given: Asked, model: str | None) -> Asked:
    """What is asked, for one model, whose own name keeps it."""
    dataset = given.dataset or "digits"
    name = given.name or f"compare-{name_of(dataset)}"
    if model is None:
        return given.model_copy(update={"name": name})
    return given.model_copy(update={"name": f"{name}-{model}", "model": model, "models": None})
