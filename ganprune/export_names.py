"""Names of the files that deploy a generator."""

DESCRIPTION, WEIGHTS, ONNX = "generator.json", "generator.safetensors", "generator.onnx"
COMPRESSED = f"{WEIGHTS}.zz"  # so pigz calls a stream of zlib
