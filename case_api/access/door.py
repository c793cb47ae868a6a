"""The one door to the record.

    door = open_door(actor, "manage_case")
    for found in door.files(person_id):
        ...

Every method decides, logs, and returns plain values that this actor may see. A room adds its part as a mixin over
`case_api.access.base.DoorBase`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from case_api.access.actor import Actor
from case_api.access.base import DoorBase
from case_api.access.purposes import Purpose
from case_api.db import Unit, current_unit

if TYPE_CHECKING:
    from case_api.access.record import Door

__all__ = ["Door", "DoorBase", "open_door"]


def open_door(
    actor: Actor,
    purpose: str,
    *,
    unit: Unit | None = None,
    handling: Iterable[UUID] = (),
    scopes: Iterable[str] | None = None,
    represented: UUID | None = None,
) -> "Door":
    """The door for an actor and a purpose (one of `Purpose`), on the current unit of work unless one is named.

    `handling` names the people whose message or appointment this professional is dealing with, as the floor above
    knows it; it opens at most N1. `scopes` are those of an API token; None means that none narrows. `represented` is
    the person whose folder a citizen chose to look at; it opens what a representation in force lets them see.
    Raises ValueError for a purpose that is not on the list.
    """
    return _door_class()(
        unit or current_unit(),
        actor,
        Purpose(purpose),
        frozenset(handling),
        None if scopes is None else frozenset(scopes),
        represented,
    )


@lru_cache(maxsize=1)
def _door_class() -> "type[Door]":
    # Not at the top: the rooms' mixins import the frame, and a room may be the first thing that a program imports.
    from case_api.access.record import Door

    return Door


def __getattr__(name: str) -> object:
    if name == "Door":
        return _door_class()
    raise AttributeError(name)
