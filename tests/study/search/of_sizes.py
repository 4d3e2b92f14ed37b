"""A data set cut to so many pictures a set."""

from dataclasses import replace

from ganprune.data.images import SETS, Images, Pictures


def of_sizes(images: Images, *sizes: int) -> Images:
    sets = {
        name: Pictures(getattr(images, name).pixels[:size], getattr(images, name).labels[:size])
        for name, size in zip(SETS, sizes, strict=True)
    }
    return replace(images, **sets)
