"""A YAML file read as a clinician reads it: every value is text, every value knows its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

SIZE_LIMIT = 1_000_000  # bytes; a flow of ten thousand sentences is a mistake
DEPTH_LIMIT = 40  # levels; ours need six

# What YAML takes plain text for by itself; anything else was asked for with a tag.
_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
}

_Loader: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BrokenFlow(Exception):
    """What is wrong with our content: a file, a line, a sentence."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence

    def __reduce__(self) -> tuple[type["BrokenFlow"], tuple[str, int, str]]:
        return BrokenFlow, (self.file, self.line, self.sentence)


@dataclass(frozen=True, slots=True)
class Word:
    """plain: written without quotes."""

    text: str
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple["Value", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """lines: where each key stands."""

    entries: dict[str, "Value"]
    lines: dict[str, int]
    line: int


Value = Word | Listing | Table


def read(path: Path) -> Table:
    """Return the file's mapping. Raises BrokenFlow."""
    file = path.name
    try:
        with path.open("rb") as opened:
            body = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BrokenFlow(file, 1, f"cannot be read: {error.strerror}.") from error
    if len(body) > SIZE_LIMIT:
        raise BrokenFlow(file, 1, f"is larger than {SIZE_LIMIT // 1000} kB.")
    try:
        root = yaml.compose(body.decode("utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        raise BrokenFlow(file, body.count(b"\n", 0, error.start) + 1, "is not UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenFlow(file, mark.line + 1 if mark else 1, f"is not YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BrokenFlow(file, 1, "is not YAML that can be read.") from error
    if root is None:
        raise BrokenFlow(file, 1, "is empty.")
    value = _Reading(file).value(root, 0)
    if not isinstance(value, Table):
        raise BrokenFlow(file, value.line, "must be a mapping: `key: value` lines.")
    return value


class _Reading:
    def __init__(self, file: str) -> None:
        self.file = file
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, depth: int) -> Value:
        line = node.start_mark.line + 1
        # An alias brings the same node again; a few of them can stand for billions of lines.
        if id(node) in self.seen:
            raise BrokenFlow(self.file, line, "uses an anchor (&, *); write the words out.")
        if depth > DEPTH_LIMIT:
            raise BrokenFlow(self.file, line, "is nested too deep.")
        self.seen.add(id(node))
        if node.tag not in _TAGS:
            raise BrokenFlow(self.file, line, f"uses a tag ({node.tag}); write plain text.")
        if isinstance(node, yaml.ScalarNode):
            return Word(node.value.strip(), line, plain=not node.style)
        if isinstance(node, yaml.SequenceNode):
            return Listing(tuple(self.value(item, depth + 1) for item in node.value), line)
        entries: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key, item in self.pairs(node):
            if key.value in entries:
                raise BrokenFlow(
                    self.file,
                    key.start_mark.line + 1,
                    f"says `{key.value}` twice; the first is on line {lines[key.value]}.",
                )
            lines[key.value] = key.start_mark.line + 1
            entries[key.value] = self.value(item, depth + 1)
        return Table(entries, lines, line)

    def pairs(self, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise BrokenFlow(self.file, key.start_mark.line + 1, "has a key that is not a word.")
            yield key, item


class Proof:
    """Proof-reading of one file: notes every complaint and goes on reading."""

    def __init__(self, file: str, problems: list[BrokenFlow]) -> None:
        self.file = file
        self.problems = problems

    def complain(self, line: int, sentence: str) -> None:
        self.problems.append(BrokenFlow(self.file, line, sentence))

    def known(self, table: Table, *keys: str) -> None:
        for key, line in table.lines.items():
            if key not in keys:
                self.complain(line, f"does not know `{key}` here; it knows {', '.join(keys)}.")

    def word(self, table: Table, key: str, needed: bool = True) -> str:
        """The text under this key, or ""."""
        value = table.entries.get(key)
        if value is None:
            if needed:
                self.complain(table.line, f"lacks `{key}`.")
            return ""
        if not isinstance(value, Word):
            self.complain(table.lines[key], f"`{key}` must be one text.")
            return ""
        if needed and not value.text:
            self.complain(value.line, f"`{key}` is empty.")
        return value.text

    def words(self, table: Table, key: str) -> tuple[Word, ...]:
        """The texts under this key, one or a list; () when there is none."""
        value = table.entries.get(key)
        if value is None:
            return ()
        found = []
        for item in value.items if isinstance(value, Listing) else (value,):
            if isinstance(item, Word) and item.text:
                found.append(item)
            else:
                self.complain(item.line, f"`{key}` must be a text or a list of texts, none empty.")
        return tuple(found)

    def table(self, table: Table, key: str, needed: bool = False) -> Table | None:
        value = table.entries.get(key)
        if isinstance(value, Table):
            return value
        if value is not None:
            self.complain(table.lines[key], f"`{key}` must be a mapping: `key: value` lines.")
        elif needed:
            self.complain(table.line, f"lacks `{key}`.")
        return None

    def tables(self, table: Table, key: str) -> tuple[Table, ...]:
        """The mappings listed under this key; () when there are none."""
        value = table.entries.get(key)
        if value is None:
            return ()
        if not isinstance(value, Listing):
            self.complain(table.lines[key], f"`{key}` must be a list.")
            return ()
        found = []
        for item in value.items:
            if isinstance(item, Table):
                found.append(item)
            else:
                self.complain(item.line, f"each item of `{key}` must be a mapping.")
        return tuple(found)
