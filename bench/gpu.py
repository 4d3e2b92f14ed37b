"""The figures of a GPU in one run of some seven minutes, written to `bench/results/gpu.json`: `python -m bench.gpu`.

It needs a card that CUDA serves, torch, pydantic, safetensors and scipy, and CIFAR-10 in DATA_DIR; neither Ray nor
MLflow nor Optuna. What is timed has the GPU for itself. What is not, and the tests of a GPU, which decide how it ends,
then share it.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import torch

from bench import bf16_quality, distil_recovers, gpu_study, train_speed
from bench.figure import OF_GPU, Figure, shown, write

TESTS = [
    "tests/ganprune/test_captured_round.py",
    "tests/ganprune/test_evaluator.py",
    "tests/ganprune/test_weighing.py",
    "tests/ganprune/data/test_streaming.py",
    "tests/ganprune/metrics/test_drift.py",  # which needs sewar
    "tests/ganprune/test_train.py",
]
TEST = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "--continue-on-collection-errors", *TESTS]
TIMED = (gpu_study.figures, train_speed.gpu)
UNTIMED = (bf16_quality.figures, distil_recovers.figures)


def main() -> None:
    torch.set_num_threads(1)  # of each lane, as in a study
    found: list[Figure] = []
    with ThreadPoolExecutor() as beside:
        keep(found, map(told, TIMED))
        with subprocess.Popen(TEST) as tests:
            keep(found, beside.map(told, UNTIMED))
    sys.exit(tests.returncode)


def told(part: Callable[[], Iterable[Figure]]) -> list[Figure]:
    print(sys.modules[part.__module__].__doc__.splitlines()[0], flush=True)
    figures = list(part())
    for one in figures:
        print("  " + shown(one), flush=True)
    return figures


def keep(found: list[Figure], parts: Iterator[list[Figure]]) -> None:
    """As soon as they are there: what comes later may fail. Where nothing is measured, an earlier GPU's stay."""
    for figures in parts:
        found += figures
        if any(one.value is not None for one in found):
            write(found, "python -m bench.gpu", OF_GPU)


if __name__ == "__main__":
    main()
