"""The record's small world."""

from tests.services.record.conftest import *  # noqa: F403
