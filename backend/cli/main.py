"""All commands, in the order in which they are used."""

import click

from backend.cli.awards import rebates, supplier_shares
from backend.cli.charges import import_iaas_charges
from backend.cli.demo import demo
from backend.cli.money import check, close, import_, pay, report
from backend.cli.operate import migrate, run, serve, worker
from backend.cli.sandbox import sandbox


@click.group()
@click.version_option(package_name=None, version="0.1.0", prog_name="maillage")
def main() -> None:
    """Maillage: run a cloud operator's partner ecosystem and marketplace.

    Every command uses DATABASE_URL, or starts or joins the embedded PostgreSQL of MAILLAGE_HOME.
    """


import_.add_command(import_iaas_charges)

for command in (
    run,
    migrate,
    demo,
    serve,
    worker,
    import_,
    close,
    rebates,
    supplier_shares,
    pay,
    report,
    check,
    sandbox,
):
    main.add_command(command)
