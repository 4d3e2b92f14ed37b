"""The conditional DCGAN: the DCGAN's weights, and what the class adds."""

import pytest
import torch

from ganprune.config import ModelSettings
from ganprune.models import build
from ganprune.prunable import prunable

SMALL = {"width": 4, "latent": 8, "side": 16, "classes": 3}


def test_it_has_the_convolutions_of_the_dcgan():
    for net in ("generator", "discriminator"):
        plain, classed = (build(ModelSettings(name=name, classes=10)).nets[net] for name in ("dcgan", "cdcgan"))
        assert [w.shape for w in prunable(plain).values()] == [w.shape for w in prunable(classed).values()]


@pytest.mark.parametrize("name", ["cdcgan", "csngan"])
def test_the_class_changes_the_picture_once_classes_differ_and_always_the_logit(name):
    gan = build(ModelSettings(name=name, **SMALL))
    gan.initialise(torch.Generator().manual_seed(0))
    gan.generator.eval(), gan.discriminator.eval()
    latents = torch.randn(4, 8, generator=torch.Generator().manual_seed(1))
    one, other = torch.zeros(4, dtype=torch.long), torch.ones(4, dtype=torch.long)
    assert not torch.equal(gan.generator(latents, one), gan.generator(latents, other))
    drawn = gan.generator(latents, one)
    assert not torch.equal(gan.discriminator(drawn, one), gan.discriminator(drawn, other))


@pytest.mark.parametrize("name", ["cdcgan", "csngan"])
def test_the_discriminator_projects_what_it_sees_on_the_class(name):
    """Miyato and Koyama 2018, eq. 3: without the class's embedding it is the logit of any picture."""
    gan = build(ModelSettings(name=name, **SMALL))
    gan.initialise(torch.Generator().manual_seed(0))
    judge = gan.discriminator.eval()
    pictures, labels = torch.rand(3, 3, 16, 16, generator=torch.Generator().manual_seed(1)), torch.arange(3)
    whole = judge(pictures, labels)
    with torch.no_grad():
        if name == "cdcgan":
            seen = judge.body(pictures)
            plain, seen = judge.to_logit(seen).flatten(), seen.sum(dim=(2, 3))
        else:
            seen = judge.seen(pictures)
            plain = judge.to_logit(seen).flatten()
        torch.testing.assert_close(plain + torch.einsum("nc,nc->n", seen, judge.of_class.weight), whole)
