"""`python -m tests.mutations`: all faults, on an Alma of its own. Ends with 0 where at least 57 of 60 are found."""

import sys
import tempfile
from pathlib import Path

import click

from tests.journeys.running import Alma
from tests.mutations.hunt import Hunt, faults, plain, planted, table

LEAST = 57 / 60


@click.command()
@click.option("--only", default="", help="Only faults whose name contains this.")
@click.option("--out", type=click.Path(path_type=Path), help="Write what was found as JSON.")
def main(only: str, out: Path | None) -> None:
    """Plant every fault and hunt it."""
    wanted = faults(only)
    with tempfile.TemporaryDirectory(prefix="alma-mutations-") as folder:
        alma = Alma(Path(folder) / "var")
        try:
            alma.start()
            with planted(alma) as base:
                hits = Hunt(alma, base).run(wanted, lambda hit: click.echo(table([hit]).splitlines()[0], err=True))
        finally:
            alma.stop()
    click.echo(table(hits))
    if out:
        out.write_text(plain(hits))
    sys.exit(0 if sum(hit.found for hit in hits) >= LEAST * len(hits) else 1)


if __name__ == "__main__":
    main()
