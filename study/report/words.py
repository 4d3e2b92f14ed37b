"""The words of the report, each defined once: where it is first met, and in the list at the page's end."""

import re

from markupsafe import Markup, escape

from ganprune.metrics import METRICS
from ganprune.objective import Objectives
from study.analysis.headline import WITHIN


def glossary(by: Objectives) -> dict[str, str]:
    """What a reader has to know, in the order of the list."""
    quality, cost = by.quality.metric, by.cost
    return {
        "sparsity": "The measured fraction of the prunable weights that are zero or gone, never the one asked for.",
        quality: f"{METRICS[quality].title}: how far generated pictures are from real ones. {_not_inception(quality)}",
        "skill": f"1 − {quality} / {quality} of a Gaussian fitted to the training pixels. 0 = no better than that,"
        " 1 = real.",
        "eligible": "Skill above 0, coverage at least half of the dense model's, and scored with the study's full"
        " number of pictures. Only such points may stand on the front.",
        "front": f"The eligible points that no other beats in both {cost.name} and {quality}.",
        "headline": f"The cheapest point within {100 * WITHIN:g} % of the best dense generator of the whole study. Not"
        " of its own dense generator: else the worse a network was trained, the more it could lose.",
        "knee": "Where the front bends: farthest below the straight line between its two ends, on the log scale.",
        "drift": "Likeness to the dense generator's picture for the same latent. It says nothing of reality.",
        "null line": "What something trivial scores. What doesn't beat it shows nothing.",
        "log scale": f"log₂(1 / (1 − the share of the {cost.what} that is saved)) / log₂ 100: every halving is a step"
        " of the same width.",
        "hypervolume": f"The area of skill over {cost.name} (log scale) that the points of the front reach together:"
        f" 1 = real pictures for a hundredth of the {cost.what} of the best dense generator.",
        "rank correlation": "How alike two scores order the same points: 1 = in the same order, 0 = without relation.",
        "feature network": "The network whose view of a picture is compared; here a classifier trained on the data.",
    }


def _not_inception(quality: str) -> str:
    if quality not in ("fcd", "kcd"):
        return ""
    other = {"fcd": "FID", "kcd": "KID"}[quality]
    return (
        f"The classifier was trained on this data set: it is not {other}, and compares only where the feature network,"
        " the real pictures and their number are the same."
    )


class Reader:
    """Remembers which words it has met, and has the others explained."""

    def __init__(self, words: dict[str, str]):
        self._unknown = dict(words)

    def explained(self, text: str) -> Markup:
        """The text as HTML, in which every word that comes for the first time carries what it means."""
        known = "|".join(map(re.escape, sorted(self._unknown, key=len, reverse=True)))
        html = str(escape(text))
        return Markup(re.sub(rf"\b({known})\b", self._first, html, flags=re.IGNORECASE) if known else html)

    def _first(self, match: re.Match) -> str:
        meaning = self._unknown.pop(match[0].lower(), None)
        return Markup('<abbr title="{}" tabindex="0">{}</abbr>').format(meaning, match[0]) if meaning else match[0]
