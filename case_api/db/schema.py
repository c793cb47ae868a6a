"""Migrations: bring a database to the newest shape, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from case_api.settings import settings

FOLDER = Path(__file__).with_name("migrations")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(url: str = "") -> str:
    """The revision a database is at; empty when it was never migrated."""
    made = create_engine(url or settings().DATABASE_OWNER_URL)
    with made.connect() as connection:
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def upgrade(url: str = "", *, revision: str = "head", downwards: bool = False) -> None:
    """Run the migrations as the owner, one process at a time (an advisory lock holds the others)."""
    made = create_engine(url or settings().DATABASE_OWNER_URL)
    with made.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('alma.migrations'))"))
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        (command.downgrade if downwards else command.upgrade)(config, revision)
        connection.execute(text("SELECT pg_advisory_unlock(hashtext('alma.migrations'))"))
        connection.commit()
    made.dispose()
