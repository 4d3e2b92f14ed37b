"""Work of one thread beside that of others on the same GPU."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import torch

# Torch hands out 32 streams in turn: with a new one each time, two threads would soon share one while one captures.
_FREE: list[torch.cuda.Stream] = []
_LOCK = Lock()


@contextmanager
def own_stream(device: str) -> Iterator[None]:
    """A CUDA stream that nobody else has meanwhile; nothing where there are none.

    It begins after what the stream outside has begun, which goes on after it.
    """
    if not device.startswith("cuda"):
        yield
        return
    outside, stream = torch.cuda.current_stream(), _taken()
    stream.wait_stream(outside)
    try:
        with torch.cuda.stream(stream):
            yield
    finally:
        outside.wait_stream(stream)
        _FREE.append(stream)


def _taken() -> torch.cuda.Stream:
    with _LOCK:
        return _FREE.pop() if _FREE else torch.cuda.Stream()
