"""What a safetensors file says of itself: strings in its header, which every reader of the format can show."""

import json


def with_metadata(stored: bytes, metadata: dict[str, str]) -> bytes:
    """The same tensors with these strings, in their order: safetensors itself would write them in a random one."""
    size = int.from_bytes(stored[:8], "little")
    header = {"__metadata__": metadata} | json.loads(stored[8 : 8 + size])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the tensors begin at a multiple of eight bytes
    return len(text).to_bytes(8, "little") + text + stored[8 + size :]
