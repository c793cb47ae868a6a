"""Everything the sandbox remembers, in one SQLite file: one connection, one lock, WAL.

A restart (or a SIGKILL) keeps messages, mails, logins, faults and what was still to be delivered.
"""

import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS job (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT, payload TEXT NOT NULL, due_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_job_due ON job (due_at, id);
CREATE TABLE IF NOT EXISTS phone (
  number TEXT PRIMARY KEY, name TEXT NOT NULL, channels TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'on');
CREATE TABLE IF NOT EXISTS message (
  position INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
  direction TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
  error_code INTEGER, num_segments INTEGER NOT NULL, num_media INTEGER NOT NULL, status_callback TEXT,
  content_sid TEXT, replied_sid TEXT, fields TEXT NOT NULL DEFAULT '{}', in_window INTEGER NOT NULL DEFAULT 1,
  webhook_status INTEGER, webhook_attempts INTEGER NOT NULL DEFAULT 0, redacted INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL, sent_at REAL, updated_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_message_sender ON message (sender, position);
CREATE INDEX IF NOT EXISTS ix_message_recipient ON message (recipient, position);
CREATE TABLE IF NOT EXISTS call (
  position INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, sender TEXT NOT NULL,
  twiml TEXT NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_call_recipient ON call (recipient, position);
CREATE TABLE IF NOT EXISTS media (
  sid TEXT PRIMARY KEY, message_sid TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, content BLOB,
  source_url TEXT, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_media_message ON media (message_sid);
CREATE TABLE IF NOT EXISTS opt_out (phone TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (phone, sender));
CREATE TABLE IF NOT EXISTS mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, direction TEXT NOT NULL, message_id TEXT NOT NULL,
  envelope_from TEXT NOT NULL, envelope_to TEXT NOT NULL, raw BLOB NOT NULL, repeats INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL,
  UNIQUE (owner, direction, message_id));
CREATE TABLE IF NOT EXISTS login (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, level TEXT NOT NULL, authenticated_at REAL NOT NULL,
  expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS authorization_code (
  code TEXT PRIMARY KEY, grant_data TEXT NOT NULL, expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS access_token (
  token TEXT PRIMARY KEY, code TEXT NOT NULL, claims TEXT NOT NULL, expires_at REAL NOT NULL);
"""


class Store:
    """The open state file. Safe to share between threads: every statement runs under one lock."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path` (its folder too), readable by its owner alone: it holds a private key."""
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._depth = 0
        self._secrets: dict[str, bytes] = {}
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several statements as one; may be nested, the outermost commits or rolls back."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if outermost:
                self._connection.execute("COMMIT")

    def execute(self, statement: str, *values: Any) -> int:
        """Run one statement; returns how many rows it touched."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def insert(self, table: str, **values: Any) -> int:
        """Add a row; returns its rowid. Column names come from the code, never from outside."""
        columns = ", ".join(values)
        holes = ", ".join("?" for _ in values)
        with self._lock:
            statement = f"INSERT INTO {table} ({columns}) VALUES ({holes})"  # noqa: S608
            return self._connection.execute(statement, tuple(values.values())).lastrowid or 0

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """All rows of a query as dicts."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def row(self, statement: str, *values: Any) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        with self._lock:
            found = self._connection.execute(statement, values).fetchone()
        return dict(found) if found is not None else None

    def setting(self, key: str, default: Any = None) -> Any:
        """A stored JSON value."""
        found = self.row("SELECT value FROM setting WHERE key = ?", key)
        return json.loads(found["value"]) if found else default

    def put_setting(self, key: str, value: Any) -> None:
        """Store a JSON value under `key`, replacing what was there."""
        self.execute(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            json.dumps(value),
        )

    def secret(self, key: str) -> bytes:
        """A random secret of this installation, made at first use."""
        if key in self._secrets:
            return self._secrets[key]
        with self.transaction():
            known = self.setting(key)
            if known is None:
                known = secrets.token_hex(32)
                self.put_setting(key, known)
        self._secrets[key] = bytes.fromhex(known)
        return self._secrets[key]

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in."""
        with self._lock:
            self._connection.close()
