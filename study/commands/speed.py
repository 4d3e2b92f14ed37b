"""How fast a study trains, as its screen tells it."""

import time
from collections import deque

from ganprune.point import EpochTrained
from study.workers.gpu_busy import GpuBusy

WINDOW = 60.0  # seconds that are looked back on


class Speed:
    """Pictures a second of all running trials together; on GPUs also how busy they are, and how many trials at once."""

    def __init__(self, at_once: int, busy: GpuBusy | None = None):
        self._at_once, self._busy, self._began = at_once, busy, time.monotonic()
        self._shown: deque[tuple[float, int]] = deque()  # when, and pictures

    def note(self, epoch: EpochTrained) -> None:
        self._shown.append((time.monotonic(), epoch.images))

    def __str__(self) -> str:
        now = time.monotonic()
        while self._shown and self._shown[0][0] < now - WINDOW:
            self._shown.popleft()
        pace = sum(images for _, images in self._shown) / max(1.0, min(WINDOW, now - self._began))
        told = [f"{pace:,.0f} images/s"]
        if self._busy and self._busy.share is not None:
            told.append(f"GPU {self._busy.share:.0%} busy with {self._at_once} lanes")
        return ", ".join(told)
