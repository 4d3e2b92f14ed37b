"""The Python of a card, run where nothing of ours is."""

import ast
import subprocess
import sys
from pathlib import Path

BARE = "import sys; sys.modules |= dict.fromkeys(('ganprune', 'study', 'torchvision', 'ray', 'mlflow'))\n"


def snippets(card: str) -> list[str]:
    """With torch, with onnxruntime."""
    return [part.split("```")[0] for part in card.split("```python\n")[1:]]


def run_bare(code: str, folder: Path, *allowed: str) -> str:
    """What it prints where of all libraries only these are at hand; nothing of ours, whatever is installed here."""
    named = {alias.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= {*allowed, *sys.stdlib_module_names}
    done = subprocess.run([sys.executable, "-I", "-c", BARE + code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
