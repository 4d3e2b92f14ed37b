"""What one picture takes: networks drawn with in turn, on one thread of the CPU, where nothing else runs.

Measured while other trials run, one and the same network reads 0.24 to 6.9 ms. So it is measured after the search, and
every round draws with every network: what slows the machine for a while slows them all alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import sqrt
from pathlib import Path
from time import perf_counter

import numpy as np
import onnxruntime
from safetensors import SafetensorError
from torch import nn

from ganprune.config import ModelSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.onnx_file import draw, example_inputs, session, to_onnx
from ganprune.point import Finished, Latency, Point
from ganprune.rebuild import kept_network, pruned_again, trained_again
from ganprune.train import Training

LEAST, MOST = 3, 200  # rounds
TRIES = 4  # at a turn, of which the fastest counts: whatever interrupts one seldom interrupts them all
SECONDS = 4.0  # for all rounds; the networks have to be made again before
RUNTIME = f"onnxruntime {onnxruntime.__version__}"
MEDIAN_REACH = 0.98  # a median's rank lies so many roots of n about the middle, as a share of n, 95 % of the time

Draw = Callable[[], object]
Layers = tuple[ModelSettings, tuple[tuple[int, ...], ...]]  # of which model, and how large each of its tensors is


def latencies(
    wanted: Sequence[tuple[TrialSettings, Point]], evaluator: Evaluator, processor: str, kept: Mapping[str, Path] = {}
) -> Iterator[Latency | Finished]:
    """Each point beside the dense network of its architecture, as `make export` ships them; those whose state is gone
    from the store are left out. `kept`: weights that were kept, by point id, so that no method has to decide again.

    Time depends on layers, not on the values of weights: one dense network stands for all of its architecture, and of
    points with the same layers, as all are that only have zeros, one stands for the others.
    """
    dense: dict[ModelSettings, Draw] = {}
    pruned: dict[Layers, Draw] = {}
    points: list[tuple[Point, Layers]] = []
    for settings, point in wanted:
        if training := _trained(point, settings, evaluator):
            net, model = _network(point, settings, training, kept), settings.model
            layers = model, tuple(tensor.shape for tensor in net.state_dict().values())
            if model not in dense:
                dense[model] = _drawing(training.averaged, model)
            if layers not in pruned:
                pruned[layers] = _drawing(net, model)
            points.append((point, layers))
    yield from _compared(dense, pruned, points, processor)
    yield Finished("completed")


def _network(point: Point, settings: TrialSettings, training: Training, kept: Mapping[str, Path]) -> nn.Module:
    """Where its weights are not kept, or the file is damaged, as its method decides now: as large, if not as good."""
    with suppress(KeyError, OSError, SafetensorError):
        return kept_network(settings.model, kept[point.id])
    return pruned_again(point, settings, training)


def _trained(point: Point, settings: TrialSettings, evaluator: Evaluator) -> Training | None:
    try:
        return trained_again(point, settings, evaluator.images.fingerprint, evaluator.store)
    except UserError:
        return None


def _drawing(net: nn.Module, model: ModelSettings) -> Draw:
    """One picture, by onnxruntime: torch spends most of so small a network's time around the layers, not in them."""
    return partial(draw, session(to_onnx(net, model)), example_inputs(model, 1))


def _compared(
    dense: dict[ModelSettings, Draw], pruned: dict[Layers, Draw], points: list[tuple[Point, Layers]], processor: str
) -> Iterator[Latency]:
    times = in_turn([*dense.values(), *pruned.values()]).T
    whole, own = dict(zip(dense, times, strict=False)), dict(zip(pruned, times[len(dense) :], strict=True))
    for point, layers in points:
        yield compared(point, own[layers], whole[layers[0]], processor)


def in_turn(draws: Sequence[Draw], seconds: float = SECONDS) -> np.ndarray:
    """(rounds, draws) seconds; every second round goes backwards.

    At its turn each is called once before it is timed: at first the caches are full of another's weights.
    """
    rounds, until = [], perf_counter() + seconds
    while len(rounds) < LEAST or (len(rounds) < MOST and perf_counter() < until):
        step = -1 if len(rounds) % 2 else 1
        rounds.append([_fastest(draw) for draw in draws[::step]][::step])
    return np.array(rounds)


def _fastest(draw: Draw) -> float:
    draw()
    return min(_seconds(draw) for _ in range(TRIES))


def _seconds(draw: Draw) -> float:
    started = perf_counter()
    draw()
    return perf_counter() - started


def compared(point: Point, own: np.ndarray, dense: np.ndarray, processor: str) -> Latency:
    """Medians of the seconds that both took round by round, and where the median of their ratio lies."""
    reach = MEDIAN_REACH / sqrt(len(own))
    low, high = np.quantile(own / dense, [max(0.0, 0.5 - reach), min(1.0, 0.5 + reach)]).tolist()
    ms, dense_ms = (1000 * float(np.median(each)) for each in (own, dense))
    return Latency(point.trial, point.id, ms, dense_ms, low, high, len(own), processor, RUNTIME)
