"""`alma simulate`: one case with its explanation, a whole city, a draft of parameters, what is due for review."""

from pathlib import Path
from typing import Any

import click

from portal.simulators.command import dumps, read_day, read_inputs, simulate
from portal.simulators.drafts import compare, due
from portal.simulators.population.chart import as_svg
from portal.simulators.population.report import as_csv, simulate_population
from portal.simulators.words import words_of

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("simulate")
@click.argument("benefit", required=False)
@click.option("--date", "day", help="The day of the calculation (2026-06-01). Today, if left out.")
@click.option("--input", "source", type=_FILE, help="JSON or YAML with the inputs, named as in the data file.")
@click.option("--population", is_flag=True, help="A whole synthetic city instead of one case.")
@click.option(
    "--take-up",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="The share of entitled homes that ask, 0 to 1. Nobody knows it: it stands in every answer.",
)
@click.option("--people", type=click.IntRange(1, 5_000_000), default=431_769, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--reform", multiple=True, metavar="BENEFIT.PARAMETER=VALUE", help="Compare with changed figures.")
@click.option("--draft", multiple=True, type=_FILE, help="Compare with a changed data file (imv.yaml).")
@click.option("--csv", "table", type=_FILE, help="Write the city's table here.")
@click.option("--chart", type=_FILE, help="Write the city's chart here (SVG).")
@click.option("--due", "review", is_flag=True, help="Which parameters are due for review.")
@click.option("--json", "json_wanted", is_flag=True, help="Answer in JSON.")
def simulate_command(
    benefit: str | None,
    day: str | None,
    source: Path | None,
    population: bool,
    take_up: float,
    people: int,
    seed: int,
    reform: tuple[str, ...],
    draft: tuple[Path, ...],
    table: Path | None,
    chart: Path | None,
    review: bool,
    json_wanted: bool,
) -> None:
    """What BENEFIT comes to for the case in FILE, and why; or what the benefits come to in a city.

    Exit code 0: there is an answer, also where it has no amount (the explanation says what is missing). 1: something
    given cannot be used, and one line on stderr says what and how to mend it. 2: the command itself is incomplete.
    """
    try:
        when = read_day(day or _today())
        _as_the_portal()
        if review:
            _print(due(when), json_wanted)
        elif draft:
            _print(
                compare(
                    {path.stem: path.read_text(encoding="utf-8") for path in draft},
                    day=when,
                    take_up=take_up,
                    people=people,
                ),
                json_wanted,
            )
        elif population:
            result = simulate_population(
                day=when,
                take_up=take_up,
                people=people,
                seed=seed,
                reform=dict(_pair(text) for text in reform) or None,
            )
            _write(result, table, chart)
            _print(result, json_wanted)
        elif benefit is None or source is None:
            raise click.UsageError("Name a benefit and its --input, or ask for --population, --draft or --due.")
        else:
            _print(simulate(benefit, when, read_inputs(source)), json_wanted)
    except (ValueError, LookupError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _today() -> Any:
    from case_api import clock

    return clock.today()


def _as_the_portal() -> None:
    """Answer with what staff have approved, when there is a running database to ask; it is never started for this."""
    try:
        from case_api.settings import settings

        if settings().embedded and not (settings().VAR_DIR / "pg" / "postmaster.pid").exists():
            return
    except OSError:  # nothing can be kept here, so nothing was
        return
    from sqlalchemy.exc import SQLAlchemyError

    from portal.simulators.publishing import shelf

    try:
        shelf.refresh_now()
    except SQLAlchemyError:
        click.echo("The database does not answer: only the parameters of the program are used.", err=True)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r}: write --reform imv.min_amount=20")
    return name.strip(), value.strip()


def _write(result: dict[str, Any], table: Path | None, chart: Path | None) -> None:
    if table is not None:
        table.write_text(as_csv(result), encoding="utf-8")
    if chart is not None:
        names = {row["benefit"]: words_of(row["benefit"]).name for row in result["benefits"]}
        title = f"Coste al año, en euros · {result['date']} · lo piden {result['take_up']:.0%}"
        chart.write_text(as_svg(result, title=title, names=names), encoding="utf-8")


def _print(answer: Any, json_wanted: bool) -> None:
    if json_wanted:
        click.echo(dumps(answer))
    elif isinstance(answer, list):
        _table(answer)
    elif "benefits" in answer:
        for row in answer.get("examples", []):
            click.echo(f"{row['id']}: {row['before']} → {row['after']}")
        click.echo(f"{answer['people']:,} people, {answer['date']}, take-up {answer['take_up']:.0%}")
        _table(answer["benefits"])
    else:
        _case(answer)


def _table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _case(answer: dict[str, Any]) -> None:
    click.echo(f"{words_of(answer['benefit']).name}, {answer['date']} ({answer['level']})")
    for name, value in answer["result"].items():
        click.echo(f"  {name}: {_cell(value)}")
    for entry in answer["explanation"]:
        if entry["kind"] == "condition":
            place = entry["norm"] + (f", art. {entry['article']}" if "article" in entry else "")
            numbers = "".join(f" {word} {_cell(entry[word])}" for word in ("value", "limit") if word in entry)
            click.echo(f"  [{entry['state']}] {entry['text']}{numbers} ({place})")
        elif entry["kind"] == "range" and "least" in entry:
            click.echo(f"  {entry['result']}: {_cell(entry['least'])} … {_cell(entry['most'])}")
        elif entry["kind"] == "change":
            click.echo(f"  → {entry['input']}: {_cell(entry['to'])}")
