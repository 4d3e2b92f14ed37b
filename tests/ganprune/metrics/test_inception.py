"""Inception-v3: the real network is built and run; weights are checked, and never unpickled as code."""

import hashlib
import pickle
from pathlib import Path

import pytest
import torch
from torch import Generator
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torchmetrics.image.kid import poly_mmd

from ganprune.errors import UserError
from ganprune.metrics import inception, measured
from ganprune.metrics.evidence import Evidence, View
from ganprune.waiting import read


def _random(n: int, dimensions: int, seed: int, scale: float = 1.0) -> torch.Tensor:
    return scale * torch.randn(n, dimensions, generator=Generator().manual_seed(seed))


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, an empty torch cache and no network."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "cache"))

    def unreachable(*_args, **_options):
        raise OSError("network is\nunreachable")

    monkeypatch.setattr(torch.hub, "urlopen", unreachable)
    return tmp_path / "data"


@pytest.fixture
def untrained_weights(no_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the right form with random numbers in it, and its own hash as the one expected."""
    no_weights.mkdir()
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        torch.manual_seed(0)
        patch.setattr(FeatureExtractorInceptionV3, "load_state_dict", lambda self, state: None)
        empty = no_weights / "empty.pth"
        torch.save({}, empty)
        state = FeatureExtractorInceptionV3("inception", ["2048"], str(empty)).state_dict()
    file = no_weights / inception.WEIGHTS
    torch.save(state, file)
    monkeypatch.setattr(inception, "SHA256_START", hashlib.sha256(file.read_bytes()).hexdigest()[:8])
    return no_weights


def _scores(real: torch.Tensor, drawn: torch.Tensor, logits: torch.Tensor) -> dict[str, float]:
    return read(measured("quality", Evidence(View(real.double()), View(drawn.double(), logits)), view="inception"))


def test_all_three_equal_those_of_others_on_random_features():
    real, fake, logits = _random(300, 64, 0), _random(300, 64, 1, scale=1.3), _random(300, 1008, 2, scale=3.0)
    statistics = [fid_features_to_statistics(features) for features in (real, fake)]
    theirs = {
        "fid": fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"],
        "kid": poly_mmd(real.double(), fake.double()).item(),
        "inception_score": isc_features_to_metric(logits, splits=10, shuffle=False)["inception_score_mean"],
    }
    assert theirs == pytest.approx(_scores(real, fake, logits), rel=1e-6)


def test_without_weights_one_line_says_which_file_to_put_where(no_weights: Path):
    with pytest.raises(UserError) as error:
        inception.load_inception(no_weights)
    message = str(error.value)
    assert "\n" not in message
    assert inception.WEIGHTS in message
    assert str(no_weights) in message
    assert not no_weights.exists()


@pytest.mark.parametrize("name", [inception.WEIGHTS, inception.SAME_WEIGHTS])
def test_a_damaged_file_is_named(no_weights: Path, name: str):
    no_weights.mkdir()
    (no_weights / name).write_bytes(b"half a download")
    with pytest.raises(UserError, match=name):
        inception.load_inception(no_weights)


def test_a_pickle_that_would_run_code_is_not_loaded(no_weights: Path, monkeypatch: pytest.MonkeyPatch):
    no_weights.mkdir()
    file = no_weights / inception.WEIGHTS
    torch.save({"fc.bias": _Malicious(no_weights / "ran")}, file)
    monkeypatch.setattr(inception, "SHA256_START", hashlib.sha256(file.read_bytes()).hexdigest()[:8])
    with pytest.raises(pickle.UnpicklingError):
        inception.load_inception(no_weights)
    assert not (no_weights / "ran").exists()


class _Malicious:
    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.slow
def test_the_whole_network_runs_on_grey_and_colour_pictures(untrained_weights: Path):
    before = torch.get_rng_state()
    net = inception.load_inception(untrained_weights)
    grey = torch.randint(256, (3, 1, 32, 32), dtype=torch.uint8, generator=Generator().manual_seed(0))
    seen = inception.inception_view(net, grey, batch=2)
    assert (seen.rows.shape, seen.logits.shape) == ((3, 2048), (3, 1008))
    in_colour = inception.inception_view(net, grey.repeat(1, 3, 1, 1))
    assert seen.rows == pytest.approx(in_colour.rows, rel=1e-4, abs=1e-5)
    assert torch.equal(before, torch.get_rng_state())
