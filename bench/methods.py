"""Which methods serve which models, for `docs/methods.md`: `python -m bench.methods`.

With a method's own defaults. That what is told to be served really is, at toy size, the contract tests prove.
"""

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS
from ganprune.models import MODELS, OWN_LOSSES

EPOCHS = 32  # enough for every usual schedule
SERVED, NOT = "yes", "no"


def why_not(method: str, model: str) -> str | None:
    """In one line; None where it is served."""
    trial = TrialSettings(
        model=ModelSettings(name=model, width=8, side=16, classes=2),
        train=TrainSettings(loss=OWN_LOSSES.get(model, "non-saturating"), epochs=EPOCHS),
    )
    member = METHODS[method]
    return member.refusal(trial.with_prune(method=method, own=member.Settings().model_dump()))


def table() -> str:
    """A markdown row a method; below, why one does not serve a model."""
    lines = [
        f"| method | trains for itself | smaller networks | {' | '.join(MODELS)} |",
        "|---|---|---|" + "---|" * len(MODELS),
    ]
    reasons = {(method, model): why_not(method, model) for method in METHODS for model in MODELS}
    for method, member in METHODS.items():
        cells = [member.owns_training, member.structured, *(reasons[method, model] is None for model in MODELS)]
        lines.append(f"| `{method}` | {' | '.join(SERVED if cell else NOT for cell in cells)} |")
    told = [f"`{method}` on `{model}`: {why}." for (method, model), why in reasons.items() if why]
    return "\n".join([*lines, "", *told])


if __name__ == "__main__":
    print(table())
