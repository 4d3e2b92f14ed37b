"""All figures of the README, printed and written to `bench/results/latest.json`."""

from bench import (
    bf16_quality,
    curve_recovery_cost,
    drift,
    gpu_study,
    overhead,
    real,
    scale,
    structured_latency,
    three_minutes,
    train_choices,
    train_quality,
    train_speed,
    training_saved,
)
from bench.elsewhere import take_in
from bench.figure import shown, write

PARTS = (
    training_saved,
    train_speed,
    gpu_study,
    bf16_quality,
    train_choices,
    train_quality,
    structured_latency,
    curve_recovery_cost,
    drift,
    overhead,
    scale,
    three_minutes,
    real,
)


def main() -> None:
    found = []
    for part in PARTS:
        print(part.__doc__.splitlines()[0], flush=True)
        for one in part.figures():
            print("  " + shown(one), flush=True)
            found.append(one)
    write(found, "make bench")
    take_in()


main()
