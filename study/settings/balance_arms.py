"""ADAPT's table as arms: masks that stay against masks whose weights take turns, at every density of the generator.

The discriminator is dense, as sparse as the generator, or balanced. All arms train from the first step on, with as many
pictures.
"""

from collections.abc import Iterable

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from study.settings.arms import Arm, dense_arm
from study.settings.comparison import Comparison, Group

SHARES = (0.9, 0.8, 0.7, 0.5)  # of the generator's weights that are gone, as in the table
TURNS = 50  # wanted of a training, of which each second judges the balance; as often as ADAPT's does
STATIC = "static"
KINDS = {
    STATIC: {"growth": "none"},
    "static (both)": {"growth": "none", "balance": "equal"},
    "dynamic": {},
    "dynamic (both)": {"balance": "equal"},
    "relaxed": {"balance": "relaxed"},
    "strict": {"balance": "strict"},
}


def keep_balance(whole: TrialSettings, pictures: int, shares: Iterable[float] = SHARES) -> Comparison:
    arms, groups = [dense_arm(whole)], []
    for gone in shares:
        density = round(1 - gone, 9)
        arms += [Arm(name, _sparse(whole, pictures, density, own), gone) for name, own in KINDS.items()]
        groups.append(Group(f"{100 * density:g} % of the weights stay", tuple(KINDS), STATIC, (), gone))
    return Comparison(tuple(arms), tuple(groups))


def _sparse(whole: TrialSettings, pictures: int, density: float, own: dict[str, str]) -> TrialSettings:
    """Weights take turns for three quarters of the epochs, often enough in so few steps."""
    train, usual = whole.train, METHODS["sparse_training"].Settings(**own)
    steps = train.epochs * train.epoch_steps(pictures) // train.d_steps
    period, until = min(usual.period, max(1, steps // TURNS)), max(1, 3 * train.epochs // 4)
    settings = usual.model_copy(update={"density": density, "period": period, "until": until})
    return whole.with_prune(method="sparse_training", own=settings.model_dump())
