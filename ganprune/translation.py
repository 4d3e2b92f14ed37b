"""Which way pictures are translated, and whether there are enough of them, in words."""

FEW = 200  # pictures of a kind below which whatever is learned is indicative
DIRECTIONS = ("AtoB", "BtoA")


def sides(task: str) -> str:
    """What A and B are: two classes, or what is left of a picture and the picture."""
    a, of_classes, b = task.partition(":")
    return f"A = {a}, B = {b}" if of_classes else f"A = {task} of a picture, B = the picture"


def way(direction: str) -> str:
    return f"the network draws {direction[-1]} from {direction[0]} (DIRECTION={direction})"


def few(pictures: int) -> tuple[str, ...]:
    """What to say of so many of a kind; nothing where they are enough."""
    return (f"only {pictures} pictures of a kind: whatever is learned is indicative",) if pictures < FEW else ()
