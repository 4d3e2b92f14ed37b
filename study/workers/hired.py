"""Who does what in a crew, for those who know no Ray yet: it reads how it is to be started when it is imported."""

import secrets
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Name:
    """Of a job in a lane: its trial, and which of the proxies that stood for it one after the other."""

    trial: str
    proxy: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass(frozen=True)
class Hired:
    """A worker that is there, and how many trials its device takes at once."""

    worker: Any  # the actor of a `Worker`
    lanes: int
