"""Which way pictures are translated, in words."""

DIRECTIONS = ("AtoB", "BtoA")


def sides(task: str) -> str:
    """What A and B are: two classes, or what is left of a picture and the picture."""
    a, of_classes, b = task.partition(":")
    return f"A = {a}, B = {b}" if of_classes else f"A = {task} of a picture, B = the picture"


def way(direction: str) -> str:
    return f"the network draws {direction[-1]} from {direction[0]} (DIRECTION={direction})"
