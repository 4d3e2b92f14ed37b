"""Work for all cores: of small pictures Python has most of the work, so that threads would wait for each other."""

import mmap
import os
import signal
from collections.abc import Callable, Sequence
from math import prod
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

import numpy as np

Part, Answer = TypeVar("Part"), TypeVar("Answer")
MOST = 16  # processes: more would begin later than the first ones are done
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def shared_zeros(*shape: int) -> np.ndarray:
    """Bytes that the processes of `share_out` write into as this one does."""
    return np.frombuffer(mmap.mmap(-1, max(1, prod(shape))), np.uint8)[: prod(shape)].reshape(shape)


def share_out(work: Callable[[Part], Answer], parts: Sequence[Part]) -> list[Answer]:
    """What `work` makes of each part, in no order. The processes are forked, so that they have what is here."""
    number = min(len(os.sched_getaffinity(0)), len(parts), MOST)
    if number < 2:
        return [work(part) for part in parts]
    shares = [parts[first::number] for first in range(number)]
    begun = [_begin(work, share) for share in shares]
    return [answer for share, each in zip(shares, begun, strict=True) for answer in _end(work, share, *each)]


def _begin(work: Callable[[Part], Answer], share: Sequence[Part]) -> tuple[BaseProcess, Connection]:
    context = get_context("fork")
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(work, share, told), daemon=True)
    process.start()
    told.close()
    return process, heard


def _tell(work: Callable[[Part], Answer], share: Sequence[Part], told: Connection) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)  # to end is the other's matter
    told.send([work(part) for part in share])


def _end(
    work: Callable[[Part], Answer], share: Sequence[Part], process: BaseProcess, heard: Connection
) -> list[Answer]:
    """Its answers; what a process that was killed leaves is done here."""
    with heard:
        try:
            return heard.recv()
        except EOFError:
            return [work(part) for part in share]
        finally:
            process.join()  # else a dead child stays until this process ends
