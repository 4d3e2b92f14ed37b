"""A report as its readers have it: the page's tags and words, the tables' rows."""

import csv
from html.parser import HTMLParser

from study.records.paths import StudyPaths

FILES = {"index.html", "pareto.csv", "points.csv", "null.csv", "columns.md", "pareto.json"}
FILES |= {f"{name}.{kind}" for name in ("front", "bytes", "strips") for kind in ("png", "pdf")}


class Page(HTMLParser):
    """What a browser would fetch and what one may follow, the tags that there are, and the words."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched, self.links, self.tags, self.alone, self.words = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "data", "action")]
        self.links += [value for name, value in attrs if name == "href"]
        if tag == "img" and not dict(attrs).get("alt"):
            self.alone.append(attrs)

    def handle_data(self, data):
        self.words += data


def rows_of(paths: StudyPaths, name: str) -> list[dict[str, str]]:
    with (paths.report / name).open(newline="") as file:
        return list(csv.DictReader(file))
