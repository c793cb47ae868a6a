"""Faults on request: what the carrier does wrong next, and how often."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from portal.sandbox.state import Store

ALWAYS = -1


class Faults(BaseModel):
    """Counted faults: n times, then well again; -1 until taken back. Delays apply to every one while set."""

    model_config = ConfigDict(extra="forbid")

    delay_ms: int = Field(default=0, ge=0, le=120_000)  # every answer of the REST API
    callback_delay_ms: int = Field(default=0, ge=0, le=120_000)
    webhook_delay_ms: int = Field(default=0, ge=0, le=120_000)
    timeout_ms: int = Field(default=20_000, ge=0, le=120_000)  # how long accept_then_timeout keeps the caller waiting

    answer_429: int = Field(default=0, ge=ALWAYS)  # refused, nothing stored
    answer_5xx: int = Field(default=0, ge=ALWAYS)  # 503, nothing stored
    accept_then_503: int = Field(default=0, ge=ALWAYS)  # stored and sent on, the caller reads 503
    accept_then_close: int = Field(default=0, ge=ALWAYS)  # stored and sent on, the connection closes without an answer
    accept_then_timeout: int = Field(default=0, ge=ALWAYS)  # stored and sent on, no answer until timeout_ms

    drop_callbacks: int = Field(default=0, ge=ALWAYS)
    duplicate_callbacks: int = Field(default=0, ge=ALWAYS)
    disorder_callbacks: int = Field(default=0, ge=ALWAYS)  # counted in messages: the earlier states come last
    drop_webhooks: int = Field(default=0, ge=ALWAYS)
    duplicate_webhooks: int = Field(default=0, ge=ALWAYS)
    late_webhooks: int = Field(default=0, ge=ALWAYS)  # brought once more, after a later one
    disorder_webhooks: int = Field(default=0, ge=ALWAYS)  # held back until a later one was brought
    # Held until so many are there, then all at the same moment, in any order. Nobody counts these down for ever.
    batch_webhooks: int = Field(default=0, ge=0)


class FaultBox:
    """The faults that are set now, kept in the state file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> Faults:
        """What is set, with the counts that are left."""
        return Faults.model_validate(self._store.setting("carrier_faults", {}))

    def replace(self, faults: Faults) -> None:
        """Set these and forget all others."""
        self._store.put_setting("carrier_faults", faults.model_dump())

    def take(self, name: str) -> bool:
        """Whether the fault happens now; uses up one of its count."""
        with self._store.transaction():
            values: dict[str, Any] = self._store.setting("carrier_faults", {})
            left = values.get(name, 0)
            if left > 0:
                values[name] = left - 1
                self._store.put_setting("carrier_faults", values)
            return left != 0
