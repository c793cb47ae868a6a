"""The city's table as a drawing: horizontal bars of yearly cost. The words are given, so that any language can draw it.

The drawing says nothing that the table beside it does not: its title and description are for those who do not see it.
"""

from html import escape
from typing import Any

WIDTH, LEFT, BAR = 720, 16, 470
TODAY, REFORM, INK, GROUND = "#0A5A66", "#F5B335", "#20242B", "#FFFCF7"


def as_svg(
    result: dict[str, Any],
    *,
    title: str,
    names: dict[str, str],
    description: str = "",
    legend: tuple[str, str] = ("Hoy", "Con el cambio"),
) -> str:
    """Yearly cost by benefit, today and (where the result has one) after a reform, as SVG."""
    rows = result["benefits"]
    reform = any("reform_cost" in row for row in rows)
    most = max([1, *(row.get(key) or 0 for row in rows for key in ("cost", "reform_cost"))])
    height = 70 + 56 * len(rows) + (34 if reform else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d" '
        'direction="ltr">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(description or _told(rows, names))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>',
        _text(LEFT, 32, title, size=18, weight="bold"),
    ]
    for place, row in enumerate(rows):
        top = 56 + 56 * place
        parts.append(_text(LEFT, top + 12, names.get(row["benefit"], row["benefit"])))
        parts += _bar(top + 18, row["cost"], most, TODAY)
        if reform:
            parts += _bar(top + 34, row.get("reform_cost"), most, REFORM)
    if reform:
        base = 56 + 56 * len(rows)
        for left, colour, words in ((LEFT, TODAY, legend[0]), (LEFT + 240, REFORM, legend[1])):
            parts.append(f'<rect x="{left}" y="{base}" width="14" height="14" fill="{colour}" stroke="{INK}"/>')
            parts.append(_text(left + 22, base + 12, words))
    return "\n".join([*parts, "</svg>", ""])


def _told(rows: list[dict[str, Any]], names: dict[str, str]) -> str:
    """The figures in a line, for who hears the drawing."""
    told = []
    for row in rows:
        after = "" if "reform_cost" not in row else f" → {_millions(row['reform_cost'])}"
        told.append(f"{names.get(row['benefit'], row['benefit'])}: {_millions(row['cost'])}{after}")
    return "; ".join(told)


def _bar(top: int, cost: float | None, most: float, colour: str) -> list[str]:
    if cost is None:
        return [_text(LEFT, top + 12, "—")]
    width = max(1, round(BAR * cost / most))
    return [
        f'<rect x="{LEFT}" y="{top}" width="{width}" height="14" rx="3" fill="{colour}" stroke="{INK}"/>',
        _text(LEFT + width + 8, top + 12, _millions(cost)),
    ]


def _text(left: int, top: int, words: str, *, size: int = 14, weight: str = "normal") -> str:
    return (
        f'<text x="{left}" y="{top}" font-family="sans-serif" font-size="{size}" font-weight="{weight}" '
        f'fill="{INK}">{escape(words)}</text>'
    )


def _millions(euros: float | None) -> str:
    if euros is None:
        return "—"
    return f"{euros / 1e6:.1f}".replace(".", ",") + " M€"
