"""The end of a comparison: page, tables, figure, and its run in MLflow."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ganprune.errors import UserError
from study.analysis.compared import Compared
from study.analysis.compared_words import budget_sentence, dense_sentence, sentences, trust_sentence
from study.records.folders import replace_folder
from study.records.paths import Out, StudyPaths
from study.settings.arguments import TRANSLATED, Asked
from study.tracking.server import tracking_uri

Tell = Callable[[str], None]


def write_comparison(
    found: Compared, title: str, about: Mapping[str, str], given: Asked, paths: StudyPaths, say: Tell
) -> Path:
    """What it found is said, written to `report/`, and logged."""
    told = [f"{name}: {text}" for name, text in about.items()]
    for sentence in (*told, *sentences(found), dense_sentence(found), trust_sentence(found), budget_sentence(found)):
        say(sentence)
    folder = replace_folder(paths.report, _files(found, f"{title}: {found.log.header['data']['name']}", about, given))
    say(f"report: {folder / 'index.html'}")
    _log(found, given, paths, say)
    return folder


def _files(found: Compared, title: str, about: Mapping[str, str], given: Asked) -> dict[str, bytes]:
    from study.report.compare_page import compare_page
    from study.report.compare_plot import compare_figures
    from study.report.compare_tables import markdown, seeds_csv, verdicts_csv
    from study.report.gap_plot import gap_figures

    figures = compare_figures(found) | gap_figures(found)
    texts = {
        "compare.csv": verdicts_csv(found),
        "seeds.csv": seeds_csv(found),
        "compare.md": markdown(found, title, about),
        "index.html": compare_page(found, title, about, command_of(given), figures),
    }
    return figures | {name: text.encode() for name, text in texts.items()}


def command_of(given: Asked) -> str:
    """What to type to get this page again."""
    from study.report.compare_page import command

    names = ("paper", "dataset", *TRANSLATED, "name", "space", "model", "seeds", "epochs", "seed", "quality")
    methods, shares = given.methods or (), [f"{100 * share:g}" for share in given.targets or ()]
    lists = {"METHODS": ",".join(methods), "TARGETS": ",".join(shares)}
    return command({name.upper(): getattr(given, name) for name in names} | lists)


def _log(found: Compared, given: Asked, paths: StudyPaths, say: Tell) -> None:
    """MLflow down costs nothing but its run: the same command logs it."""
    from study.tracking.client import failures
    from study.tracking.comparison import log_comparison

    out = Out(paths.root.parent)
    uri = tracking_uri(given.tracking_uri, out)
    try:
        with failures(uri):
            log_comparison(uri, out, found, "\n\n".join(sentences(found)), paths.report)
    except UserError as error:
        say(f"{error}; the same command logs it later")
