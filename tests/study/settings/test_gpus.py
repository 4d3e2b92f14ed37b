"""Which GPUs torch's build serves, and that nobody meets the others."""

import os

import pytest
import torch

from study.settings.gpus import VISIBLE, hide_unserved, is_served
from study.settings.machine import this_machine

BUILDS = ("sm_75", "sm_80", "sm_86", "sm_90a", "compute_100")


@pytest.mark.parametrize(
    ("capability", "served"),
    [
        ((7, 0), False),
        ((7, 5), True),
        ((8, 9), True),
        ((9, 0), True),
        ((6, 1), False),
        ((10, 3), True),
        ((12, 0), True),
    ],
)
def test_code_of_its_own_generation_serves_a_gpu_and_so_does_what_the_driver_compiles(capability, served):
    assert served == is_served(capability, BUILDS)


def test_a_build_that_names_no_such_code_is_trusted():
    assert is_served((9, 0), ("gfx90a",))


@pytest.fixture
def two_gpus(monkeypatch):
    """The first one is too old."""
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: list(BUILDS))
    monkeypatch.setattr(torch.cuda, "get_device_name", ["GTX 1080", "H100"].__getitem__)
    monkeypatch.setattr(torch.cuda, "get_device_capability", [(6, 1), (9, 0)].__getitem__)
    monkeypatch.setenv(VISIBLE, "")  # so that it is as it was afterwards
    monkeypatch.delenv(VISIBLE)


def test_a_gpu_that_is_not_served_is_no_part_of_the_machine_and_told_in_a_line(two_gpus, monkeypatch):
    told = []
    hide_unserved(told.append)
    assert ("H100",) == this_machine().gpus
    assert ["GTX 1080 has compute capability 6.1, for which this torch is not built"] == [
        line.partition(" (sm_75")[0] for line in told
    ]
    assert "1" == os.environ[VISIBLE]


def test_of_those_that_a_user_made_visible_the_others_stay_so(two_gpus, monkeypatch):
    monkeypatch.setenv(VISIBLE, "5,3")
    hide_unserved(lambda line: None)
    assert "3" == os.environ[VISIBLE]


@pytest.mark.parametrize("capabilities", [[(8, 0), (9, 0)], []], ids=["all served", "none there"])
def test_where_nothing_is_to_be_hidden_nothing_is(two_gpus, monkeypatch, capabilities):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(capabilities))
    monkeypatch.setattr(torch.cuda, "get_device_capability", capabilities.__getitem__)
    hide_unserved(pytest.fail)
    assert VISIBLE not in os.environ
    assert len(capabilities) == len(this_machine().gpus)


def test_a_gpu_hidden_by_the_user_is_not_there(monkeypatch):
    monkeypatch.setenv(VISIBLE, "")
    assert () == this_machine().gpus
