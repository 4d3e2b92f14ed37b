"""How busy this machine's GPUs are, as their driver tells."""

import subprocess
from collections import deque
from contextlib import suppress
from threading import Thread

SAMPLE_MS = 250  # between two looks
KEPT = 1200  # of the last five minutes
ASK = ("nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", f"-lms={SAMPLE_MS}")


class GpuBusy:
    """Shares of short times in which a GPU ran anything; none where its driver has nothing to ask."""

    def __init__(self, ask: tuple[str, ...] = ASK):
        self.shares: deque[float] = deque(maxlen=KEPT)
        self._asking = None
        with suppress(OSError):
            self._asking = subprocess.Popen(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self._listening = Thread(target=self._listen, daemon=True)
            self._listening.start()

    @property
    def share(self) -> float | None:
        """The mean of the shares kept."""
        shares = list(self.shares)
        return sum(shares) / len(shares) if shares else None

    def close(self) -> None:
        if self._asking:
            self._asking.terminate()
            self._listening.join()
            self._asking.wait()

    def _listen(self) -> None:
        for line in self._asking.stdout:
            with suppress(ValueError):  # of a card that does not tell
                self.shares.append(float(line) / 100)
