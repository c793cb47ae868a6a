"""The embedded database: private, whole after a kill, gone with its parent."""

import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest

from case_api.db.cluster.server import Cluster, ClusterError, socket_folder

PASSWORDS = {"postgres": "p", "alma_owner": "o", "alma_app": "a"}

START_AND_WAIT = """
import sys, time
from pathlib import Path
from case_api.db.cluster.server import Cluster
cluster = Cluster(Path(sys.argv[1]), {"postgres": "p", "alma_owner": "o", "alma_app": "a"})
cluster.start()
print(cluster.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def private_cluster(tmp_path):
    made = Cluster(tmp_path / "a folder with spaces" / "pg", PASSWORDS)
    yield made
    made.stop()


def test_a_private_folder_is_enough(private_cluster, tmp_path):
    tmp_path.chmod(0o700)
    private_cluster.start()
    assert private_cluster.running()
    assert private_cluster.data.stat().st_mode & 0o077 == 0
    assert private_cluster.socket.stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_refused(private_cluster):
    private_cluster.start()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=str(private_cluster.socket), user="alma_app", password="wrong", dbname="alma")


def test_what_was_committed_survives_a_kill(private_cluster):
    private_cluster.start()
    with private_cluster.connect("alma_owner", "alma") as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    private_cluster.process.kill()
    private_cluster.process.wait()
    private_cluster.start()
    with private_cluster.connect("alma_owner", "alma") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_it_ends_when_its_parent_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(tmp_path / "pg")], stdout=subprocess.PIPE, env={**os.environ}
    )
    server = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs([server], timeout=20)
    assert not alive


def test_somebody_elses_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = socket_folder(tmp_path / "pg")
    folder.mkdir(mode=0o755)
    with pytest.raises(ClusterError, match="not a private folder"):
        Cluster(tmp_path / "pg", PASSWORDS).start()


def test_joining_a_running_one_and_leaving_it_running(private_cluster):
    private_cluster.start()
    guest = Cluster(private_cluster.data, PASSWORDS)
    started = time.monotonic()
    with guest:
        assert guest.process is None
    assert private_cluster.running()
    assert time.monotonic() - started < 5
