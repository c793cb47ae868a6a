"""YAML without surprises: exact decimals, ISO dates, `true` and `false` alone as truths, no key twice, no tags.

YAML 1.1 reads the keys `on`, `no` and `yes` as truths, `1:30` as ninety and `0.1` as a binary fraction; here
everything that is not plainly a number, a date, `true`, `false` or `null` stays the text that was written.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

_INTEGER = re.compile(r"[-+]?(0|[1-9]\d*)\Z")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d*)\.\d+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_WORDS = {"true": True, "false": False, "null": None}


class DataError(ValueError):
    """Something in a data file is not as it must be; says file, line and what to mend.

    `what` is a template (its Spanish is in words/data_errors.py), filled in with `values`.
    """

    def __init__(self, where: str, what: str, **values: Any) -> None:
        super().__init__(f"{where}: {what.format(**values)}")
        self.where = where
        self.what = what
        self.values = values

    @property
    def line(self) -> int | None:
        """The line in the file, when it is known."""
        number = self.where.rpartition(":")[2]
        return int(number) if number.isdigit() else None


class Mapping(dict):
    """A mapping that remembers the file and line of each key."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.lines: dict[Any, str] = {}

    def line(self, key: Any) -> str:
        """File and line of a key, or of the whole mapping when it has no such key."""
        return self.lines.get(key, self.where)


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str

    def where(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode) -> Mapping:
        outcome = Mapping(self.where(node))
        for key_node, value_node in node.value:
            key = self.value(key_node)
            if isinstance(key, (dict, list)):
                raise DataError(self.where(key_node), "a key must be a word or a number")
            if key in outcome:
                raise DataError(
                    self.where(key_node),
                    "the key {key!r} is there twice (first at {first})",
                    key=key,
                    first=outcome.line(key),
                )
            outcome[key] = self.value(value_node)
            outcome.lines[key] = self.where(key_node)
        return outcome

    def scalar(self, node: yaml.ScalarNode) -> Any:
        text = node.value
        if node.style is not None:  # quoted or a block: text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return Decimal(text)
        if _DATE.match(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise DataError(self.where(node), "{text} is no day of the calendar", text=text) from None
        return text


class _PlainLoader(yaml.SafeLoader):
    """Composes nodes only; anchors are refused so that a value always stands where it is used."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise DataError(f"{self.name}:{event.start_mark.line + 1}", "aliases (*) are not used here")
        event = self.peek_event()
        if getattr(event, "tag", None):
            raise DataError(f"{self.name}:{event.start_mark.line + 1}", "the tag {tag} is not used here", tag=event.tag)
        return super().compose_node(parent, index)


def load_text(text: str, name: str) -> Any:
    """The values in a YAML text; `name` stands for the file in errors.

    Raises DataError with file and line for anything that is not plain YAML.
    """
    try:
        loader = _PlainLoader(text)
        loader.name = name
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise DataError(f"{name}{line}", "this is no YAML: {problem}", problem=error.problem or "") from None
    except yaml.YAMLError as error:
        raise DataError(name, "this is no YAML: {problem}", problem=str(error)) from None
    except RecursionError:
        raise DataError(name, "this is nested too deep") from None
    return None if node is None else _Reader(name).value(node)


def load_file(path: Path) -> Any:
    """The values in a YAML file. Raises DataError with file and line."""
    return load_text(read_file(path), path.name)


def read_file(path: Path) -> str:
    """The text of a file. Raises DataError when it is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataError(path.name, "this is no UTF-8 text") from None
