"""`python -m backend.cli`, as `maillage run` starts its children."""

from backend.cli.main import main

main(prog_name="maillage")
