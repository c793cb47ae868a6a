"""The decision table: data with effective dates, validated when it is loaded."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from case_api.access.levels import Level
from case_api.access.purposes import Purpose

FOLDER = Path(__file__).with_name("rules")

Role = Literal["social_worker", "information", "administrative", "coordinator", "data_protection"]
Rule = Literal["self", "care-relation", "handling", "system", "client"]


class TableError(ValueError):
    """A table cannot be used; the message names the file and what is wrong with it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SelfRule(_Strict):
    """The login that a level of one's own record asks for."""

    assurance: Literal["low", "substantial", "high"]
    fresh_minutes: int | None = Field(None, gt=0)


class CareRelation(_Strict):
    """The highest level by role, for the reference professional and for the others of the unit."""

    reference: dict[Role, Level]
    unit: dict[Role, Level]


class Scope(_Strict):
    """What a scope of the API opens."""

    objects: frozenset[str]
    level: Level


class Table(_Strict):
    """One decision table, in force from `applies_from` until a newer one is."""

    name: str
    applies_from: date
    own: dict[Level, SelfRule] = Field(alias="self")
    care_relation: CareRelation
    handling: dict[Role, Level]
    system: dict[Purpose, Level]
    scopes: dict[str, Scope]
    purposes: dict[Literal["citizen", "staff", "client", "system"], frozenset[Purpose]]
    basis: dict[Rule, Literal["L", "O", "C", "U", "J"]]

    @model_validator(mode="after")
    def _sound(self) -> "Table":
        if too_high := [role for role, level in self.handling.items() if level > Level.N1]:
            raise ValueError(f"a relation made alone opens at most N1: {', '.join(too_high)}")
        if Level.P in self.own or any(Level.P in by.values() for by in (self.care_relation.reference, self.handling)):
            raise ValueError("private notes (P) are granted to nobody by the table")
        if missing := {"self", "care-relation", "handling", "system", "client"} - set(self.basis):
            raise ValueError(f"these rules name no basis: {', '.join(sorted(missing))}")
        return self


class _UniqueKeys(yaml.SafeLoader):
    """YAML whose keys may not repeat: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"repeated key {repeated}", node.start_mark)
        return super().construct_mapping(node, deep)


def load(path: Path) -> Table:
    """Read and check one table. Raises TableError with the file's name and what to mend."""
    try:
        return Table.model_validate(yaml.load(path.read_text(), Loader=_UniqueKeys))  # noqa: S506 - a SafeLoader
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'table'}: {e['msg']}" for e in error.errors())
        raise TableError(f"{path.name}: {said}") from None
    except (yaml.YAMLError, OSError) as error:
        raise TableError(f"{path.name}: {error}") from None


@lru_cache(maxsize=4)
def tables(folder: Path = FOLDER) -> tuple[Table, ...]:
    """Every table of the folder, oldest first. Raises TableError when two begin on one day or there is none."""
    found = sorted((load(path) for path in folder.glob("*.yaml")), key=lambda table: table.applies_from)
    days = [table.applies_from for table in found]
    if not found or len(set(days)) != len(days):
        raise TableError(f"{folder}: one table a day, and at least one")
    return tuple(found)


@lru_cache(maxsize=64)
def table_on(day: date, folder: Path = FOLDER) -> Table:
    """The table in force on a day (of Madrid). Raises TableError for a day before the first."""
    for table in reversed(tables(folder)):
        if table.applies_from <= day:
            return table
    raise TableError(f"no decision table is in force on {day}")
