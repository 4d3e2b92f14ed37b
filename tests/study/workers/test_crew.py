"""A study in the lanes of one worker, as on a GPU: here on a CPU, where two lanes are forced."""

import pytest

from tests.study.driver import Driver

pytestmark = pytest.mark.slow


class WithLanes(Driver):
    module = "tests.study.with_lanes"

    def worker(self) -> list:
        return [process for process in self.processes() if process.name().startswith("ray::Worker")]


def test_a_killed_worker_begins_again_and_takes_no_trial_with_it(tmp_path):
    driver = WithLanes(tmp_path, TRIALS=2, WORKERS=2)
    driver.wait_until(lambda log: log.points and len(log.open) == 2)
    (worker,) = driver.worker()
    worker.kill()
    status, shown, errors = driver.finish()
    assert (status, errors) == (0, ""), shown
    told = [line for line in shown.splitlines() if "its worker died" in line]
    assert 1 <= len(told) <= 2
    assert "2 trials at once" in shown
    states = {trial.ended.state for trial in driver.log().ended}
    assert len(driver.log().ended) == 2
    assert "failed" not in states
