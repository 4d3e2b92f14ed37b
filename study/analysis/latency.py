"""How fast the points of a front draw beside the dense network, in a sentence."""

from collections.abc import Collection

from ganprune.point import Latency

LATENCY = ("latency_ms", "latency_dense_ms")  # a point's and the dense network's, by the names of METRICS
BESIDE = {"latency_dense_ms", "latency_noise"}  # no rows of their own where the dense network has a column


def sentence(latencies: Collection[Latency]) -> str:
    """Empty where nothing was measured."""
    if not latencies:
        return ""
    low, high = min(each.ratio_lo for each in latencies), max(each.ratio_hi for each in latencies)
    where = " or ".join(sorted({f"{each.runtime}, one thread of {each.processor}" for each in latencies}))
    return (
        f"Latency: a picture takes {low:.2f} to {high:.2f} times as long as with the dense network (95 % of cases), one"
        f" at a time in {where}, nothing else running, both drawing in turn."
    )
