"""Copies of everything, requests about one's data, and questions about a look."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Out

# Something must be there beside blanks; no character that no text has.
Said = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
Perhaps = Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")]
RightWord = Literal["rectification", "access", "erasure", "restriction", "objection"]


class ExportOut(Out):
    """A copy that may be fetched until `expires_at`. `parts` are the parts that were open to the token that asked."""

    id: UUID
    person_id: UUID
    asked_at: datetime
    parts: list[str]
    expires_at: datetime
    fetched_at: datetime | None


class ExportsPage(Out):
    items: list[ExportOut]
    next: str | None


class RightsIn(In):
    """`about`: which data, or which paper; `wanted`: how they should be."""

    kind: RightWord
    about: Said
    wanted: Perhaps = ""


class RightsOut(Out):
    """`due_on` is the last day to answer, in Madrid; `extended_at` and `extension_why` tell why it is a later one."""

    id: UUID
    person_id: UUID
    kind: RightWord
    about: str
    wanted: str
    channel: Literal["portal", "api", "desk"]
    received_at: datetime
    due_on: date
    extended_at: datetime | None
    extension_why: str | None
    state: Literal["received", "accepted", "partly", "refused"]
    answer: str | None
    answered_at: datetime | None


class RightsPage(Out):
    items: list[RightsOut]
    next: str | None


class AnswerIn(In):
    state: Literal["accepted", "partly", "refused"]
    answer: Said


class ExtendIn(In):
    why: Said


class ChallengeIn(In):
    """What is not all right about the look."""

    words: str = Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")


class ChallengeOut(Out):
    """`name_told` is who looked, when the data protection office found that it has to be said."""

    id: UUID
    person_id: UUID
    entry_id: UUID
    words: str
    asked_at: datetime
    due_on: date
    answered_at: datetime | None
    finding: Literal["justified", "not_justified"] | None
    answer: str | None
    name_told: str | None


class ChallengesPage(Out):
    items: list[ChallengeOut]
    next: str | None
