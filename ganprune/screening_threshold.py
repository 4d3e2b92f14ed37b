"""Where the front stands: few pictures tell whether a point is near enough to be worth the full number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScreeningThreshold:
    front: tuple[tuple[float, float], ...] = ()  # (saved, quality) of its points
    near: float = 1.0  # times the front's score, within which few pictures can't tell

    def is_near(self, saved: float, quality: float) -> bool:
        """Whether no point of the front saves as much and is clearly better."""
        return all(quality <= self.near * better for more, better in self.front if more >= saved)
