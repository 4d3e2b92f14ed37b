"""A driver works alone, and starts Ray where there is none."""

import pytest

from ganprune.errors import UserError
from study.commands import driver as module
from study.commands.driver import Driver, driving
from study.records.paths import Out
from study.settings.arguments import asked
from study.settings.machine import Machine


@pytest.mark.parametrize(
    ("address", "gpus", "started"), [(None, (), [3]), (None, ("a GPU",), [8]), ("head:6379", ("a GPU",), [])]
)
def test_ray_has_room_for_every_trial_or_for_whatever_stands_beside_gpus_and_a_clusters_is_left_alone(
    monkeypatch, address, gpus, started
):
    found = []
    monkeypatch.setattr(module, "start_here", found.append)
    machine = Machine("a processor", 8, gpus)
    Driver(asked({"RAY_ADDRESS": address}), None, None, None, None, machine).start_ray(3)
    assert started == found


def test_a_second_driver_is_refused_and_nothing_is_left_of_one_that_recorded_nothing(tmp_path):
    given = asked({"OUT": tmp_path, "NAME": "small"})
    with driving(given, Out.study) as driver:
        assert driver.paths == Out(tmp_path).study("small")
        with pytest.raises(UserError, match="is working on this study"), driving(given, Out.study):
            pytest.fail("both drive")
    assert not driver.paths.root.exists()
