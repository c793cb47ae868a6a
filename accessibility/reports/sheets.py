"""Findings as a table: CSV (semicolons and a byte-order mark, as Spanish spreadsheets open it) and ODS."""

import csv
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from accessibility.model import Run
from accessibility.registry import checks

COLUMNS = (
    "certainty",
    "rule",
    "title",
    "criteria",
    "state",
    "url",
    "selector",
    "name",
    "detail",
    "keys",
    "snippet",
    "fingerprint",
)


def rows(run: Run) -> list[list[str]]:
    found = []
    for outcome in run.outcomes:
        for f in outcome.findings:
            check = checks().get(f.rule)
            title = check.title(run.language) if check else f.words
            found.append(
                [
                    f.certainty,
                    f.rule,
                    title,
                    " ".join(f.criteria),
                    f.state,
                    outcome.url,
                    f.selector,
                    f.name,
                    f.detail,
                    f.keys,
                    f.snippet,
                    f.fingerprint,
                ]
            )
    return found


def _harmless(text: str) -> str:
    """A cell that begins like a formula would be run by a spreadsheet: what a page says must not be."""
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def write_csv(run: Run, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows([[_harmless(c) for c in row] for row in rows(run)])


def write_ods(run: Run, path: Path) -> None:
    """An OpenDocument sheet, written by hand: every cell is text."""

    def row(cells: list[str]) -> str:
        return (
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{escape(_clean(c))}</text:p></table:table-cell>'
                for c in cells
            )
            + "</table:table-row>"
        )

    body = row(list(COLUMNS)) + "".join(row(r) for r in rows(run))
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="findings">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )  # fmt: skip
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(zipfile.ZipInfo("mimetype"), kind)
        out.writestr("content.xml", content)
        out.writestr("META-INF/manifest.xml", manifest)


def _clean(text: str) -> str:
    return "".join(
        c
        for c in text
        if c in "\t\n" or ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)
    )
