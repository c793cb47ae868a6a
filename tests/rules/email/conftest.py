"""The real capped parser for all tests of this folder: a process, but no network and no database."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from channels.adapters.email.adapter import EmailAdapter
from channels.adapters.email.pool import ParserPool

SETTINGS = SimpleNamespace(
    MAIL_ADDRESS="alma@servicios.alma.example",
    MAIL_AUTHSERV_ID="mx.servicios.alma.example",
    MAIL_TRUSTED_RELAYS="127.0.0.1,::1",
    mail_checks=False,
)


@pytest.fixture(scope="session")
def pool() -> Iterator[ParserPool]:
    made = ParserPool(size=1)
    yield made
    made.close()


@pytest.fixture(scope="session")
def adapter(pool: ParserPool) -> EmailAdapter:
    return EmailAdapter(SETTINGS, pool)
