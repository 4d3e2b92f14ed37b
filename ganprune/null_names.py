"""Names of null lines: what a figure must be held against (protocol: every figure beside what needs no work)."""

REAL = "real against real"
GAUSSIAN = "PCA-Gaussian"
REPEATED = "16 real pictures repeated"
INPUT = "the input itself"
MATCHED = "colour-matched input"
MEAN = "mean target"
UNTRAINED = "untrained generator"
UNRELATED = "unrelated pairs"
RANDOM_CONTROL = "random control"
SECOND_SEED = "second seed"
HALF_WIDTH = "half width"
QUARTER_WIDTH = "quarter width"
BITS = (16, 8, 4)  # a weight


def at_bits(bits: int) -> str:
    return f"dense at {bits} bits"
