"""`alma bench`: yardsticks. Ours and the floor in one run, interleaved; a ratio of 1 is the floor, higher is better."""

import importlib

import click

from portal.cli.database import database
from portal.cli.output import answer, as_json

BENCHES = {
    "rls": "case_api.access.bench:bench_rls",
    "api": "portal.cli.bench_api:bench_api",
    "inbound": "channels.bench:bench_inbound",
    "outbound": "channels.bench_outbound:bench_outbound",
    "mail": "channels.bench_mail:bench_mail",
    "slots": "case_api.agenda.search.bench:bench_slots",
    "simulate": "portal.simulators.bench:bench_simulate",
}
COLUMNS = ("name", "unit", "ours", "floor", "ratio", "between", "cpu_ratio", "rounds")


@click.command()
@click.argument("name", required=False, type=click.Choice(sorted(BENCHES)))
@as_json
def bench(name: str | None, json_wanted: bool) -> None:
    """Measure NAME, or everything."""
    found = []
    with database():
        for each in [name] if name else sorted(BENCHES):
            module, function = BENCHES[each].split(":")
            found.append(getattr(importlib.import_module(module), function)())
    if name or json_wanted:
        answer(found[0] if name else found, json_wanted)
        return
    answer([{column: one.get(column, "") for column in COLUMNS} for one in found], json_wanted)
    for one in found:
        click.echo(f"{one['name']}: the floor is {one['floor_is']}.")
