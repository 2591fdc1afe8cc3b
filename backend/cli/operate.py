"""The commands that run Maillage: run, migrate, serve, worker."""

import click
import uvicorn

from backend import app, core, onboarding, payouts
from backend import worker as jobs
from backend.cli.place import (
    Result,
    command,
    database,
    local_webhooks,
    people_state,
    read_settings,
    refusals,
    secret_key,
    serve_until_stopped,
    stopping,
    stripe,
    tell,
    uses_sandbox,
)
from backend.cli.place import migrate as migrate_database
from backend.cli.running import run_everything
from backend.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for programs.")
def migrate(as_json: bool) -> None:
    """Bring the database up to date; safe from any number of nodes at once."""
    import uvloop  # noqa: PLC0415  (the others get it through `command`)

    with refusals(as_json), database(read_settings()) as place:
        ran = uvloop.run(migrate_database(place))
        text = "\n".join(ran) if ran else "Nothing to migrate."
        tell(Result({"migrations": ran}, text), as_json)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True)
@command
async def serve(settings: Settings, host: str, port: int) -> Result:
    """Serve the API until Ctrl-C."""
    # Routes of tenants see their own rows only: the API's pool shows nothing by default.
    pool = core.engine().config["dsn"], core.engine().config["server_settings"].get("role")
    await core.close_database()
    await core.open_database(pool[0], role=pool[1])
    async with stripe(settings):
        served = app.build_app(
            base_url=settings.base_url,
            state={
                "payout_minimum_hundredths": settings.payout_minimum_minor,
                "hold_days": settings.hold_days,
                "sandbox": uses_sandbox(settings),
                "stripe_webhook_secret": settings.stripe_webhook_secret,
                "local_webhooks": local_webhooks(settings),
                **people_state(settings),
            },
        )
        config = uvicorn.Config(served, host=host, port=port, log_level="warning")
        await serve_until_stopped(uvicorn.Server(config))
    return Result({}, "", silent=True)


def register_of(settings: Settings) -> onboarding.Vies:
    """Who is asked about VAT numbers: nobody, unless the operator gave its own."""
    if uses_sandbox(settings):
        return onboarding.SimulatedVies()
    if settings.vies_requester is None:
        return onboarding.NoVies()
    return onboarding.EuropeanVies(settings.vies_requester)


@click.command()
@command
async def worker(settings: Settings) -> Result:
    """Run the jobs until Ctrl-C."""
    clock = payouts.sandbox_clock if uses_sandbox(settings) else payouts.machine_clock
    async with stripe(settings), stopping() as stop:
        await jobs.work(
            clock=clock,
            hold_days=settings.hold_days,
            post=settings.post,
            secret_key=secret_key(settings),
            local_webhooks=local_webhooks(settings),
            base_url=settings.base_url,
            vies=register_of(settings),
            stop=stop,
        )
    return Result({}, "", silent=True)


@click.command()
@click.option("--port", default=8010, show_default=True)
@click.option("--sandbox-port", default=8020, show_default=True)
def run(port: int, sandbox_port: int) -> None:
    """Start everything with a demonstration operator; Ctrl-C stops it all."""
    with refusals(as_json=False):
        run_everything(read_settings(), port, sandbox_port)
