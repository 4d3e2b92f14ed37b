"""CycleGAN has the size of the original's, and four networks with two pools on two sides."""

import pytest
import torch

from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.models.cyclegan import CycleGan
from tests.ganprune.models.counted import counted


def test_its_generator_has_the_parameters_and_executes_the_macs_of_the_original():
    with torch.device("meta"):
        gan = CycleGan(ModelSettings(name="cyclegan", side=256, width=64, blocks=9))
        source = torch.empty(1, 3, 256, 256)
    assert (11_378_179, 49_551_507_456) == counted(gan.generator, source)
    assert (1, 1, 30, 30) == gan.discriminator(source).shape


def test_without_blocks_both_generators_are_u_nets():
    gan = CycleGan(ModelSettings(name="cyclegan", side=32, width=2))
    there, back = (gan.nets[name] for name in gan.sides["g"])
    assert there is gan.generator
    assert there is not back
    assert 5 == len(there.downs) == len(back.downs)


def test_all_networks_are_drawn_anew_and_no_two_alike():
    gan = CycleGan(ModelSettings(name="cyclegan", side=16, width=2, blocks=1))
    gan.initialise(torch.Generator().manual_seed(0))
    for there, back in gan.sides.values():
        pairs = zip(gan.nets[there].parameters(), gan.nets[back].parameters(), strict=True)
        assert not all(torch.equal(*pair) for pair in pairs)
    assert gan.nets["pool"].chance != gan.nets["pool_back"].chance


def test_a_side_that_is_not_halved_twice_is_refused_with_the_nearest_that_will_do():
    with pytest.raises(UserError, match="48 or 52"):
        CycleGan(ModelSettings(name="cyclegan", side=50, blocks=1))
