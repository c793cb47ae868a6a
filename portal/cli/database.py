"""`alma db`: migrations, backup, restore; and the database for every other command."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from alembic.util import CommandError
from sqlalchemy.engine import make_url

from case_api.db import schema
from case_api.db.cluster.server import Cluster, ClusterError, binaries, embedded_cluster
from case_api.log import logger
from case_api.settings import settings


@contextmanager
def database(*, migrated: bool = True) -> Iterator[Cluster | None]:
    """The database, running: an embedded one is joined when it runs, else started for as long as the block lasts.

    Gives the embedded cluster, or None when the database is somebody else's to keep.
    """
    if not settings().embedded:
        yield None
        return
    cluster = embedded_cluster()
    cluster.start()
    try:
        if migrated and schema.current() != schema.head():
            schema.upgrade()
        yield cluster
    finally:
        from case_api.db.engine import engine, forget_engines

        engine().dispose()
        forget_engines()
        cluster.stop()


class Keeper:
    """Starts the embedded cluster again when it has ended: killed, out of memory, or stopped by whoever had started it.

    To be called often, by the main thread (the cluster ends with the thread that started it). What was committed is
    there again after PostgreSQL's own recovery.
    """

    LOOKS_EVERY = 1.0

    def __init__(self, cluster: Cluster | None) -> None:
        self._cluster = cluster
        self._look_at = 0.0

    def __call__(self) -> None:
        if self._cluster is None or time.monotonic() < self._look_at or self._lives():
            return
        logger().warning("the database ended", name="postgres")
        try:
            self._cluster.start()
        except (ClusterError, psycopg.Error, OSError) as error:
            # What is left of the one before may hold its files for a moment.
            logger().warning("the database does not start", name="postgres", error=type(error).__name__)
        else:
            logger().warning("the database is back", name="postgres")
        self._look_at = time.monotonic() + self.LOOKS_EVERY

    def _lives(self) -> bool:
        self._look_at = time.monotonic() + self.LOOKS_EVERY
        if self._cluster.process is not None:
            if self._cluster.process.poll() is None:
                return True
            self._cluster.process = None
        return self._cluster.running()


@click.group()
def db() -> None:
    """Migrations, backup and restore."""


@db.command()
@click.option("--revision", default="head", help="Go to this revision instead of the newest.")
@click.option("--down", is_flag=True, help="Go back to the revision instead of forward.")
def upgrade(revision: str, down: bool) -> None:
    """Bring the database to the newest shape."""
    with database(migrated=False):
        try:
            schema.upgrade(revision=revision, downwards=down)
        except CommandError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"The database is at {schema.current() or 'base'}.")


def _postgres(program: str, *arguments: str) -> None:
    url = make_url(settings().DATABASE_OWNER_URL)
    environment = {
        **os.environ,
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    done = subprocess.run([str(binaries() / program), *arguments], env=environment, check=False)
    if done.returncode:
        raise click.ClickException(f"{program} ended with {done.returncode}")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE (PostgreSQL's custom format). Keep ALMA_DATA_KEY apart: both are needed."""
    with database():
        draft = file.with_name(file.name + ".part")
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={draft}")
        draft.chmod(0o600)
        draft.replace(file)
    click.echo(f"Saved to {file}.")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces what the database holds. Go on?")
def restore(file: Path) -> None:
    """Replace what the database holds with the backup in FILE."""
    with database(migrated=False):
        _postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction",
            "--dbname=" + (make_url(settings().DATABASE_OWNER_URL).database or ""), str(file),
        )  # fmt: skip
        schema.upgrade()
    click.echo(f"Restored from {file}.")
