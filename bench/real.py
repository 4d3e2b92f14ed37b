"""Wall clock until a study is as good as a naive one at its end: ours beside both baselines, one real run.

Hypervolume is one function over all three, of points that one yardstick scored. A clock starts with its process, which
loads the pictures, starts Ray and MLflow, and scores. Feature networks were trained before. Each study runs alone.

The space is `bench/real.yaml`. 10,000 pictures shown to a GAN of 32 pixels teach it nothing that is better than a
Gaussian (skill -1.2 in batches of 128, -0.8 in batches of 32), so the 10,000 of a naive trial are its training set:
shown 3, 6 or 9 times, as in the trials of our protocol, in batches of 32; skill is above 0 from some 5 times on. Width
16 keeps twelve such trials near six minutes on two cores.
"""

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

from bench.cifar10 import CIFAR10, data_dir
from bench.figure import Figure, figure
from bench.yardstick import Mark, marks
from ganprune.data import load
from ganprune.data.images import Images
from study.analysis.pareto import hypervolume
from study.records.paths import Out
from study.settings.variables import handed

ROOT = Path(__file__).parent.parent
NAIVE_TRIALS = 12
TRAINED_ON = 10_000  # pictures
REACH_NAIVE, REACH_COMPETENT = 3, 1.3
LOOK_SECONDS = 1.0  # between looks at the records of a running study
SETTLE_SECONDS = 5.0  # for the last processes of one study to go before the next begins
NAIVE, COMPETENT, OURS = ("bench.naive_study",), ("bench.competent_study",), ("study", "run")  # after `python -m`
SCREEN = "screen.txt"  # what a study would have shown
SETS = {"train": "train", "val": "search", "test": "report"}  # splits as folders name them, and as we do


@dataclass(frozen=True)
class Race:
    """Seconds until each study got there; None: not within the limit."""

    naive: float | None
    competent: float | None
    ours: float | None
    limit: float  # seconds that the naive study took in all


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        race = run(Path(folder), contest(Path(folder)), NAIVE_TRIALS)
    print(f"  {race}", flush=True)
    return [
        saved("time_saved_naive_real", race.naive, race, REACH_NAIVE),
        saved("time_saved_competent_real", race.competent, race, REACH_COMPETENT),
    ]


def saved(name: str, theirs: float | None, race: Race, reach: float) -> Figure:
    """Their seconds by ours; nothing where the naive study found no eligible point.

    A study that does not get there within the limit counts as if it just did: a competent one makes this a lower
    bound, ours an upper one, which is at most 1.
    """
    if race.naive is None:
        return Figure(name, None, "x", "higher", reach, None, 0, [])
    return figure(name, [(theirs or race.limit) / (race.ours or race.limit)], "x", "higher", reach)


def contest(folder: Path) -> dict[str, object]:
    """The variables of all three studies: CIFAR-10's first pictures, or digits where there is no CIFAR-10."""
    if found := data_dir():
        write_zip(load("cifar10", found, side=32), folder / "cifar10.zip")
        return {"DATASET": "cifar10", "SPACE": ROOT / "bench" / "real.yaml", "DATA_DIR": folder}
    print(f"  digits instead of CIFAR-10: DATA_DIR (or data) has none of {', '.join(CIFAR10)}", flush=True)
    return {"DATASET": "digits", "SPACE": ROOT / "bench" / "real-digits.yaml"}


def write_zip(images: Images, file: Path) -> None:
    """A data set like any user's, of TRAINED_ON training pictures, the classes in their shares."""
    with ZipFile(file, "w") as archive:
        for split, name in SETS.items():
            pictures = getattr(images, name)
            for index in range(min(len(pictures), TRAINED_ON)):
                content = io.BytesIO()
                Image.fromarray(pictures.pixels[index].transpose(1, 2, 0)).save(content, "PNG")
                archive.writestr(f"{split}/{pictures.labels[index]}/{index:05d}.png", content.getvalue())


def run(folder: Path, variables: dict[str, object], naive_trials: int) -> Race:
    """The naive study to its end; then the others until they have what it had, or took as long."""
    began = time.time()
    with started(NAIVE, folder / "naive", variables | {"TRIALS": naive_trials}) as naive:
        naive.wait()
        refuse_failure(naive, folder / "naive")
    limit, found = time.time() - began, marks(records(folder / "naive"))
    target = hypervolume(found)
    if not target:
        return Race(None, None, None, limit)
    capped = variables | {"TIME": f"{limit:.0f}s"}
    ours = raced(OURS, folder / "ours", capped, target, limit)
    competent = raced(COMPETENT, folder / "competent", capped, target, limit)
    return Race(seconds_to(found, target, began), competent, ours, limit)


def raced(command: Sequence[str], out: Path, variables: dict[str, object], target: float, limit: float) -> float | None:
    """Seconds from a study's start until its hypervolume reached the target; it is ended then, or at the limit."""
    began, reached, running = time.time(), None, True
    with started(command, out, variables) as study:
        while reached is None and running and time.time() < began + limit:
            running = study.poll() is None  # asked before the last look, so that no point is missed
            reached = seconds_to(marks(records(out)), target, began)
            time.sleep(LOOK_SECONDS)
        refuse_failure(study, out)
    return reached


def refuse_failure(study: subprocess.Popen, out: Path) -> None:
    """A study that broke off has no time to be compared."""
    if study.poll():
        raise RuntimeError(f"{' '.join(study.args)} failed: {(out / SCREEN).read_text()[-2000:]}")


def seconds_to(found: Sequence[Mark], target: float, began: float) -> float | None:
    """Seconds from `began` until points in the order of time reached a hypervolume; None: they never do."""
    enough = (count for count in range(1, len(found) + 1) if hypervolume(found[:count]) >= target)
    count = next(enough, None)
    return count and found[count - 1].time - began


def records(out: Path) -> Path:
    return Out(out).study(out.name).records


@contextmanager
def started(command: Sequence[str], out: Path, variables: dict[str, object]) -> Iterator[subprocess.Popen]:
    """A study in processes of its own, with these variables alone; they are gone when this ends."""
    out.mkdir()
    with (out / SCREEN).open("w") as screen:
        study = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=handed(variables | {"OUT": out, "NAME": out.name}),
            stdout=screen,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield study
    finally:
        if study.poll() is None:
            os.killpg(study.pid, signal.SIGKILL)
        study.wait()
        time.sleep(SETTLE_SECONDS)
