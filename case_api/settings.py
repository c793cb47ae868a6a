"""Every setting of Alma: environment variables prefixed `ALMA_`, typed, in one place.

In development and in tests what is missing gets a random value for this install (`case_api/secrets.py`) and the
addresses of the sandbox. Production refuses to start on a missing secret, a sandbox part, or debug.
"""

import base64
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from case_api.secrets import install_secrets

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
LOCALES = ROOT / "locales"
STATIC = ROOT / "portal" / "static"

_SECRETS = (
    "SECRET_KEY",
    "DATA_KEY",
    "CARRIER_ACCOUNT_SID",
    "CARRIER_AUTH_TOKEN",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
)


class SettingsError(SystemExit):
    """Alma will not start like this; the message says what to set."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ALMA_", extra="ignore")

    ENV: Literal["development", "test", "production"] = Field("development", description="where this runs")
    DEBUG: bool = Field(False, description="Flask's debugger; refused in production")
    VAR_DIR: Path = Field(ROOT / "var", description="what this install keeps: database, secrets, sandbox state")

    DATABASE_URL: str = Field("", description="PostgreSQL as the application's role (owns nothing)")
    DATABASE_OWNER_URL: str = Field("", description="PostgreSQL as the owner: migrations, backup, bulk load")
    DATABASE_POOL: int = Field(16, description="connections a web process keeps")

    HOST: str = Field("127.0.0.1", description="address the web process listens on")
    PORT: int = Field(8000, description="port of pages, webhooks and API")
    WEB_WORKERS: int = Field(1, description="web processes")
    WEB_THREADS: int = Field(48, description="threads a web process")
    METRICS_HOST: str = Field("127.0.0.1", description="internal listener of /metrics")
    METRICS_PORT: int = Field(9000, description="internal listener of /metrics")
    PUBLIC_URL: str = Field("", description="the address people and providers reach us at; webhooks are signed over it")

    SECRET_KEY: str = Field("", description="signs cookies and forms")
    DATA_KEY: str = Field("", description="32 bytes, base64: encrypts raw events, keys hashes and tokens")

    CARRIER_URL: str = Field("", description="REST base of the carrier")
    CARRIER_ACCOUNT_SID: str = Field("", description="the carrier's account")
    CARRIER_AUTH_TOKEN: str = Field("", description="the carrier's secret: REST and webhook signatures")
    SMS_SENDER: str = Field("+34910000001", description="our number for SMS")
    WHATSAPP_PROVIDER: Literal["twilio", "cloud"] = Field("twilio", description="who carries WhatsApp, or Meta itself")
    META_URL: str = Field("https://graph.facebook.com/v23.0", description="base of Meta's Cloud API")
    META_PHONE_ID: str = Field("", description="our number's id there")
    META_ACCESS_TOKEN: str = Field("", description="our token there")
    META_APP_SECRET: str = Field("", description="signs Meta's webhooks; empty: they are refused")
    META_VERIFY_TOKEN: str = Field("", description="the word of Meta's handshake; empty: it is refused")
    WHATSAPP_SENDER: str = Field("+34910000002", description="our number on WhatsApp")

    ISSUER_URL: str = Field("", description="OIDC issuer in front of Cl@ve")
    OIDC_CLIENT_ID: str = Field("", description="our client at the issuer")
    OIDC_CLIENT_SECRET: str = Field("", description="its secret")

    SMTP_HOST: str = Field("127.0.0.1", description="address our SMTP listener binds")
    SMTP_PORT: int = Field(8025, description="port of our SMTP listener")
    SMTP_TLS_CERT: str = Field("", description="certificate file for STARTTLS")
    SMTP_TLS_KEY: str = Field("", description="its key file")
    MAIL_RELAY_HOST: str = Field("127.0.0.1", description="outgoing mail goes to this relay")
    MAIL_RELAY_PORT: int = Field(0, description="its port")
    MAIL_ADDRESS: str = Field("alma@servicios.alma.example", description="our mail address")
    MAIL_AUTHSERV_ID: str = Field("mx.servicios.alma.example", description="the only Authentication-Results believed")
    MAIL_TRUSTED_RELAYS: str = Field("127.0.0.1,::1", description="peers whose Authentication-Results count")

    TURN_URLS: str = Field("", description="relays for video calls, parted by commas; none: browsers meet directly")
    TURN_SECRET: str = Field("", description="the secret shared with the relays (coturn: static-auth-secret)")

    EGRESS_ALLOW: str = Field("", description="host:port pairs inside the house that webhooks and media may go to")
    MAIL_CHECKS: bool | None = Field(None, description="ask senders' domains (SPF, DKIM, DMARC); empty: production")

    SANDBOX_PORT: int = Field(8001, description="the sandbox's own port, development only")
    SANDBOX_SMTP_PORT: int = Field(8026, description="the sandbox's mail server, development only")

    MAIL_RELAY_CA: str = Field("", description="authority behind the relay's certificate (file); empty: the system's")

    DUTY_ADDRESSES: str = Field(
        "", description="who is called when words of danger wait unread: +34… (SMS), voice:+34… (a call), mail; commas"
    )
    DUTY_REPEAT_MINUTES: int = Field(10, ge=1, description="called again after so long, until somebody has read them")

    QUIET_HOURS: str = Field("22:00-08:00", description="no message rings in these hours unless somebody waits for it")
    RATE_SMS: float = Field(10.0, description="SMS a second from our number; 0: as many as go")
    RATE_WHATSAPP: float = Field(60.0, description="WhatsApp messages a second from our number")
    RATE_EMAIL: float = Field(20.0, description="mails a second")
    RATE_VOICE: float = Field(1.0, description="calls that a machine makes, a second")
    REPROOF_MONTHS: int = Field(12, description="a proved address that was silent for so long is proved again")

    LANGUAGES: str = Field(
        "es,es@facil,en,ar", description="languages of the pages, default first; es@facil is Spanish in plainer words"
    )
    HELP_PHONE: str = Field("010", description="the city's telephone, shown on every page")
    COSTS: str = Field("", description="file of what messages cost the city; sample prices when empty")
    OPENING_HOURS: str = Field("", description="file of the hours in which people read what arrives; ours when empty")
    REOPEN_DAYS: int = Field(14, description="a closed conversation reopens within so many days")

    @property
    def development(self) -> bool:
        return self.ENV != "production"

    @property
    def mail_checks(self) -> bool:
        """Whether the domain name system is asked about mail that no relay of ours vouches for."""
        return not self.development if self.MAIL_CHECKS is None else self.MAIL_CHECKS

    @property
    def languages(self) -> list[str]:
        return [code.strip() for code in self.LANGUAGES.split(",") if code.strip()]

    @property
    def data_key(self) -> bytes:
        return base64.b64decode(self.DATA_KEY)

    @property
    def socket_dir(self) -> Path:
        """The private folder of the embedded database's socket."""
        from case_api.db.cluster.server import socket_folder

        return socket_folder(self.VAR_DIR / "pg")

    @property
    def embedded(self) -> bool:
        """Whether the database is the one in `var/pg`."""
        return quote(str(self.socket_dir), safe="") in self.DATABASE_URL

    @field_validator("QUIET_HOURS")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("ALMA_QUIET_HOURS is like 22:00-08:00, or empty")
        return value

    @field_validator("DUTY_ADDRESSES")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            if not re.fullmatch(r"(voice:)?\+[1-9]\d{6,14}|[^@\s:]+@[^@\s]+", part):
                raise ValueError("ALMA_DUTY_ADDRESSES holds numbers like +34600000000, voice:+34600000000, and mails")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if self.ENV == "production":
            return self._strict()
        self.VAR_DIR = self.VAR_DIR.resolve()
        known = install_secrets(self.VAR_DIR)
        for name in _SECRETS:
            if not getattr(self, name):
                setattr(self, name, known[name])
        host = quote(str(self.socket_dir), safe="")
        base = "postgresql+psycopg://{}:{}@/alma?host=" + host
        self.DATABASE_URL = self.DATABASE_URL or base.format("alma_app", known["DATABASE_PASSWORD"])
        self.DATABASE_OWNER_URL = self.DATABASE_OWNER_URL or base.format("alma_owner", known["DATABASE_OWNER_PASSWORD"])
        self.PUBLIC_URL = (self.PUBLIC_URL or f"http://localhost:{self.PORT}").rstrip("/")
        self.CARRIER_URL = self.CARRIER_URL or f"http://127.0.0.1:{self.SANDBOX_PORT}/sandbox/carrier"
        self.ISSUER_URL = self.ISSUER_URL or f"{self.PUBLIC_URL}/sandbox/idp"
        self.MAIL_RELAY_PORT = self.MAIL_RELAY_PORT or self.SANDBOX_SMTP_PORT
        return self

    def _strict(self) -> "Settings":
        needed = (*_SECRETS, "DATABASE_URL", "PUBLIC_URL", "CARRIER_URL", "ISSUER_URL")
        missing = [f"ALMA_{name}" for name in needed if not getattr(self, name)]
        if self.WHATSAPP_PROVIDER == "cloud":
            needed_there = ("META_PHONE_ID", "META_ACCESS_TOKEN", "META_APP_SECRET", "META_VERIFY_TOKEN")
            missing += [f"ALMA_{name}" for name in needed_there if not getattr(self, name)]
        if not self.MAIL_RELAY_PORT:
            missing.append("ALMA_MAIL_RELAY_PORT")
        if missing:
            raise ValueError("production needs " + ", ".join(missing))
        if self.DEBUG:
            raise ValueError("production does not run with ALMA_DEBUG")
        if not self.PUBLIC_URL.startswith("https://"):
            raise ValueError("production needs an https ALMA_PUBLIC_URL")
        for name in ("CARRIER_URL", "ISSUER_URL", "META_URL"):
            if "/sandbox" in getattr(self, name):
                raise ValueError(f"ALMA_{name} points at the sandbox, which production refuses")
        if len(base64.b64decode(self.DATA_KEY)) != 32:
            raise ValueError("ALMA_DATA_KEY is 32 bytes in base64")
        return self


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises SettingsError (ends the process with a readable line) when they cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Only names and reasons: a pydantic error would print the values, secrets among them.
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"alma: {reasons}") from None
