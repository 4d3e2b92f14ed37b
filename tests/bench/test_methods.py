"""The table of methods and models in the docs is what its command prints."""

from pathlib import Path

from bench.methods import table, why_not
from ganprune.methods import METHODS
from ganprune.models import MODELS

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"


def test_the_docs_hold_what_the_command_prints():
    assert table() in PAGE.read_text()


def test_every_method_serves_every_model_or_says_in_a_line_why_not():
    lines = table().splitlines()
    assert [f"| `{method}`" for method in METHODS] == [line.partition(" |")[0] for line in lines[2 : 2 + len(METHODS)]]
    refused = [(method, model) for method in METHODS for model in MODELS if why_not(method, model)]
    assert [("progressive", "cyclegan")] == refused
    assert lines[-1].startswith("`progressive` on `cyclegan`: attention 1")
