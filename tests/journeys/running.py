"""The whole product, running: `alma run` in a folder of its own, on free ports, with its sandbox."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pyotp

ROOT = Path(__file__).parents[2]


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def wait_for(condition: Callable[[], Any], seconds: float = 20, what: str = "") -> Any:
    """The first true answer of `condition`; AssertionError when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what or condition}"
        time.sleep(0.1)


class Alma:
    """One install. `base` is its web address; `secrets` what `var/secrets.json` holds."""

    def __init__(self, var: Path, citizens: int = 40):
        self.var = var
        self.citizens = citizens
        names = ("PORT", "SMTP_PORT", "METRICS_PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.base = f"http://localhost:{self.ports['PORT']}"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ALMA_")}
        self.environment = {
            "ALMA_OPENING_HOURS": str(ROOT / "tests/data/always_open.yaml"),
            **clean,
            "ALMA_VAR_DIR": str(var),
            "ALMA_QUIET_HOURS": "",
            **{f"ALMA_{k}": str(v) for k, v in self.ports.items()},
        }
        self.process: subprocess.Popen | None = None
        self.said = var.parent / f"{var.name}.out"
        self.http = httpx.Client(base_url=self.base, timeout=30)

    def start(self, seconds: float = 120) -> "Alma":
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", "run", "--citizens", str(self.citizens)],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        wait_for(self._up, seconds, "alma run to be ready:\n" + self.said.read_text()[-3000:])
        return self

    def _up(self) -> bool:
        assert self.process.poll() is None, "alma run ended:\n" + self.said.read_text()[-3000:]
        try:
            return self.http.get("/readyz").status_code == 200 and "Alma is up" in self.said.read_text()
        except httpx.HTTPError:
            return False

    def tree(self) -> list[psutil.Process]:
        """Every process below `alma run`, and itself."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def part(self, name: str) -> list[psutil.Process]:
        """The processes of one part ('web', 'worker', 'smtp'), its children too."""
        found = []
        for process in self.tree():
            try:
                line = process.cmdline()
            except psutil.Error:
                continue
            if line[-3:] == ["-m", "portal.cli", name]:
                found += [process, *process.children(recursive=True)]
        return found

    def stop(self) -> list[psutil.Process]:
        """Ctrl-C; returns what is left running, which should be nothing."""
        if self.process is None or self.process.poll() is not None:
            return []
        everything = self.tree()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        _, alive = psutil.wait_procs(everything, timeout=5)
        return alive

    def alma(self, *arguments: str, check: bool = True) -> str:
        """Run an `alma` command on this install; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "portal.cli", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"alma {' '.join(arguments)}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def secrets(self) -> dict[str, str]:
        return json.loads((self.var / "secrets.json").read_text())

    def staff_code(self) -> str:
        return pyotp.TOTP(self.secrets["STAFF_TOTP_SEED"]).now()

    # The sandbox, as its people use it.

    def phone_sends(self, number: str, body: str, channel: str = "whatsapp", **more: Any) -> str:
        """Somebody writes on a phone; the carrier's id of the message."""
        answer = self.http.post(
            "/sandbox/carrier/control/send", json={"from": number, "channel": channel, "body": body, **more}
        )
        assert answer.status_code < 300, answer.text
        return answer.json()["sid"]

    def phone(self, number: str) -> list[dict[str, Any]]:
        """What a phone sent and got."""
        return self.http.get("/sandbox/carrier/control/messages", params={"number": number}).json()

    def mail_sends(self, **mail: Any) -> dict[str, Any]:
        """Somebody writes a mail: keys from, to, subject, text, in_reply_to, spoofed."""
        answer = self.http.post("/sandbox/mail/control/send", json=mail)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def mailbox(self, address: str) -> list[dict[str, Any]]:
        """What a mailbox holds."""
        return self.http.get("/sandbox/mail/control/messages", params={"address": address}).json()
