"""What happens by itself when its moment comes by the sandbox's clock."""

from backend import core
from backend.stripe_sandbox import money, payouts
from backend.stripe_sandbox.checkout import expire
from backend.stripe_sandbox.payments import settle_debit
from backend.stripe_sandbox.refunds import try_again
from backend.stripe_sandbox.state import CLOCK, State, changing

BATCH = 1000


async def settle(state: State) -> None:
    """Everything due has happened, in the order of its moments, and is written."""
    while due := await state.load("due_s <= $1", state.now_s, order=f"due_s, seq LIMIT {BATCH}"):
        for thing in due:
            match thing.kind:
                case "balance_transaction":
                    await money.become_available(state, thing)
                case "payout":
                    await payouts.step(state, thing)
                case "v2.core.account":
                    await payouts.sweep(state, thing)
                case "payment_intent":
                    await settle_debit(state, thing)
                case "refund":
                    await try_again(state, thing)
                case "checkout.session":
                    expire(state, thing)
                case other:
                    raise AssertionError(f"nothing happens by itself to a {other}")
        await state.write()


async def settle_if_due(base_url: str) -> None:
    """As `settle`, in a transaction of its own, which is not even begun when nothing is due."""
    due = await core.fetch_value(
        f"SELECT EXISTS (SELECT FROM stripe_sandbox.object WHERE due_s <= ({CLOCK}))"  # noqa: S608
    )
    if due:
        async with changing(base_url) as state:
            await settle(state)
