"""Random states: every one is derived from a seed and the words that say what it is for."""

import hashlib

import torch


def derive(seed: int, *purpose: object) -> int:
    """A seed of 63 bits for this purpose; other purposes get unrelated ones."""
    text = "/".join(map(str, (seed, *purpose)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *purpose: object, device: str | torch.device = "cpu") -> torch.Generator:
    """A torch generator for this purpose on this device."""
    return torch.Generator(device).manual_seed(derive(seed, *purpose))
