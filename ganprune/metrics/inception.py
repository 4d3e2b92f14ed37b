"""The view of the literature: `fid`, `kid` and `inception_score` are measured in the features of Inception-v3.

The network and its bilinear resize are torch-fidelity's, equal to the TensorFlow original's bit for bit in what FID
is defined by. Its weights (95 MB) are found in the data folder or torch's cache, or fetched once.
"""

import hashlib
import io
from http.client import HTTPException
from pathlib import Path

import torch
from torch import Tensor, nn

from ganprune.errors import UserError
from ganprune.metrics.evidence import Evidence, View

WEIGHTS = "pt_inception-2015-12-05-6726825d.pth"  # as pytorch-fid names it; the end is the start of its SHA-256
SAME_WEIGHTS = "weights-inception-2015-12-05-6726825d.pth"  # as torch-fidelity does
SHA256_START = "6726825d"
SPLITS = 10  # of the Inception Score


def load_inception(data_dir: Path, device: torch.device | str = "cpu") -> nn.Module:
    """Inception-v3, ready for `inception_view`. UserError when its weights are nowhere."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3  # costs seconds

    state = torch.load(_weights_file(data_dir), weights_only=True, map_location="cpu")
    # torch-fidelity reads its file as a full pickle, which may run any code: it gets one that we made.
    trusted = io.BytesIO()
    torch.save(state, trusted)
    trusted.seek(0)
    with torch.random.fork_rng(devices=[]):
        return FeatureExtractorInceptionV3("inception", ["2048", "logits_unbiased"], trusted).to(device)


@torch.no_grad()
def inception_view(net: nn.Module, pictures: Tensor, batch: int = 50) -> View:
    """(n, 2048) features and (n, 1008) logits of uint8 pictures of any size; grey ones are tiled to three channels."""
    coloured = pictures.expand(-1, 3, -1, -1)
    device = next(net.parameters()).device
    parts = [net(part.to(device)) for part in coloured.split(batch)]
    features, logits = (torch.cat(column) for column in zip(*parts, strict=True))
    return View(features.double(), logits)


def inception_score(seen: Evidence) -> float:
    """exp of the mean divergence of a picture's class probabilities from all pictures' (Salimans et al. 2016).

    Mean over 10 parts of the (n, 1008) logits, as usual; they are taken in order, since latents come in none.
    """
    parts = seen.drawn.logits.double().tensor_split(SPLITS)
    return torch.stack([_score_of_part(part) for part in parts]).mean().item()


def _score_of_part(logits: Tensor) -> Tensor:
    log_each = logits.log_softmax(dim=1)
    each = log_each.exp()
    return (each * (log_each - each.mean(dim=0).log())).sum(dim=1).mean().exp()


def _weights_file(data_dir: Path) -> Path:
    """The weights on disk, checked by their hash; fetched into torch's cache when they are nowhere."""
    cache = Path(torch.hub.get_dir()) / "checkpoints"
    places = [folder / name for folder in (data_dir, cache) for name in (WEIGHTS, SAME_WEIGHTS)]
    file = next((place for place in places if place.is_file()), None) or _fetched(cache / WEIGHTS, data_dir)
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if not found.startswith(SHA256_START):
        raise UserError(f"{file}: not the Inception-v3 weights (SHA-256 {found[:8]}…, not {SHA256_START}…): delete it")
    return file


def _fetched(file: Path, data_dir: Path) -> Path:
    from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(URL_INCEPTION_V3, str(file), SHA256_START, progress=False)
    except (OSError, RuntimeError, HTTPException) as error:
        raise UserError(
            f"no {WEIGHTS} (Inception-v3) in {data_dir}, nor could it be fetched ({' '.join(str(error).split())}):"
            " put the file there, or take QUALITY=fcd"
        ) from error
    return file
