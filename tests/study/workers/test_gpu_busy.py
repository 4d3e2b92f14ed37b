"""How busy a GPU is, as its driver tells; here something else answers."""

import sys
import time
from contextlib import closing

from study.workers.gpu_busy import GpuBusy

ANSWERS = "print('50', '[N/A]', '100', sep='\\n', flush=True); import time; time.sleep(600)"


def test_it_is_the_mean_of_what_the_driver_tells_and_nobody_is_left_asking():
    with closing(GpuBusy((sys.executable, "-c", ANSWERS))) as busy:
        while len(busy.shares) < 2:
            time.sleep(0.01)
    assert 0.75 == busy.share
    assert busy._asking.poll() is not None


def test_without_a_driver_it_is_not_known():
    with closing(GpuBusy(("no-such-program",))) as busy:
        assert busy.share is None
