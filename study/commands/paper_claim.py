"""The story of `make paper`: paper 1's tables, or the central claim of another, which is a comparison."""

from collections.abc import Callable
from functools import partial

from ganprune.data import name_of
from ganprune.errors import UserError
from study.commands.compare import Compose, compare
from study.commands.paper import run_paper
from study.settings.arguments import Asked
from study.settings.papers import PAPERS, Paper

TABLES = 1  # the paper whose tables are repeated


def try_paper(given: Asked, say: Callable[[str], None]) -> None:
    """Print what it printed beside what it is here."""
    number = given.paper or TABLES
    if number == TABLES:
        run_paper(given, say)
        return
    if number not in PAPERS:
        raise UserError(f"PAPER={number}: there is no such paper; there are: {', '.join(map(str, (TABLES, *PAPERS)))}")
    paper, dataset = PAPERS[number], given.dataset or "cifar10"
    compose = _composed(paper, given)
    asked = {"dataset": dataset, "task": given.task or paper.task}
    models = given.models or ((given.model,) if given.model else paper.models)
    for model in models:
        name = given.name or f"paper-{number}-{name_of(dataset)}"
        own = {"model": model, "models": None, "name": name if given.name and len(models) == 1 else f"{name}-{model}"}
        compare(given.model_copy(update=asked | own), f"{paper.name}: the claim", compose, paper.about)


def _composed(paper: Paper, given: Asked) -> Compose:
    """At the shares that are asked for, if any."""
    if given.targets is None:
        return paper.compose
    if not paper.has_shares:
        raise UserError(f"TARGETS: what PAPER={given.paper} claims is not of any share of the weights; leave it out")
    return partial(paper.compose, shares=given.targets)
