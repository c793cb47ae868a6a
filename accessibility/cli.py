"""`audit`: the command, for this package alone and for a product that plugs it into its own."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from accessibility import targets
from accessibility.model import Outcome, Run

# A browser keeps more than one core busy: its page, its picture and the hands that press the keys work side by side.
JOBS = min(8, max(1, (os.cpu_count() or 2) // 2))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("audit"), show_default=True, help="Folder of the reports."
)
@click.option(
    "--language", type=click.Choice(["es", "en"]), default="es", show_default=True, help="Language of the reports."
)
@click.option(
    "--languages", default="", help="Languages to audit the pages in, by comma (needs a product that can switch)."
)
@click.option("--themes", default="light", show_default=True, help="light, dark or both, by comma.")
@click.option("--widths", default="1280", show_default=True, help="Widths in CSS pixels, by comma.")
@click.option(
    "--by-turns", is_flag=True, help="Each page in the first of its dresses and, by turns, in one of the others."
)
@click.option("--crawl", type=int, default=0, help="Follow the site's own links, up to so many pages.")
@click.option(
    "--jobs", type=click.IntRange(1, 8), default=JOBS, show_default="one for two cores", help="Browsers at once."
)
@click.option("--only-name", default="", help="Only states whose name contains this.")
@click.option("--fast", is_flag=True, help="The gate's measure: axe and the page, no keys, pointer or other sizes.")
@click.option("--send-forms", is_flag=True, help="Send forms empty and wrong. Only on sites that are yours.")
@click.option("--no-press", is_flag=True, help="Press nothing in the page.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Faults known before: only new ones fail.")
@click.option("--write-baseline", is_flag=True, help="Write the baseline from this run.")
@click.option(
    "--compare", "earlier", type=click.Path(exists=True, path_type=Path), help="An earlier run.json to compare with."
)
@click.option("--answers", type=click.Path(path_type=Path), help="The worklist with a person's answers (YAML).")
@click.option(
    "--statement", type=click.Path(exists=True, path_type=Path), help="Facts for the statement of RD 1112/2018 (YAML)."
)
@click.option(
    "--from", "from_run", type=click.Path(exists=True, path_type=Path), help="Only write the reports of a run.json."
)
@click.option("--resume", is_flag=True, help="Go on with the run that was stopped in --out.")
@click.option("--base", default="", help="Address that journeys start from.")
@click.pass_context
def audit(context: click.Context, target: str | None, **given: Any) -> None:
    """Audit TARGET: an address, a file of addresses, a sitemap, or journeys in YAML or JSON.

    Ends with 0 when there is no (new) error, 1 when there is, 2 when the run itself failed: a page or a log-in not reached.
    """
    hooks = (context.obj or {}).get("audit", {}) if isinstance(context.obj, dict) else {}
    try:
        done = _load(given["from_run"]) if given["from_run"] else perform(target, given, hooks)
    except (targets.Unclear, RuntimeError) as wrong:
        failed = click.ClickException(str(wrong))
        failed.exit_code = 2
        raise failed from wrong
    sys.exit(finish(done, given))


def _load(path: Path) -> Run:
    try:
        return Run.from_dict(json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError) as wrong:
        raise targets.Unclear(f"«{path}» no es un run.json de esta auditoría") from wrong


def perform(target: str | None, given: dict[str, Any], hooks: dict[str, Any]) -> Run:
    """Run. `hooks` are the product's: states (list of State), login, speak."""
    from accessibility.runner import Plan, run
    from accessibility.visit import Options

    states = targets.read(target, base=given["base"]) if target else list(hooks.get("states") or [])
    if not states:
        raise targets.Unclear(
            "diga qué auditar: una dirección, un archivo de direcciones o de recorridos, o un mapa de sitio"
        )
    if given["only_name"]:
        states = [s for s in states if given["only_name"] in s.name]
    try:
        widths = [int(w) for w in given["widths"].split(",") if w.strip()]
    except ValueError as wrong:
        raise targets.Unclear(f"«{given['widths']}» no son anchuras en píxeles") from wrong
    pages = len(states)
    states = targets.vary(
        states,
        languages=[s.strip() for s in given["languages"].split(",") if s.strip()],
        themes=[s.strip() for s in given["themes"].split(",") if s.strip()],
        widths=widths,
    )
    if given["by_turns"]:
        states = targets.by_turns(states, len(states) // pages)
    options = Options(
        language=given["language"], live=not given["fast"], press=not given["no_press"], send=given["send_forms"],
        pictures=given["out"] / "pictures" if not given["fast"] else None,
    )  # fmt: skip
    plan = Plan(
        options=options, jobs=given["jobs"], login=hooks.get("login"), speak=hooks.get("speak"), folder=given["out"],
        resume=given["resume"], crawl=given["crawl"], progress=_tell,
    )  # fmt: skip
    done = run(target or hooks.get("name", ""), states, plan)
    done.by_turns = given["by_turns"]
    return done


def _tell(outcome: Outcome, done: int, all_of_them: int) -> None:
    errors = sum(1 for f in outcome.findings if f.certainty == "error")
    words = (
        f"{errors} errores, {sum(1 for f in outcome.findings if f.certainty == 'warning')} avisos"
        if outcome.reached
        else "NO SE ALCANZÓ: " + outcome.faults[0]
    )
    click.echo(f"[{done}/{all_of_them}] {outcome.state.key}: {words} ({outcome.seconds:.1f} s)", err=True)


def finish(done: Run, given: dict[str, Any]) -> int:
    """Write the reports; the exit code."""
    from accessibility.reports import write_all

    verdict = write_all(done, given["out"], baseline=given["baseline"], write_baseline=given["write_baseline"],
                        earlier=given["earlier"], answers=given["answers"], statement=given["statement"])  # fmt: skip
    click.echo(verdict.summary)
    for fault in done.faults[:20]:
        click.echo(f"FALLO DE LA AUDITORÍA: {fault}", err=True)
    if done.faults:
        return 2
    return 1 if verdict.failing else 0
