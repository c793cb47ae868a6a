import pytest

from tests.services.record.world import World, make_world


@pytest.fixture
def world(database: str) -> World:
    return make_world()
