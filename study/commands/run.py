"""The story of `make study`: settle, prepare, search, finish. Each step is one function of another file."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

from ganprune.data import pictures_at
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.pace import Pace
from ganprune.point import Finished
from ganprune.trial import Event
from study.analysis.recorded_trainings import recorded_like
from study.commands.driver import Driver, driving
from study.commands.finish import draft, finish
from study.commands.prepare import crew_for, load_images, prepare_evaluator
from study.records.journal import Records
from study.records.paths import Out
from study.records.study import TrialLog
from study.search.confirm_phase import SHARE as CONFIRM_SHARE
from study.search.confirm_phase import ConfirmPhase
from study.search.costly import with_costly
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import FAILURES, Listener, SearchPhase
from study.search.store_eviction import StoreEviction
from study.settings.arguments import Asked
from study.settings.plan import Plan, make_plan
from study.tracking.background import Spool
from study.tracking.server import tracking_uri
from study.workers.crew import Crew
from study.workers.gpu_busy import GpuBusy
from study.workers.runner import conduct
from study.workers.trials_at_once import Paced


def run_study(given: Asked) -> None:
    """Run or continue a study."""
    with driving(given, Out.study) as driver:
        records, screen = driver.records, driver.screen
        plan = make_plan(given, records.log.header.get("spec"), driver.machine)
        pictures_at(plan.dataset, plan.data_dir)  # or Ray would start for nothing
        meanwhile = ThreadPoolExecutor(max_workers=1)  # Ray's processes end with the thread that started them
        ray_ready = meanwhile.submit(driver.start_ray, plan.workers).result
        images = load_images(plan, driver)
        evaluator = prepare_evaluator(plan, images, driver)
        crew, paced = crew_for(plan, evaluator, driver, ray_ready)
        plan, told = with_costly(replace(plan, workers=crew.at_once), paced.pace, records.log)
        records.call(plan.trials, plan.seconds, plan.workers, told)
        with closing(spool_of(driver)) as spool:
            with shown(plan, paced, driver):
                search(plan, evaluator, crew, paced.pace, driver, spool)
            screen.say("writing the report")
            screen.farewell(finish(records, driver.paths, spool), plan)


def spool_of(driver: Driver) -> Spool:
    uri = tracking_uri(driver.given.tracking_uri, driver.out)
    return Spool(uri, driver.records.log.header, driver.paths, driver.screen.say)


@contextmanager
def shown(plan: Plan, paced: Paced, driver: Driver) -> Iterator[None]:
    """Within, the screen tells how it goes, and how busy this machine's GPUs are."""
    busy = GpuBusy() if driver.machine.gpus and not driver.given.ray_address else None
    driver.screen.begin(plan, paced.pace, paced.state_bytes, driver.records.log, busy)
    try:
        yield
    finally:
        driver.screen.end()
        if busy:
            busy.close()


def search(plan: Plan, evaluator: Evaluator, crew: Crew, pace: Pace, driver: Driver, spool: Spool) -> None:
    """Trials until the budget is used up, then their front once more; or until a signal ends it."""
    records, paths, screen = driver.records, driver.paths, driver.screen
    evict = partial(StoreEviction, evaluator.store, records.log, plan.name, plan.objectives)
    listeners = [screen.on_event, on_trial_end(spool.trial, records), evict().on_event]
    search_phase = SearchPhase(
        plan,
        records,
        paths,
        OptunaStudy(plan.space, plan.objectives, plan.seed, records.log.ended, paths.journal),
        replace(pace, deadline=pace.deadline - CONFIRM_SHARE * (plan.seconds or 0)),
        listeners,
        recorded=recorded_like(records.log.header),
    )
    settled = partial(draft, paths, spool)
    confirm_phase = ConfirmPhase(plan, records, paths, lambda: search_phase.pace, pace.deadline, screen.doing, settled)
    try:
        conduct([search_phase, confirm_phase], crew, paths.scratch, screen.say, pace.deadline)
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
