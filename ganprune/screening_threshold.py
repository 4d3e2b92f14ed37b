"""Where the front stands: few pictures tell whether a point is near enough to be worth the full number."""

from dataclasses import dataclass

NEAR = 1.3  # times the front's fcd: seven standard deviations of a score from 250 pictures


@dataclass(frozen=True)
class ScreeningThreshold:
    front: tuple[tuple[float, float], ...] = ()  # (sparsity, fcd) of its points

    def is_near(self, sparsity: float, fcd: float) -> bool:
        """Whether no point of the front is as sparse and clearly better."""
        return all(fcd <= NEAR * better for sparser, better in self.front if sparser >= sparsity)
