"""Networks that lost channels are smaller whatever runs them; they are told by what is left of the dense one."""

from ganprune.point import Point
from study.analysis.figures import percent
from study.analysis.latency import LATENCY

COSTS = {
    "params": "parameters",
    "macs": "MACs",
    "bytes": "bytes",
    "bytes_compressed": "bytes after compression",
}


def is_narrower(point: Point, dense: Point | None) -> bool:
    """Whether its network has fewer parameters: not zeros, but none."""
    return dense is not None and point.scores.get("params", 0) < dense.scores.get("params", 0)


def sentence(point: Point, dense: Point) -> str:
    """What is left of what a dense network costs."""
    shares = [f"{percent(point.scores[name] / dense.scores[name])} of its {told}" for name, told in COSTS.items()]
    ms, dense_ms = (point.scores.get(name) for name in LATENCY)
    shares += [f"{percent(ms / dense_ms)} of the time a picture takes"] if ms else []
    return f"Channels went, so the network is smaller whatever runs it. Of the dense one are left {', '.join(shares)}."
