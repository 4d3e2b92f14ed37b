"""Figures as a sentence tells them: no more digits than they carry."""

FEW_LEFT = 0.95  # sparser than that, a tenth of a percent is a good part of what is left


def percent(fraction: float) -> str:
    """A share of the weights: 82 %, 98.5 %."""
    return f"{100 * fraction:.{int(fraction >= FEW_LEFT)}f}".removesuffix(".0") + " %"


def change(fraction: float, reach: float | None = None) -> str:
    """Against dense: +9 %; with a tenth only where the interval, so far to each side, is narrower than a percent."""
    return f"{100 * fraction:+.{int(reach is not None and reach < 0.01)}f} %".replace("-", "−").replace("−0 %", "+0 %")


def score(value: float) -> str:
    """Of three digits: 5.40, 0.0395."""
    return f"{value:#.3g}".removesuffix(".")


def size(count: float) -> str:
    """Bytes: 922 B, 403 kB, 4.28 MB."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
