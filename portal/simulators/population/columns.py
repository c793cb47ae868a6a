"""Answers of many households as columns, and a rule run on them."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from portal.simulators.engine.columns import AgeColumns, Column, Labels, concatenated
from portal.simulators.engine.run import law_of, run
from portal.simulators.engine.unknowns import Ages
from portal.simulators.parameters.library import Library, library
from portal.simulators.parameters.schema import Benefit

CENT = Fraction(1, 100)
BLOCK = 50_000
_OBSTACLES = ("company_director", "left_job", "same_aid")


def run_columns(
    benefit: str, day: date, values: dict[str, Any], *, shelf: Library | None = None, reasons: bool = True
) -> dict[str, Any]:
    """The results of a benefit for every household, as columns.

    `values` names every input of the benefit; nothing is taken for zero. Raises KeyError for a missing one,
    NoFigure when a figure that somebody needs was never published or is past its review.
    """
    shelf = shelf or library()
    facts = shelf.benefits[benefit]
    for name, field in facts.inputs.items():
        if name not in values and not field.optional:
            raise KeyError(f"{benefit} needs {name} for every household")
    law = law_of(facts, day, shelf)
    sizes, parts = [], []
    for size, block in blocks(values):
        sizes.append(size)
        parts.append(run(facts, law, block, reasons=reasons).results)
    return joined(parts, sizes)


def blocks(values: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same columns in blocks small enough to stay in a processor's cache, where they are worked out faster."""
    many = next((len(array) for column in values.values() if (array := _array(column)) is not None), 0)
    if many <= BLOCK:
        yield many, values
        return
    for start in range(0, many, BLOCK):
        where = slice(start, start + BLOCK)
        yield min(BLOCK, many - start), {name: _piece(column, where) for name, column in values.items()}


def joined(parts: list[dict[str, Any]], sizes: list[int]) -> dict[str, Any]:
    """The results of blocks of these sizes as those of the whole."""
    if len(parts) == 1:
        return parts[0]
    return {name: _whole([part[name] for part in parts], sizes) for name in parts[0]}


def _array(column: Any) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return column
    if isinstance(column, Column):
        return column.values
    if isinstance(column, Labels):
        return column.codes
    return column.table if isinstance(column, AgeColumns) else None


def _piece(column: Any, where: slice) -> Any:
    if isinstance(column, np.ndarray):
        return column[where]
    if isinstance(column, Column):
        return Column(column.values[where], column.unit, column.bound)
    if isinstance(column, Labels):
        return Labels(column.codes[where], column.names)
    return AgeColumns(column.table[where]) if isinstance(column, AgeColumns) else column


def _whole(parts: list[Any], sizes: list[int]) -> Any:
    if all(_array(part) is None and part == parts[0] for part in parts):
        return parts[0]
    if any(isinstance(part, Column) for part in parts):
        return concatenated(parts, sizes)
    if all(isinstance(part, (bool, np.ndarray)) for part in parts):
        return np.concatenate([np.broadcast_to(part, (size,)) for part, size in zip(parts, sizes, strict=True)])
    labels = [part if isinstance(part, Labels) else Labels.of([part]) for part in parts]
    names = tuple(dict.fromkeys(name for part in labels for name in part.names))
    codes = [np.array([names.index(name) for name in part.names], dtype=np.int8)[part.codes] for part in labels]
    whole = [np.broadcast_to(code, (size,)) for code, size in zip(codes, sizes, strict=True)]
    return Labels(np.concatenate(whole), names)


def random_values(facts: Benefit, households: int, seed: int) -> dict[str, Any]:
    """Random answers of every kind, as columns: near the thresholds and far from them."""
    dice = np.random.default_rng(seed)
    values: dict[str, Any] = {}
    for name, field in facts.inputs.items():
        if field.optional:
            continue
        if field.kind == "flag":
            values[name] = dice.random(households) < _chance(name, field.unsaid)
        elif field.kind == "choice":
            values[name] = Labels(dice.integers(0, len(field.options), households).astype(np.int8), field.options)
        elif field.kind == "ages":
            ages = dice.integers(-12, 18, (households, 6))
            values[name] = AgeColumns(np.where(ages < 0, -1, ages))
        elif field.kind == "count":
            most = min(int(field.most), 120 if field.most > 40 else 9)
            values[name] = Column.of(dice.integers(int(field.least), most + 1, households))
        else:
            scales = np.array([150_000, 400_000, 2_500_000, 8_000_000])
            ceilings = np.minimum(scales[dice.integers(0, len(scales), households)], int(field.most * 100))
            amounts = (dice.random(households) * (ceilings + 1)).astype(np.int64)
            if field.kind == "number":
                amounts = amounts // 100 * 100
            amounts[dice.random(households) < 0.15] = 0
            values[name] = Column.of(amounts, CENT)
    return values


def household(values: dict[str, Any], index: int) -> dict[str, Any]:
    """The answers of one household as plain values, as a citizen would give them."""
    answers: dict[str, Any] = {}
    for name, column in values.items():
        if isinstance(column, np.ndarray):
            answers[name] = bool(column[index])
        elif isinstance(column, AgeColumns):
            answers[name] = Ages(column.exact(index))
        elif isinstance(column, (Column, Labels)):
            answers[name] = column.exact(index)
        else:
            answers[name] = column
    return answers


def result_of(results: dict[str, Any], index: int) -> dict[str, Any]:
    """The results of one household as plain values."""
    plain: dict[str, Any] = {}
    for name, column in results.items():
        if isinstance(column, np.ndarray):
            plain[name] = bool(column[index]) if column.ndim and len(column) > 1 else bool(column)
        elif isinstance(column, Labels):
            plain[name] = column.exact(index if len(column.codes) > 1 else 0)
        elif isinstance(column, Column):
            plain[name] = column.exact(index)
        else:
            plain[name] = column
    return plain


def _chance(name: str, unsaid: Any) -> float:
    """Most households meet a requirement and few claim a circumstance, so that long chains come out both ways."""
    if name in _OBSTACLES:
        return 0.07
    return 0.93 if unsaid is None else 0.2
