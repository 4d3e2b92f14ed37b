"""Central claims of papers as comparisons, of 2, 3 and 4 and of ADAPT: what each printed, and what differs here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from study.settings.arms import DENSE, SMALL, Arm, dense_arm, method_arms, small_arm
from study.settings.balance_arms import keep_balance
from study.settings.comparison import Comparison, Group, beyond
from study.settings.density_arms import keep_density

LITTLE = 0.1  # of the training pictures
SCORES = 20  # wanted of the regenerative one while it trains; with the fifth its switch begins
REMOVED = 0.81  # of the parameters: 5.2 times fewer


@dataclass(frozen=True)
class Paper:
    name: str
    models: tuple[str, ...]  # of those that are here the nearest to its own
    claim: str
    printed: str
    differs: str
    compose: Callable[..., Comparison]  # of the training of all, the number of training pictures, and `shares`
    task: str | None = None  # of translation, where none is asked for
    has_shares: bool = False  # of weights that are to go, of which others can be asked for

    @property
    def about(self) -> dict[str, str]:
        return {"claim": self.claim, "printed": self.printed, "differs here": self.differs}


def scarce(whole: TrialSettings, pictures: int) -> Comparison:
    """Dense against regenerative, with a tenth of the pictures, as they are and augmented; an epoch shows each once."""
    shown = whole.train.epochs * whole.train.epoch_steps(pictures) * whole.train.batch
    passes = max(1, round(shown / (LITTLE * pictures)))
    little = whole.with_train(data_share=LITTLE, epoch_images=None, epochs=passes)
    kinds = {"": little, " (augmented)": little.with_train(augment="diffaugment")}
    arms = [dense_arm(trained, DENSE + kind) for kind, trained in kinds.items()]
    own = _switching(passes)
    arms += [Arm(f"rggan{kind}", trained.with_prune(method="rggan", own=own)) for kind, trained in kinds.items()]
    title = f"{LITTLE:.0%} of the pictures".replace("%", " %")
    groups = [Group(title + kind, (DENSE + kind, f"rggan{kind}"), DENSE + kind) for kind in kinds]
    return Comparison(tuple(arms), tuple(groups))


def _switching(passes: int) -> dict[str, Any]:
    """As released, but scored often enough for its switch to be decided several times in so few passes."""
    own = METHODS["rggan"].Settings()
    return own.model_copy(update={"every": min(own.every, max(1, passes // SCORES))}).model_dump()


def small(whole: TrialSettings, pictures: int) -> Comparison:
    """Progressive masks with a teacher, and channels cut, against a network that was small from the start."""
    methods = ("progressive", "channels")
    arms = [dense_arm(whole)]
    arms += [arm for method in methods for arm in method_arms(whole, method, (REMOVED,), pictures)]
    arms += [small_arm(whole, share) for share in (REMOVED, beyond((REMOVED,)))]
    title = f"{100 * REMOVED:g} % of the weights gone"
    alike = Group(f"{title}, of as many MACs", methods, SMALL, (), REMOVED, "macs")
    return Comparison(tuple(arms), (Group(title, (*methods, SMALL), SMALL, (), REMOVED), alike))


PAPERS: dict[int | str, Paper] = {
    2: Paper(
        "RG-GAN",
        ("sngan",),
        "Pruning and regrowing while a GAN trains helps where there are few pictures, less so with augmentation.",
        "Its own tables could not be read. Its ancestor Re-GAN printed FID 36.45 to 32.91 for StyleGAN2 with 10 % of"
        " CIFAR-10; with DiffAugment, few-shot, gains of 0.3 to 1.3 FID.",
        "A smaller network, fcd in place of FID, real pictures apart from those that steer the switch, and far"
        " fewer passes over the pictures than the 1,000 of the released code: a discriminator that has not learned them"
        " by heart leaves little to help with.",
        scarce,
    ),
    3: Paper(
        "Density-preserving pruning",
        ("pix2pix", "cyclegan"),
        "Two agents that prune generator and discriminator together, so that density is kept in every neighbourhood of"
        " what the dense generator draws, hold quality where pruning the generator alone does not, and train stably.",
        "Its body could not be read, so none of its figures is here. Of horses to zebras at 256 pixels others printed"
        " FID 65.8 for a dense CycleGAN and 52 to 65 for networks of 14 to 40 times fewer MACs; who ran two of these"
        " codes again had 66 to 97.",
        "Tasks made of small pictures, so that a true partner is known to whoever scores; networks as small as the"
        " search space has them; a quarter of the MACs executed. Beside it stands what might do as well: plain L1 to"
        " the dense picture, no neighbourhoods, channels by size or by lot, a network trained small, the dense one"
        " trained on for as long.",
        keep_density,
        task="super4",
    ),
    4: Paper(
        "PPCD-GAN",
        ("cdcgan",),
        "Masks that harden while a class-conditional GAN trains, with a teacher, leave a network of 5.2 times fewer"
        " parameters that is better than others.",
        "81 % fewer parameters than the state of the art at better performance, on ImageNet at 128 pixels; of the paper"
        " only the abstract could be read.",
        "A small conditional DCGAN at 32 pixels, masks after those of DMAD, and as the opponent not another paper's"
        " network but one trained small with the same pictures, a teacher's counted.",
        small,
    ),
    "adapt": Paper(
        "ADAPT",
        ("sngan",),
        "Where a generator is sparse from the first step, masks whose weights take turns beat masks that stay, and a"
        " discriminator whose density follows the balance of the game beats one that is as sparse, or dense.",
        "SNGAN on CIFAR-10, FID over dense (10.74) with 50, 30, 20, 10 % of the weights: static 1.14, 1.40, 1.77, 2.49;"
        " dynamic beside a dense discriminator 1.06, 1.16, 1.29, 1.58 (RigL), beside one as sparse 1.14, 1.30, 1.52,"
        " 2.52; relaxed 0.99, 1.15, 1.23, 1.32; strict 1.13, 1.14, 1.19, 1.35.",
        "A smaller network, fcd in place of FID, and far fewer than the 100,000 iterations, so that weights take turns"
        " sooner one after the other, and fewer times in all: look for the order, not for the ratios.",
        keep_balance,
        has_shares=True,
    ),
}
