"""The training loop of PyTorch's DCGAN tutorial, as a user copies it: what our own training is held against.

https://docs.pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html, with two differences: the network is ours, begun
with the same weights as ours, and logits take the place of a last sigmoid. Pictures are decoded, made tensors and
scaled one by one in the loading process, memory is contiguous, Adam is stock, every loss is read after every step.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

from ganprune import seeds
from ganprune.config import ModelSettings, TrainSettings
from ganprune.models import build

REAL, FAKE = 1.0, 0.0  # labels
criterion = nn.BCEWithLogitsLoss()


class TrainingSet(Dataset):
    """Pictures as torchvision's CIFAR10 keeps them: one array, of which each becomes a PIL picture, then a tensor."""

    def __init__(self, pixels: np.ndarray):
        """`pixels`: uint8 (n, channels, side, side)."""
        self.data = np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))
        half = (0.5,) * pixels.shape[1]
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(half, half)])

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> Tensor:
        picture = self.data[index]
        return self.transform(Image.fromarray(picture.squeeze(2) if picture.shape[2] == 1 else picture))


def loader(pixels: np.ndarray, settings: TrainSettings, processes: int = 0) -> DataLoader:
    """Shuffled batches of float pictures in [-1, 1], loaded by so many processes, or by the one that trains."""
    pictures, random = TrainingSet(pixels), torch.Generator().manual_seed(settings.seed)
    shuffled = RandomSampler(pictures, num_samples=settings.epoch_images or len(pictures), generator=random)
    many = {"num_workers": processes, "persistent_workers": processes > 0}
    return DataLoader(pictures, settings.batch, sampler=shuffled, drop_last=True, **many)


@dataclass
class Pair:
    """The tutorial's netG, netD, optimizerG and optimizerD."""

    generator: nn.Module
    discriminator: nn.Module
    optimiser_g: torch.optim.Optimizer
    optimiser_d: torch.optim.Optimizer
    latent: int
    outputs: set[str]  # of the generator's layers, those that pruning spares
    device: str


def begin(model: ModelSettings, settings: TrainSettings, device: str = "cpu") -> Pair:
    random = seeds.generator(settings.seed, "initial weights")  # as `ganprune.training_state` draws them
    gan = build(model)
    gan.initialise(random)
    g, d = gan.generator.to(device), gan.discriminator.to(device)
    betas = (settings.beta1, settings.beta2)
    optimiser_g = torch.optim.Adam(g.parameters(), lr=settings.lr_g, betas=betas)
    optimiser_d = torch.optim.Adam(d.parameters(), lr=settings.lr_d, betas=betas)
    return Pair(g, d, optimiser_g, optimiser_d, model.latent, gan.outputs["generator"], device)


def train_epoch(pair: Pair, batches: Iterable[Tensor], random: torch.Generator) -> int:
    """One pass over float batches (n, channels, side, side); pictures shown. FloatingPointError where it diverges."""
    pair.generator.train()
    pair.discriminator.train()
    images = 0
    for real in batches:
        loss_d, loss_g = train_step(pair, real, random)
        if not np.isfinite(loss_d + loss_g):
            raise FloatingPointError("the loss is not finite")
        images += len(real)
    return images


def train_step(pair: Pair, real: Tensor, random: torch.Generator) -> tuple[float, float]:
    """The discriminator on real and generated pictures, then the generator; losses of both, D's first."""
    real = real.to(pair.device)
    pair.discriminator.zero_grad()
    loss_real = judged(pair, real, REAL)
    loss_real.backward()
    fake = pair.generator(torch.randn(len(real), pair.latent, generator=random, device=pair.device))
    loss_fake = judged(pair, fake.detach(), FAKE)
    loss_fake.backward()
    pair.optimiser_d.step()
    pair.generator.zero_grad()
    loss_g = judged(pair, fake, REAL)
    loss_g.backward()
    pair.optimiser_g.step()
    return (loss_real + loss_fake).item(), loss_g.item()


def judged(pair: Pair, pictures: Tensor, label: float) -> Tensor:
    output = pair.discriminator(pictures)
    return criterion(output, torch.full_like(output, label))
