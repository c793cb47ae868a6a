"""How a command answers: a table of words for people, JSON for machines."""

import json
from typing import Any

import click

as_json = click.option("--json", "json_wanted", is_flag=True, help="Answer in JSON.")


def answer(values: dict[str, Any] | list[dict[str, Any]], json_wanted: bool) -> None:
    """Print one record or a list of them."""
    if json_wanted:
        click.echo(json.dumps(values, default=str, ensure_ascii=False, indent=1))
        return
    if isinstance(values, dict):
        width = max((len(name) for name in values), default=0)
        for name, value in values.items():
            click.echo(f"{name:<{width}}  {value}")
        return
    if not values:
        return
    names = list(values[0])
    widths = {name: max(len(name), *(len(str(row[name])) for row in values)) for name in names}
    for row in [{name: name for name in names}, *values]:
        click.echo("  ".join(f"{row[name]!s:<{widths[name]}}" for name in names).rstrip())
