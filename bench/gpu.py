"""The figures of a GPU in one run of under 8 minutes, written to `bench/results/gpu.json`: `python -m bench.gpu`.

It needs a card that CUDA serves, torch, pydantic, safetensors and scipy, and CIFAR-10 in DATA_DIR; neither Ray nor
MLflow nor Optuna. Tests of the GPU come last, and decide how it ends.
"""

import subprocess
import sys

import torch

from bench import bf16_quality, distil_recovers, gpu_study, train_speed
from bench.figure import RESULTS, Figure, shown, write

TESTS = [  # with those of drift aside, which need sewar
    "tests/ganprune/test_captured_round.py",
    "tests/ganprune/test_evaluator.py",
    "tests/ganprune/test_weighing.py",
    "tests/ganprune/data/test_streaming.py",
    "tests/ganprune/test_train.py",
]
PARTS = (gpu_study.figures, train_speed.gpu, bf16_quality.figures, distil_recovers.figures)


def main() -> None:
    torch.set_num_threads(1)  # of each lane, as in a study
    found: list[Figure] = []
    for part in PARTS:
        print(sys.modules[part.__module__].__doc__.splitlines()[0], flush=True)
        for one in part():
            print("  " + shown(one), flush=True)
            found.append(one)
        write(found, "python -m bench.gpu", RESULTS.with_name("gpu.json"))
    sys.exit(subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "gpu", *TESTS]).returncode)


main()
