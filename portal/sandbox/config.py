"""What the sandbox is told at its start: one JSON file, checked as a whole before anything listens."""

import json
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

Channel = Literal["sms", "whatsapp"]


class ConfigError(ValueError):
    """The configuration cannot be used; the text says which field and why, and quotes no secret."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _absolute(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be an absolute http or https address")
    return url


class Senders(_Part):
    """The numbers that Alma sends from, in E.164."""

    sms: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    whatsapp: str = Field(pattern=r"^\+[1-9]\d{6,14}$")


class Cloud(_Part):
    """Meta's Cloud API beside the carrier: our number there, its keys, and where its deliveries go."""

    phone_id: str = Field(pattern=r"^\d{1,20}$")
    number: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    access_token: str = Field(min_length=16)
    app_secret: str = Field(min_length=16)
    webhook_url: str

    _urls = field_validator("webhook_url")(_absolute)


class Carrier(_Part):
    """The carrier's one account.

    `webhook_url` may carry Twilio's connection overrides (`#rc=5&rp=all`). `step_ms` is the pause between two
    delivery states. `window` says when a free-form WhatsApp message outside the 24 hours is refused: `later` (201
    first, then failed with 63016, as Twilio mostly does) or `at_once` (400). `templates` maps a ContentSid to its words
    with {{1}} holes; when it is empty every well-formed ContentSid is taken.
    """

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: str = Field(min_length=16)
    webhook_url: str
    fallback_url: str | None = None
    numbers: Senders
    status_default: Literal["delivered", "sent", "undelivered", "failed"] = "delivered"
    step_ms: int = Field(default=300, ge=0, le=60_000)
    window: Literal["later", "at_once"] = "later"
    templates: dict[str, str] = Field(default_factory=dict)
    cloud: Cloud | None = None

    _urls = field_validator("webhook_url")(_absolute)


class Client(_Part):
    """A relying party; addresses are compared character by character."""

    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=16)
    redirect_uris: list[str] = Field(min_length=1)
    post_logout_redirect_uris: list[str] = Field(default_factory=list)


class Person(_Part):
    """A sample person who can log in; `birthdate` is an ISO date."""

    sub: str = Field(min_length=1)
    given_name: str
    family_name: str
    document: str
    birthdate: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    email: str | None = None


class IdentityProvider(_Part):
    """The issuer as browsers see it: every address of the provider is built from it, never from Host."""

    issuer: str
    clients: list[Client]
    people: list[Person]

    _urls = field_validator("issuer")(_absolute)

    @field_validator("issuer")
    @classmethod
    def _plain(cls, issuer: str) -> str:
        if urlsplit(issuer).path != "/sandbox/idp":
            raise ValueError("must end in /sandbox/idp: the path reaches the sandbox unchanged")
        return issuer


class Mail(_Part):
    """Where Alma's SMTP server listens, its address, and the name its edge relay signs with."""

    alma_host: str = "127.0.0.1"
    alma_port: int = Field(ge=1, le=65535)
    alma_address: str
    authserv_id: str = Field(min_length=1)
    accounts: list[str] = Field(default_factory=list)


class Phone(_Part):
    """A phone of a sample person, in E.164."""

    number: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    name: str
    channels: list[Channel] = Field(default_factory=lambda: ["sms", "whatsapp"])


class Config(_Part):
    """The whole file. `public_url` is Alma's origin: pages are reached through its /sandbox/ proxy."""

    port: int = Field(ge=1, le=65535)
    smtp_port: int = Field(ge=1, le=65535)
    state_path: Path
    public_url: str
    carrier: Carrier
    idp: IdentityProvider
    mail: Mail
    phones: list[Phone] = Field(default_factory=list)

    _urls = field_validator("public_url")(_absolute)

    @property
    def carrier_url(self) -> str:
        """Base of the REST API, the same that Alma's ALMA_CARRIER_URL holds: media addresses begin with it."""
        return f"http://127.0.0.1:{self.port}/sandbox/carrier"


def load(path: Path) -> Config:
    """Read and check the file at `path`.

    Raises ConfigError with one line a fault: the field's path and the reason, without its value.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(f"{path}: is not JSON ({error})") from error
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        lines = (f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}" for fault in faults)
        raise ConfigError(f"{path}:\n  " + "\n  ".join(lines)) from error
