"""The decision table: data with effective dates, validated when it is loaded."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from case_api.access.levels import Level
from case_api.access.purposes import Purpose

FOLDER = Path(__file__).with_name("rules")

Role = Literal["social_worker", "information", "administrative", "coordinator", "data_protection", "benefits"]
Rule = Literal[
    "self", "representation", "care-relation", "handling", "system", "referral", "opposition", "client", "consent",
    "break-glass",
]  # fmt: skip
Basis = Literal["L", "O", "C", "U", "J"]
SwitchName = Literal["T1", "T2", "T3", "T4", "O"]
Represents = Literal["guardian_in_fact", "support_person", "power_of_attorney", "authorisation", "parent", "tutor"]
RecipientKind = Literal[
    "client", "case_team", "other_unit", "hsu", "administration", "contractor", "third_sector", "court", "prosecutor",
    "police", "child_protection", "chosen",
]  # fmt: skip


class TableError(ValueError):
    """A table cannot be used; the message names the file and what is wrong with it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SelfRule(_Strict):
    """The login that a level of one's own record asks for."""

    assurance: Literal["low", "substantial", "high"]
    fresh_minutes: int | None = Field(None, gt=0)


class CareRelation(_Strict):
    """The highest level by role, by the relation; `designated` is for members of a team named for a shielded person."""

    reference: dict[Role, Level]
    unit: dict[Role, Level]
    case_team: dict[Role, Level] = {}
    designated: dict[Role, Level] = {}


class Representation(_Strict):
    """The highest level online by what the representative acts on; kinds of object that none of them sees.

    `longest_years` of those that must end; `asked` are the kinds that the person may write down and the desk confirms,
    `given` those that the person gives alone. `of_minors` end at `adult_at`; from `own_say_from` years on they open no
    more than `without_say` until the minor says yes. `acts`: what is done in the person's name, by which kinds; whoever
    is in none only looks.
    """

    kinds: dict[Represents, Level] = {}
    never: frozenset[str] = frozenset()
    longest_years: dict[Represents, int] = {}
    given: dict[Represents, Level] = {}
    asked: frozenset[Represents] = frozenset()
    of_minors: frozenset[Represents] = frozenset({"parent", "tutor"})
    own_say_from: int = Field(14, ge=12, le=18)
    adult_at: int = Field(18, ge=18, le=18)
    without_say: Level = Level.N1
    acts: dict[str, frozenset[Represents]] = {}


class Credential(_Strict):
    """What a key given at a desk counts as when somebody enters with it, and how long it lasts."""

    assurance: Literal["low", "substantial"]
    longest_days: int = Field(gt=0, le=1826)


class Recipient(_Strict):
    """Somebody outside the team: the highest level by law, unless opposed, and by consent.

    `law` is also limited by their own protocol, contract, agreement or duty. `shield`: who may see N5, whom the mandate
    names (`mandate`), and only a designated team of them (`team`), or nobody. `special_days`: how long N4 lasts.
    `never`: kinds of object that no consent opens for them. `identity`: any consent tells them whose it is (N0).
    """

    law: Level | None = None
    basis: Basis = "L"
    opposable: Level | None = None
    consent: Level | None = None
    shield: Literal["mandate", "team", "never"] = "never"
    special_days: int | None = Field(None, gt=0)
    never: frozenset[str] = frozenset()
    identity: bool = False

    @model_validator(mode="after")
    def _sound(self) -> "Recipient":
        if Level.P in (self.law, self.opposable, self.consent) or self.consent == Level.N5:
            raise ValueError("consent opens at most N4, and nobody outside sees private notes (P)")
        if self.opposable and self.opposable > Level.N2:
            raise ValueError("what is open unless the person opposes is at most N2")
        if self.shield == "never" and self.law == Level.N5:
            raise ValueError("N5 by law needs `shield: mandate` or `shield: team`")
        if self.consent == Level.N4 and self.special_days and self.special_days > 90:
            raise ValueError("consent to N4 lasts at most 90 days")
        return self


class Switch(_Strict):
    """What the person's own switch opens, and who may move it.

    `recipients` are the kinds it is offered for; `by` who may give it; `minimum_age` in whole years; `longest_days` how
    long it lasts at most; `login` what both giving it and reading by it ask for. O opens nothing: it stops a query.
    """

    levels: frozenset[Level] = frozenset()
    objects: frozenset[str] = frozenset()
    recipients: frozenset[str]
    by: frozenset[Literal["person", "representative"]]
    minimum_age: int = Field(14, ge=14, le=18)
    longest_days: int | None = Field(None, gt=0)
    login: SelfRule | None = None
    one_file: bool = False


class Offer(_Strict):
    """The switches offered for one recipient; `data` and `purpose` say what an opposition (O) is about.

    The `name` of centres (`centre`) and of chosen people (`somebody`) stands for each of them.
    """

    recipient: RecipientKind
    name: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    switches: tuple[SwitchName, ...]
    data: tuple[str, ...] = ()
    purpose: str | None = None

    @model_validator(mode="after")
    def _sound(self) -> "Offer":
        if ("O" in self.switches) != bool(self.data and self.purpose):
            raise ValueError(f"{self.name}: an opposition (O) names its data and its purpose, and nothing else does")
        return self


class BreakGlass(_Strict):
    """How long, which roles, up to which level; `urgency` is for urgency services."""

    minutes: int = Field(60, gt=0, le=60)
    roles: frozenset[Role] = frozenset()
    level: Level = Level.N4
    urgency: Level = Level.N5


class Scope(_Strict):
    """What a scope of the API opens."""

    objects: frozenset[str]
    level: Level


class Table(_Strict):
    """One decision table, in force from `applies_from` until a newer one is."""

    name: str
    applies_from: date
    own: dict[Level, SelfRule] = Field(alias="self")
    representation: Representation = Representation()
    care_relation: CareRelation
    handling: dict[Role, Level]
    system: dict[Purpose, Level]
    recipients: dict[RecipientKind, Recipient] = {}
    referral: dict[Role, Level] = {}
    switches: dict[SwitchName, Switch] = {}
    offers: tuple[Offer, ...] = ()
    break_glass: BreakGlass = BreakGlass()
    credentials: dict[str, Credential] = {}
    tell_first_days: int = Field(30, gt=0, le=90)
    case_team_days: int = Field(365, gt=0)
    referral_days: int = Field(180, gt=0)
    scopes: dict[str, Scope]
    purposes: dict[Literal["citizen", "staff", "client", "system"], frozenset[Purpose]]
    basis: dict[Rule, Basis]

    @model_validator(mode="after")
    def _sound(self) -> "Table":
        if too_high := [role for role, level in self.handling.items() if level > Level.N1]:
            raise ValueError(f"a relation made alone opens at most N1: {', '.join(too_high)}")
        care = self.care_relation
        if Level.P in self.own or any(
            Level.P in by.values()
            for by in (care.reference, care.unit, care.case_team, care.designated, self.referral, self.system)
        ):
            raise ValueError("private notes (P) are granted to nobody by the table")
        for by in (care.reference, care.unit, care.case_team, self.referral, self.representation.kinds):
            if Level.N5 in by.values():
                raise ValueError("N5 belongs to designated teams only, and never to representatives or referrals")
        if missing := set(get_args(Rule)) - set(self.basis):
            raise ValueError(f"these rules name no basis: {', '.join(sorted(missing))}")
        self._check_switches()
        return self

    def _check_switches(self) -> None:
        for name, switch in self.switches.items():
            if beyond := [str(level) for level in sorted(switch.levels) if level >= Level.N5]:
                raise ValueError(f"switch {name}: consent never opens {', '.join(beyond)}")
            if bool(switch.levels) == (name == "O"):
                raise ValueError(f"switch {name}: O opens no level, and every other switch opens one")
            if Level.N4 in switch.levels and (switch.login is None or "representative" in switch.by):
                raise ValueError(f"switch {name}: N4 needs a login of its own, and no representative gives it")
            if unknown := switch.recipients - set(self.recipients):
                raise ValueError(f"switch {name}: no such recipients: {', '.join(sorted(unknown))}")
        for offer in self.offers:
            for name in offer.switches:
                if name not in self.switches or offer.recipient not in self.switches[name].recipients:
                    raise ValueError(f"offers: {name} is not for {offer.recipient} ({offer.name})")
        if len({(offer.recipient, offer.name) for offer in self.offers}) != len(self.offers):
            raise ValueError("offers: one recipient stands there twice")


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
