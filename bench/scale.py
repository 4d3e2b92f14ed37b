"""What ten thousand trials and two hundred thousand points cost: an answer of Optuna, a trial more, the report."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.figure import Figure, figure
from bench.overhead import seconds_a_trial
from bench.synthetic import HEADER, write_study
from study.records.journal import read
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.search.optuna_study import OptunaStudy
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import make_plan
from study.settings.variables import handed
from study.tracking.runs import Tracking
from study.tracking.server import default_uri

ROOT = Path(__file__).parent.parent
FEW, MANY = 100, 10_000  # trials
MARKS = (20, 40, 60, 80)  # trials more
ASKS = 24
POINTS_TRIALS = 27_800  # of eight points, one in ten without any: some more than 200,000 points
REACH_ASK, REACH_COST, REACH_REPORT, REACH_BYTES = 0.1, 1.5, 20, 1e9
POLL_SECONDS = 0.05
RUN_TABLES = ("runs", "params", "tags", "metrics", "latest_metrics")


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        seconds, held = report_cost(Path(folder), POINTS_TRIALS)
        short, long = (study_of(Path(folder) / str(trials), trials) for trials in (FEW, MANY))
        asks = ask_seconds(long)
        few, many = trial_seconds(short), trial_seconds(long)
    return [
        figure("ask_latency", asks, "s", "lower", REACH_ASK),
        figure("cost_at_10000", [each / median(few) for each in many], "", "lower", REACH_COST),
        figure("report_200000", [seconds], "s", "lower", REACH_REPORT),
        figure("report_200000_memory", [held], "bytes", "lower", REACH_BYTES),
    ]


def study_of(out: Path, trials: int) -> StudyPaths:
    """A study of synthetic trials, on disk."""
    paths = Out(out).study(HEADER["name"])
    write_study(paths.records, trials).close()
    return paths


def ask_seconds(paths: StudyPaths, asks: int = ASKS) -> list[float]:
    """What Optuna's answers take in that study, each told of before the next."""
    log = read(paths.records)
    plan = make_plan(asked({}), None, this_machine())
    optuna_study = OptunaStudy(plan.space, plan.objectives, plan.seed, log.ended, None)
    seconds = []
    for number in range(len(log.trials), len(log.trials) + asks):
        started = time.perf_counter()
        optuna_study.ask(number)
        seconds.append(time.perf_counter() - started)
    return seconds


def trial_seconds(paths: StudyPaths) -> list[float]:
    """Seconds of the driver's processor for a trial more that trains nothing, in this study, all of it in MLflow."""
    log_all(read(paths.records), paths)
    return seconds_a_trial(paths, MARKS, clock=time.process_time)


def log_all(log: StudyLog, paths: StudyPaths) -> None:
    """Have the study in MLflow without waiting for it: one trial is logged, and its rows copied for all others."""
    out = Out(paths.root.parent)
    tracking = Tracking(default_uri(out), log.header, paths)
    first = next(trial for trial in log.ended if trial.points)
    tracking.trial(first)
    run = tracking.runs(StudyLog())[first.number]
    others = [(f"{run}-{trial.number}", str(trial.number)) for trial in log.ended if trial is not first]
    with sqlite3.connect(out.mlflow_db) as db:
        db.execute("CREATE TEMP TABLE others (run TEXT, number TEXT)")
        db.executemany("INSERT INTO others VALUES (?, ?)", others)
        for table in RUN_TABLES:
            _copy_rows(db, table, run)


def _copy_rows(db: sqlite3.Connection, table: str, run: str) -> None:
    columns = [column for _, column, *_ in db.execute(f"PRAGMA table_info({table})")]
    others = {"run_uuid": "others.run", "value": f"{table}.value"}
    if table == "tags":
        others["value"] = "CASE key WHEN 'trial' THEN number ELSE tags.value END"
    selected = ", ".join(others.get(column, f"{table}.{column}") for column in columns)
    db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {selected} FROM {table}, others WHERE run_uuid = ?", [run]
    )


def report_cost(out: Path, trials: int) -> tuple[float, float]:
    """Seconds of `make report` in a study of so many trials, and the most bytes that it held."""
    study_of(out, trials)
    environment = handed({"OUT": out, "NAME": HEADER["name"]})
    started, held = time.perf_counter(), 0
    report = subprocess.Popen(
        [sys.executable, "-m", "study", "report"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    while report.poll() is None:
        held = _most_held(report.pid) or held  # the last, since the first may be of this process, not yet replaced
        time.sleep(POLL_SECONDS)
    if report.returncode:
        raise RuntimeError(f"make report failed with {report.returncode}")
    return time.perf_counter() - started, held


def _most_held(pid: int) -> int:
    """Bytes of memory that the process held at most so far; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
