"""A method's own knob, drawn for a trial and solved for on the rest of its curve: its name, and its digits."""

THRESHOLD = "threshold"


def round_threshold(threshold: float) -> float:
    """As ids and tables write it: 6 significant digits."""
    return float(f"{threshold:g}")
