"""`python -m study` on a machine that takes its CPU for a GPU: a worker with lanes runs the trials."""

import os
from dataclasses import replace
from functools import partial

import study.commands.driver as driver
import study.commands.prepare as prepare
from study.cli import main
from study.settings.machine import this_machine
from study.workers.crew import hire

if __name__ == "__main__":
    os.environ["RAY_OVERRIDE_RESOURCES"] = '{"GPU": 1}'
    driver.this_machine = lambda: replace(this_machine(), gpus=("a CPU",))
    prepare.hire = partial(hire, device="cpu")
    main()
