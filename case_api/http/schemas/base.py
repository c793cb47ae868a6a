"""What every request and answer has in common. Nothing undeclared leaves; nothing undeclared is accepted."""

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _text_only(value: Any) -> Any:
    # A bare number would be taken for seconds since 1970, which nobody means.
    return value if isinstance(value, str | date) else ""


Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]
Day = Annotated[date, BeforeValidator(_text_only), Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="ignore")


class PageQuery(In):
    """`cursor` is the `next` of the page before."""

    cursor: str | None = Field(None, max_length=300)
    limit: int = Field(50, ge=1, le=200)
