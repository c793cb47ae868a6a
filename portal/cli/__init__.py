"""`alma`: the command line, and the one place that imports every floor."""

import importlib

import click

# Loaded when asked for: `alma --help` should not pay for the whole house.
COMMANDS = {
    "run": "portal.cli.run:run",
    "web": "portal.cli.run:web",
    "worker": "portal.cli.run:worker",
    "smtp": "portal.cli.run:smtp",
    "db": "portal.cli.database:db",
    "city": "portal.cli.city:city",
    "people": "portal.cli.city:people",
    "staff": "portal.cli.staff:staff",
    "token": "portal.cli.token:token",
    "client": "portal.cli.client:client",
    "mail": "portal.cli.mail:mail",
    "access": "portal.cli.access:access",
    "simulate": "portal.simulators.cli:simulate_command",
    "pages": "portal.cli.pages:pages",
    "audit": "portal.cli.audit:audit",
    "bench": "portal.cli.bench:bench",
}


class _Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] in _OURS:
                raise
            return _without(name, missing.name or "")


_OURS = ("portal", "channels", "case_api", "accessibility")


def _without(name: str, library: str) -> click.Command:
    """A command whose library is not part of what running needs: it is listed, and says how to have it."""

    def tell() -> None:
        raise click.ClickException(f"{name} needs {library}, which is not installed here; make test installs it.")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=tell, context_settings=anything, help=f"Needs {library} (make test has it).")


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Alma: the citizen's side of a city's social services."""
