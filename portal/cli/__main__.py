"""`python -m portal.cli` is `alma`."""

from portal.cli import main

main(prog_name="alma")
