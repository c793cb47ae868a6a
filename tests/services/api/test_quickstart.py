"""The quickstart of the API's README works as pasted: only the port is another."""

import re
import shutil
import subprocess
from html import unescape

import pytest

from case_api.city.build import build
from case_api.settings import ROOT, settings
from portal.apps import create_citizen_app
from tests.services.api.server import environment, free_port, start_server, wait_until_up


@pytest.fixture
def port(database):
    build(60, 1)
    port = free_port()
    server = start_server(port)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/api/v1")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def test_as_pasted(port):
    """The commands as the documentation page shows them, which has them from the README."""
    assert shutil.which("curl"), "the quickstart uses curl"
    page = create_citizen_app().test_client().get("/api").text
    script = unescape(re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)[1])
    script = script.replace(settings().PUBLIC_URL, f"http://127.0.0.1:{port}")
    assert f"api=http://127.0.0.1:{port}/api/v1" in script
    ran = subprocess.run(
        ["bash", "-e", "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert '"given_name":"Amparo"' in ran.stdout and '"state":"booked"' in ran.stdout
    assert ran.stdout.rstrip().endswith("}") and '"state":"cancelled"' in ran.stdout
    assert "urn:alma:problem" not in ran.stdout
