"""ADAPT's table as arms: masks that stay against masks whose weights take turns, at every density of the generator.

The discriminator is dense, as sparse as the generator, or balanced. All arms train from the first step on, with as many
pictures.
"""

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from study.settings.arms import Arm, dense_arm
from study.settings.comparison import Comparison, Group

DENSITIES = (0.1, 0.2, 0.3, 0.5)  # as in the table
STATIC = "static"
KINDS = {
    STATIC: {"growth": "none"},
    "static, both": {"growth": "none", "balance": "equal"},
    "dynamic": {},
    "dynamic, both": {"balance": "equal"},
    "relaxed": {"balance": "relaxed"},
    "strict": {"balance": "strict"},
}


def keep_balance(whole: TrialSettings, pictures: int) -> Comparison:
    arms, groups = [dense_arm(whole)], []
    for density in DENSITIES:
        gone = 1 - density
        arms += [Arm(name, _sparse(whole, density, own), gone) for name, own in KINDS.items()]
        groups.append(Group(f"{100 * density:g} % of the weights stay", tuple(KINDS), STATIC, (), gone))
    return Comparison(tuple(arms), tuple(groups))


def _sparse(whole: TrialSettings, density: float, own: dict[str, str]) -> TrialSettings:
    """Weights take turns for three quarters of the epochs."""
    settings = METHODS["sparse_training"].Settings(until=max(1, 3 * whole.train.epochs // 4), density=density, **own)
    return whole.with_prune(method="sparse_training", own=settings.model_dump())
