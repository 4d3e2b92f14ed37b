"""A search space that is right, for tests to spoil or to extend."""

import optuna

from study.settings.space import Space
from study.settings.space_file import FOLDER

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))
GOOD = """\
model: {width: 8, side: 16}
train: {batch: 32}
search:
  lr_g: {low: 1.0e-4, high: 1.0e-2, log: true}
  epochs: {choices: [2, 4]}
methods:
  percentage: {threshold: {low: 30, high: 98}}
"""


def trials(space: Space, n: int = 60) -> list[optuna.trial.BaseTrial]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [study.ask() for _ in range(n)]


CHANNELS = "channels: {threshold: {low: 0.1, high: 0.9}, importance: {choices: [l2, taylor]}}"
WITH_CHANNELS = GOOD.replace("percentage: {threshold: {low: 30, high: 98}}", CHANNELS)
