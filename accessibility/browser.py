"""A real Chromium: how it starts, how it is set to a reader's device, how it is pressed and pictured."""

import base64
import ipaddress
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, UnexpectedAlertPresentException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

SCRIPTS = Path(__file__).parent / "scripts"
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
    "--disable-popup-blocking",
    "--autoplay-policy=no-user-gesture-required",
)
# The only thing that stops the look-ups at start; right only where every page is served by this machine.
_ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"
_KEYS = {
    "Tab": (9, "Tab", None),
    "Enter": (13, "Enter", "\r"),
    "Escape": (27, "Escape", None),
    "Space": (32, " ", " "),
    "ArrowLeft": (37, "ArrowLeft", None),
    "ArrowUp": (38, "ArrowUp", None),
    "ArrowRight": (39, "ArrowRight", None),
    "ArrowDown": (40, "ArrowDown", None),
}

_NAMED = {"Tab": Keys.TAB}

# For how many milliseconds more a page must be watched; 0 where it is complete and has long been still.
_STILL = """
var w = window.__watch, since = w ? performance.now() - w.changed : 60;
if (document.readyState !== 'complete' || document.fonts.status === 'loading') return 20;
return since < 60 ? Math.ceil(60 - since) : 0;
"""


def is_here(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or url.startswith("file:") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Browser:
    """A driver and what the audit does with it. Use through `chromium()`, which also ends it."""

    def __init__(self, driver: webdriver.Chrome):
        self.driver = driver
        self.width, self.height, self._sized = 1280, 900, False
        self.armed = ""
        self._every: dict[str, str] = {}
        self._wants: list[dict[str, str]] = []

    def cdp(self, command: str, **values: Any) -> dict[str, Any]:
        return self.driver.execute_cdp_cmd(command, values)

    def js(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def watch(self) -> None:
        """Have every new document remember its listeners, timers and opened windows, from its first line on."""
        self.every_document((SCRIPTS / "watch.js").read_text(), name="watch")

    def every_document(self, source: str, *, name: str) -> None:
        """Run a script at the beginning of every new document, in place of the one that bore this name."""
        if name in self._every:
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=self._every[name])
        self._every[name] = self.cdp("Page.addScriptToEvaluateOnNewDocument", source=source)["identifier"]

    def device(self, *, width: int = 1280, height: int = 900, theme: str = "light") -> None:
        """Set the page's own size in CSS pixels (a window cannot be as narrow as 320) and the colour scheme."""
        self.resize(width, height)
        self.prefer(theme=theme)

    def prefer(self, *, theme: str = "light", calm: bool = False) -> None:
        """What the reader asked the device for: a colour scheme, less motion."""
        wants = [("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce" if calm else "no-preference")]
        features = [{"name": name, "value": value} for name, value in wants]
        if features != self._wants:
            self.cdp("Emulation.setEmulatedMedia", features=features)
            self._wants = features

    def resize(self, width: int, height: int = 900) -> None:
        if self._sized and (width, height) == (self.width, self.height):
            return
        self.width, self.height, self._sized = width, height, True
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, url: str) -> None:
        """Open an address and wait until the page is still. Raises WebDriverException when it cannot be had."""
        self.driver.get(url)
        self.settle()

    def settle(self, seconds: float = 3.0) -> None:
        """Wait until the document is complete and nothing changed in it for a moment (fonts and late scripts)."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                still = self.js(_STILL)
            except UnexpectedAlertPresentException:
                still = 30
            except JavascriptException:
                still = 0
            if not still:
                return
            time.sleep(still / 1000)

    def press(self, key: str, *, shift: bool = False) -> None:
        """One real key, down and up."""
        code, name, text = _KEYS[key]
        event: dict[str, Any] = {
            "key": name,
            "code": key,
            "windowsVirtualKeyCode": code,
            "modifiers": 8 if shift else 0,
        }
        self.cdp("Input.dispatchKeyEvent", type="rawKeyDown" if text is None else "keyDown", **event,
                 **({"text": text} if text else {}))  # fmt: skip
        self.cdp("Input.dispatchKeyEvent", type="keyUp", **event)

    def press_many(self, key: str, times: int, *, shift: bool = False) -> None:
        """The same real key several times in one request."""
        chain = ActionChains(self.driver, duration=0)
        if shift:
            chain.key_down(Keys.SHIFT)
        chain.send_keys(_NAMED[key] * times)
        if shift:
            chain.key_up(Keys.SHIFT)
        chain.perform()

    def point(self, x: float, y: float) -> None:
        """Move the pointer."""
        self.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self, clip: dict[str, float] | None = None, *, whole: bool = False, form: str = "png") -> bytes:
        """A picture of the window, of a piece of it (`clip`, in page pixels), or of the whole page."""
        asked: dict[str, Any] = {"format": form, "optimizeForSpeed": form == "png"}
        if form == "jpeg":
            asked = {"format": "jpeg", "quality": 60}
        if clip:
            asked["clip"] = {**clip, "scale": 1}
        if whole:
            asked["captureBeyondViewport"] = True
        return base64.b64decode(self.cdp("Page.captureScreenshot", **asked)["data"])

    def answer_boxes(self) -> bool:
        """Close an alert or confirm box that stands in the way; whether there was one."""
        try:
            self.driver.switch_to.alert.dismiss()
            return True
        except WebDriverException:
            return False


@contextmanager
def chromium(*, only_here: bool = True, accept_language: str = "es-ES,es") -> Iterator[Browser]:
    """A Chromium with a profile of its own, gone at the end. Raises RuntimeError when there is none."""
    program = next(filter(None, (shutil.which(n) for n in ("chromium", "chromium-browser", "google-chrome"))), None)
    driver_path = shutil.which("chromedriver")
    if not program or not driver_path:
        raise RuntimeError("chromium and chromedriver are needed (Debian: apt-get install chromium chromium-driver)")
    profile = tempfile.mkdtemp(prefix="audit-browser-")
    options = Options()
    options.binary_location = program
    for flag in (*_FLAGS, f"--user-data-dir={profile}", f"--lang={accept_language.split(',')[0]}"):
        options.add_argument(flag)
    if only_here:
        options.add_argument(_ONLY_HERE)
    options.add_experimental_option("prefs", {"intl.accept_languages": accept_language})
    options.set_capability("unhandledPromptBehavior", "dismiss")
    # Media of hosts that do not answer must not hold a page up.
    options.page_load_strategy = "normal"
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    driver.set_page_load_timeout(30)
    driver.set_script_timeout(30)
    try:
        browser = Browser(driver)
        # Without it focus events stop once Tab has left the page.
        browser.cdp("Emulation.setFocusEmulationEnabled", enabled=True)
        browser.watch()
        yield browser
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)
