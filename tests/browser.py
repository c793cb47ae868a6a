"""A real Chromium for tests: started with flags that keep it off the network, looked at with axe and pictures.

with browser() as driver:
    open_at(driver, url, width=320)
    assert axe(driver) == []
"""

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # The only thing that stops the look-ups at start.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


@contextmanager
def browser(*, javascript: bool = True, dark: bool = False, media: bool = False) -> Iterator[webdriver.Chrome]:
    """A Chromium of its own, gone at the end; with `media` it has an invented camera and microphone.

    Raises RuntimeError when there is none: no test is skipped for it.
    """
    program, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver_path:
        raise RuntimeError("these tests need chromium and chromedriver (Debian: chromium chromium-driver)")
    profile = tempfile.mkdtemp(prefix="alma-browser-")
    options = Options()
    options.binary_location = program
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if media:
        for flag in ("use-fake-device-for-media-stream", "use-fake-ui-for-media-stream"):
            options.add_argument(f"--{flag}")
        options.add_argument("--allow-loopback-in-peer-connection")
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        # Without it focus events stop once Tab has left the page.
        driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
        if dark:
            emulate(driver, scheme="dark")
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


def emulate(
    driver: webdriver.Chrome, *, scheme: str = "light", contrast: str = "", forced_colours: bool = False
) -> None:
    """Say what the reader's device asks for."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    if contrast:
        features.append({"name": "prefers-contrast", "value": contrast})
    if forced_colours:
        features.append({"name": "forced-colors", "value": "active"})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def settle(driver: webdriver.Chrome) -> None:
    """Wait until colours and places have stopped moving: a picture taken half-way shows what nobody sees."""
    # A page that draws no frame (nothing changed, or the machine is busy) never calls back: then it has settled too.
    driver.execute_async_script(
        "var done = arguments[0]; setTimeout(done, 3000);"
        "requestAnimationFrame(function () { requestAnimationFrame(function () {"
        "Promise.allSettled(document.getAnimations().map(function (one) { return one.finished; }))"
        ".then(function () { done(); }); }); });"
    )


def resize(driver: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Set the page's own width in CSS pixels; a window cannot be as narrow as 320."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def open_at(driver: webdriver.Chrome, url: str, *, width: int = 1280) -> None:
    """Open an address at a width."""
    resize(driver, width)
    driver.get(url)


def screenshot(driver: webdriver.Chrome, path: str | Path, width: int | None = None) -> Path:
    """A picture of the whole page, as a PNG."""
    if width:
        resize(driver, width)
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(base64.b64decode(shot["data"]))
    return target


@lru_cache(maxsize=1)
def _axe_source() -> str:
    if not AXE.exists():
        raise RuntimeError("axe-core is missing: run `npm ci` (make test does)")
    return AXE.read_text()


def axe(driver: webdriver.Chrome, *, tags: tuple[str, ...] = TAGS, rules: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What axe-core 4.14 finds against WCAG 2.0-2.2 A and AA, or by `rules` alone: rule, help, where. Empty is good."""
    if not driver.execute_script("return !!window.axe"):
        driver.execute_script(_axe_source())
    driver.set_script_timeout(60)
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags)}
    found = driver.execute_async_script(
        "var done = arguments[arguments.length - 1];"
        "axe.run(document, JSON.parse(arguments[0])).then(done, function (e) { done({fault: String(e)}); });",
        json.dumps({"runOnly": wanted, "resultTypes": ["violations"]}),
    )
    if "fault" in found:
        raise RuntimeError(f"axe could not run: {found['fault']}")
    return [
        {
            "rule": one["id"],
            "help": one["help"],
            "where": [f"{node['target']} {node['failureSummary'].splitlines()[-1].strip()}" for node in one["nodes"]],
        }
        for one in found["violations"]
    ]


def overflow(driver: webdriver.Chrome) -> int:
    """How many CSS pixels the page is wider than its window; 0 is good (WCAG 1.4.10)."""
    return driver.execute_script(
        "return Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )
