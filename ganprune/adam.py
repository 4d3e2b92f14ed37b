"""Adam (Kingma & Ba 2015), one fused kernel a step.

It is torch's own function. The class `torch.optim.Adam` does the same, but only after it has imported a compiler that
nothing here is compiled with: 4 s in every process, so in that of every worker.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

EPS = 1e-8


class Adam:
    """Moments of these weights' gradients, laid out in memory as the weights are: the fused kernel walks through it."""

    def __init__(self, weights: Iterable[nn.Parameter], rate: float, betas: tuple[float, float]):
        self.rate, self._weights, self._betas = rate, [], betas
        self._moments: dict[str, list[Tensor]] = {"exp_avg": [], "exp_avg_sq": [], "step": []}
        self.add(weights)

    def add(self, weights: Iterable[nn.Parameter]) -> None:
        """Move these as well."""
        for weight in weights:
            self._weights.append(weight)
            self._moments["exp_avg"].append(torch.zeros_like(weight))
            self._moments["exp_avg_sq"].append(torch.zeros_like(weight))
            self._moments["step"].append(torch.zeros((), device=weight.device))

    def differentiate(self, loss: Tensor) -> None:
        """Only these weights get gradients, of this loss alone."""
        with torch.autocast(loss.device.type, enabled=False):
            for weight in self._weights:
                weight.grad = None
            loss.backward(inputs=self._weights)

    @property
    def gradients(self) -> list[Tensor]:
        return [weight.grad for weight in self._weights]

    @gradients.setter
    def gradients(self, gradients: list[Tensor]) -> None:
        for weight, gradient in zip(self._weights, gradients, strict=True):
            weight.grad = gradient

    @torch.no_grad()
    def step(self) -> None:
        """Down their gradients."""
        adam(
            self._weights,
            self.gradients,
            self._moments["exp_avg"],
            self._moments["exp_avg_sq"],
            [],
            self._moments["step"],
            fused=True,
            amsgrad=False,
            maximize=False,
            lr=self.rate,
            beta1=self._betas[0],
            beta2=self._betas[1],
            weight_decay=0.0,
            eps=EPS,
        )

    def moments(self, weight: nn.Parameter) -> tuple[Tensor, Tensor]:
        """Of this weight's gradients, to be changed in place."""
        at = next(n for n, each in enumerate(self._weights) if each is weight)
        return self._moments["exp_avg"][at], self._moments["exp_avg_sq"][at]

    def tensors(self) -> dict[str, Tensor]:
        """Its state by the weights' numbers."""
        return {f"{n}.{name}": tensor for name, all_of in self._moments.items() for n, tensor in enumerate(all_of)}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave; KeyError or RuntimeError when it is of other weights."""
        for name, tensor in self.tensors().items():
            tensor.copy_(state[name])
