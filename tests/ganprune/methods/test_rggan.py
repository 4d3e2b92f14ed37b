"""RG-GAN: who is out, what moves a threshold, what comes back, and what makes it switch."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS, training_of
from ganprune.methods.rggan import Regenerating, RgganSettings, acting, goes_sparse, long_tail
from ganprune.metrics.cost import sparsity
from ganprune.prunable import prunable, weight_name
from ganprune.run import Run
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
NETS = ("generator", "discriminator")
FAST = {"grad": "detached", "growth_per_1000": 0.5}  # half of what the learning rate allows


@pytest.fixture(autouse=True)
def few_to_recalibrate_with(monkeypatch):
    monkeypatch.setattr("ganprune.training_state.RECALIBRATION_PICTURES", 32)


@pytest.fixture(params=["dcgan", "sngan"])
def settings(request) -> TrialSettings:
    """Miyato's Adam, as RG-GAN has it."""
    return TrialSettings(
        model=ModelSettings(name=request.param, width=4, latent=4, side=16, channels=1),
        train=TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3, beta1=0, beta2=0.9, epochs=30),
        prune=PruneSettings(method="rggan", own=FAST),
    )


def _after(settings: TrialSettings, epochs: int, scores: list[float] | None = None) -> Training:
    told, training = iter(scores or []), training_of(settings)
    for _ in range(epochs):
        training.train_epoch(PIXELS, distance=lambda net, inputs: next(told))
    return training


def _hook(training: Training) -> Regenerating:
    return training.hooks["rggan"]


def _weights(training: Training, net: str) -> dict[str, Tensor]:
    return {name: training.gan.nets[net].get_parameter(name).detach().clone() for name in _hook(training).masks[net]}


def _wholes(training: Training, net: str) -> dict[str, Tensor]:
    """With the values of those that are out."""
    return {name: weight + training.hooks["rggan"]._out[net][name] for name, weight in _weights(training, net).items()}


def test_a_weight_acts_strictly_above_its_threshold_and_at_zero_all_but_zeros_do():
    whole = torch.tensor([[0.5, -0.5, 0.51], [0.0, 1e-9, -0.2]])
    assert [[False, False, True], [False, True, True]] == acting(whole, torch.tensor([[0.5], [0.0]])).tolist()


@pytest.mark.parametrize(("acting_weights", "begins_again"), [(1, True), (2, False)])
def test_a_layer_with_a_hundredth_of_its_weights_begins_again(acting_weights, begins_again):
    threshold, whole = torch.full((1, 1), 0.5), torch.full((1, 100), 0.1)
    whole[0, :acting_weights] = 1
    acts = acting(whole, threshold)
    assert begins_again == (threshold == 0).item()
    assert (100 if begins_again else acting_weights) == acts.sum()


def test_the_slope_that_stands_for_a_step():
    at = torch.tensor([0, 0.2, 0.4, 0.7, 1.0, 1.2, -0.2, -1.2])
    assert [2, 1.2, 0.4, 0.4, 0.4, 0, 1.2, 0] == pytest.approx(long_tail(at).tolist())


@pytest.mark.parametrize(("newest", "sparse"), [(9, True), (10, True), (11, False)])
def test_a_score_no_worse_than_the_weighted_past_keeps_it_sparse(newest, sparse):
    for before in (True, False):
        assert sparse == goes_sparse([10, 10, 10, 10, newest], before)
        assert before == goes_sparse([float("inf"), 10, 10, 10, newest], before)


def test_a_threshold_is_of_a_channel_that_its_layer_writes(settings):
    """Transposed convolutions store (in, out, height, width)."""
    training = training_of(settings)
    for net, thresholds in _hook(training).thresholds.items():
        for layer in prunable(training.gan.nets[net]).keys() - training.gan.outputs[net]:
            module = training.gan.nets[net].get_submodule(layer)
            assert module.out_channels == thresholds[weight_name(training.gan.nets[net], layer)].numel()


def test_detached_thresholds_grow_as_the_regulariser_says_and_all_alike(settings):
    """After 12 steps of Adam: the learning rate times λ / (λ + eps) each."""
    hook = _hook(_after(settings, 3))
    for thresholds in hook.thresholds.values():
        for threshold in thresholds.values():
            assert torch.full_like(threshold, 12 * 0.5 / 1000) == pytest.approx(threshold.detach(), rel=0.02)


def test_the_penalty_may_be_told_as_growth_or_as_it_is():
    for rate in (2e-4, 1e-3):
        penalty = RgganSettings(growth_per_1000=0.01).penalty_at(rate)
        assert 0.01 == pytest.approx(1000 * rate * penalty / (penalty + 1e-8))
    assert (3e-5, 5e-6) == (RgganSettings(penalty=3e-5).penalty_at(1), RgganSettings().penalty_at(1))
    assert 1e-12 == RgganSettings(grad="detached").penalty_at(1)
    with pytest.raises(ValueError, match="give one of them"):
        RgganSettings(penalty=1e-5, growth_per_1000=0.1)


def test_the_loss_reaches_thresholds_through_the_mask_alone(settings):
    """With the gradient of the regulariser taken away, detached ones stand still and the others do not."""
    for grad, moves in (("detached", False), ("ste", True)):
        training = training_of(settings.with_own(grad=grad))
        _hook(training)._penalties = dict.fromkeys("gd", 0.0)
        training.train_epoch(PIXELS)
        moved = [threshold.detach().any() for of in _hook(training).thresholds.values() for threshold in of.values()]
        assert [moves] * len(moved) == moved


@pytest.mark.parametrize("layer", [nn.Conv2d(3, 4, 2), nn.ConvTranspose2d(3, 4, 2), nn.Linear(3, 4)])
def test_gradients_are_those_of_an_independent_mask_in_the_graph(layer, settings):
    """Of weights and of a threshold a channel: by autograd through a step whose slope is the long tail."""

    class Step(torch.autograd.Function):
        @staticmethod
        def forward(ctx, above):
            ctx.save_for_backward(above)
            return (above > 0).float()

        @staticmethod
        def backward(ctx, slope):
            return slope * long_tail(ctx.saved_tensors[0])

    random = torch.Generator().manual_seed(0)
    axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    shape = [4 if dim == axis else 1 for dim in range(layer.weight.dim())]
    whole = torch.randn(layer.weight.shape, generator=random).requires_grad_()
    threshold = torch.rand(shape, generator=random).requires_grad_()
    slopes = torch.randn(layer.weight.shape, generator=random)  # of a loss, by the masked weight
    ((whole * Step.apply(whole.abs() - threshold)) * slopes).sum().backward()

    training = training_of(settings.with_own(grad="ste"))
    hook = _hook(training)
    acts = whole.detach().abs() > threshold.detach()
    weight = nn.Parameter(torch.where(acts, whole.detach(), 0))
    weight.grad = slopes.clone()
    training.gan.nets["generator"] = nn.ParameterDict({"w": weight})
    hook.masks["generator"], hook._out["generator"] = {"w": acts}, {"w": torch.where(acts, 0, whole.detach())}
    hook.thresholds["generator"] = {"w": nn.Parameter(threshold.detach().clone())}
    hook._penalties["g"], hook._optimisers["g"].step = 0.0, lambda: None
    hook.before_descent("g", training)
    assert weight.grad == pytest.approx(whole.grad, abs=1e-5)
    assert hook.thresholds["generator"]["w"].grad == pytest.approx(threshold.grad, abs=1e-4)


@pytest.mark.parametrize("beta1", [0.0, 0.5])
def test_detached_what_is_out_keeps_its_value_whatever_momentum_it_had(settings, beta1):
    settings = settings.with_train(beta1=beta1)
    before, after = _after(settings, 3), _after(settings, 5)
    for net in NETS:
        for name, mask in _hook(before).masks[net].items():
            out = ~mask & ~_hook(after).masks[net][name]
            assert torch.equal(_wholes(before, net)[name][out], _wholes(after, net)[name][out])
            assert not _weights(after, net)[name][~_hook(after).masks[net][name]].any()
        assert any((~mask).any() for mask in _hook(before).masks[net].values())


def test_in_a_dense_phase_what_was_out_is_back_with_its_value_and_thresholds_wait(settings):
    """The fifth score is worse than those before it."""
    own = settings.with_own(every=1)
    sparse, dense = _after(own, 5, [1, 1, 1, 1]), training_of(own)
    dense.restore(sparse.tensors())
    _hook(dense).before_epoch(dense, lambda net, inputs: 2.0)
    assert (True, False) == (_hook(sparse).is_sparse, _hook(dense).is_sparse)
    for net in NETS:
        wholes = _wholes(sparse, net)
        assert all(torch.equal(weight, wholes[name]) for name, weight in _weights(dense, net).items())
    assert 0 < sparsity(sparse.generator).prunable
    assert 0 == sparsity(dense.generator).prunable == sparsity(dense.averaged).prunable
    thresholds = [threshold.clone() for of in _hook(dense).thresholds.values() for threshold in of.values()]
    dense.train_epoch(PIXELS, distance=lambda net, inputs: 3.0)
    later = [threshold for of in _hook(dense).thresholds.values() for threshold in of.values()]
    assert all(map(torch.equal, thresholds, later))
    assert 0 == sparsity(dense.generator).prunable


def test_judged_is_the_last_sparse_phase_where_training_ends_in_a_dense_one(settings):
    own = settings.with_own(every=1)
    sparse, dense = _after(own, 5, [1, 1, 1, 1]), _after(own, 7, [1, 1, 1, 1, 2, 3])
    was, judged = (METHODS["rggan"].candidate(Run(own, None, training)) for training in (sparse, dense))
    assert 0 < sparsity(was.net).prunable == sparsity(judged.net).prunable
    for one, other in ((was.net, judged.net), (was.reference, judged.reference)):
        assert all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))
    assert 0 == sparsity(was.reference).prunable


def test_averaged_weights_lose_what_goes(settings):
    training = _after(settings, 4)
    for name, mask in _hook(training).masks["generator"].items():
        assert not training.averaged.get_parameter(name)[~mask].any()


def test_what_would_come_to_nothing_is_refused_in_a_line(settings):
    member = METHODS["rggan"]
    assert member.refusal(settings) is None
    assert "a switch needs 5 scores, every 5 epochs, and 25" in member.refusal(settings.with_train(epochs=25))
    assert "growth_per_1000 1 is more than" in member.refusal(settings.with_own(growth_per_1000=1))
