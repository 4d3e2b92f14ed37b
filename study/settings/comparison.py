"""What is compared: arms, and the groups in which they are held against one of them, at a share that all have saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ganprune.config import TrialSettings
from ganprune.errors import UserError, instead
from ganprune.methods import METHODS
from ganprune.models import build
from study.settings.arms import SMALL, Arm, dense_arm, method_arms, small_arm

AGAINST, LOT = "percentage", "random"
USUAL = (AGAINST, "magnitude", "channels", "gradual", "sparse_training", "regan")
TARGETS = (0.75, 0.875)
SEEDS = 3


@dataclass(frozen=True)
class Group:
    """Arms that are held against `against`; of `nulls` no verdict is given, since they never compete."""

    title: str
    arms: tuple[str, ...]
    against: str
    nulls: tuple[str, ...] = ()
    share: float | None = None  # that is gone; None: as each arm ends
    cost: str = "sparsity"  # or macs: what `against` is to save as much of as an arm does at that share
    shares_of: str = "sparsity"  # or macs: what `share` is a share of
    metric: str | None = None  # l1, to the true picture; None: the quality that is asked for

    @property
    def alike(self) -> bool:
        """Whether all are held against one another at the same share."""
        return self.cost == self.shares_of


@dataclass(frozen=True)
class Comparison:
    arms: tuple[Arm, ...]
    groups: tuple[Group, ...]

    def named(self, name: str) -> list[Arm]:
        return [arm for arm in self.arms if arm.name == name]

    def known(self, truth: bool) -> "Comparison":
        """What can be told, where of what is drawn there is a true picture or not."""
        return replace(self, groups=tuple(group for group in self.groups if truth or not group.metric))


def by_truth(group: Group) -> Group:
    """The same of translations, by the distance to what they should be: quality does not see whose partner is drawn."""
    return replace(group, title=f"{group.title}, L1 to the truth", metric="l1")


def check(comparison: Comparison) -> None:
    """UserError where an arm would come to nothing."""
    for arm in comparison.arms:
        if why := METHODS[arm.settings.prune.method].refusal(arm.settings):
            raise UserError(f"{arm.name}: {why}")


def methods_of(given: Sequence[str] | None) -> list[str]:
    """What is compared, with what it is held against and the lot; UserError for names that there are not."""
    for name in given or ():
        if name not in METHODS:
            raise UserError(f"METHODS={','.join(given)}: {name}: there is no such method; {instead(name, METHODS)}")
    names = given or [name for name in USUAL if name in METHODS]
    return [*dict.fromkeys([AGAINST, *(name for name in names if name != LOT), LOT])]


def compare_methods(whole: TrialSettings, methods: Sequence[str], shares: Sequence[float], pictures: int) -> Comparison:
    """Every method at every share, beside the dense network, chance, and networks that were trained small."""
    arms = [dense_arm(whole)]
    for method in methods:
        arms += method_arms(whole, method, _asked(method, shares), pictures)
    arms += [small_arm(whole, share) for share in (*shares, beyond(shares))]
    quality = _by_weights(methods, shares)
    truth = map(by_truth, quality) if build(whole.model).translates else ()
    return Comparison(tuple(arms), (*quality, *truth, *_by_macs(methods, shares)))


def beyond(shares: Iterable[float]) -> float:
    """Half of what the sparsest leaves, so that curves of few widths reach past it, whatever these come to."""
    return 1 - (1 - max(shares)) / 2


def _asked(method: str, shares: Sequence[float]) -> Sequence[float]:
    """Channels go in steps as well; a training of its own would be too dear for that."""
    member = METHODS[method]
    return (*shares, beyond(shares)) if member.structured and not member.owns_training else shares


def _by_weights(methods: Iterable[str], shares: Iterable[float]) -> list[Group]:
    arms = (*methods, SMALL)
    return [Group(f"{100 * share:g} % of the weights gone", arms, AGAINST, (LOT, SMALL), share) for share in shares]


def _by_macs(methods: Iterable[str], shares: Iterable[float]) -> list[Group]:
    """Of those that make networks smaller, which zeros do not."""
    arms = tuple(name for name in methods if METHODS[name].structured)
    title = "{:g} % of the weights gone, against a network trained small of as many MACs"
    return [Group(title.format(100 * share), arms, SMALL, (), share, "macs") for share in shares if arms]
