"""What commands, tests and the control plane do to the sandbox's world."""

from backend import core
from backend.stripe_sandbox.accounts import account_of, onboard, set_capabilities
from backend.stripe_sandbox.disputes import end_dispute as close_dispute
from backend.stripe_sandbox.disputes import open_dispute
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.life import settle
from backend.stripe_sandbox.money import book, currency_of, positive
from backend.stripe_sandbox.refusal import unusable
from backend.stripe_sandbox.state import CLOCK, PLATFORM, Body, changing

GOOD_IBAN = "FR1420041010050500013M3000"
TABLES = ("world", "object", "balance", "idempotency", "delivery", "fault")


async def fund(amount_minor: int, currency: str = "eur") -> str:
    """The platform's available balance is larger by a top-up; answers its id.

    Raises:
        Refusal: an amount or a currency that Stripe would not take.
    """
    async with changing("") as state:
        await settle(state)
        amount, currency = positive(amount_minor, "amount_minor"), currency_of(currency)
        topup = state.new(
            "topup",
            "tu",
            PLATFORM,
            {
                "object": "topup", "amount": amount, "currency": currency, "status": "succeeded",
                "created": state.now_s, "description": "Stripe sandbox: no real money",
                "livemode": False, "metadata": {}, "statement_descriptor": None,
            },
        )  # fmt: skip
        entry = await book(state, PLATFORM, amount, currency, "topup", topup)
        topup.change(balance_transaction=entry.id)
        emit(state, "topup.succeeded", topup)
        await state.write()
        return topup.id


async def book_entry(
    kind: str,
    amount_minor: int,
    currency: str = "eur",
    account: str = PLATFORM,
    source: str | None = None,
) -> str:
    """As if Stripe had taken (below zero) or given money by itself; answers the entry's id.

    `kind`: a type of balance transactions, such as stripe_fee. `source`: an object's id.
    """
    async with changing("") as state:
        await settle(state)
        if not amount_minor:
            raise unusable("An entry moves an amount.", param="amount_minor")
        entry = await book(state, account, amount_minor, currency_of(currency), kind, source)
        await state.write()
        return entry.id


async def advance_clock(seconds: int) -> int:
    """The sandbox's clock is later by `seconds`, and what was due has happened; answers it."""
    if seconds < 0:
        raise unusable("The clock only goes forward.", param="seconds")
    async with changing("") as state:
        await core.fetch(
            "INSERT INTO stripe_sandbox.world (clock_offset_s) VALUES ($1) ON CONFLICT (single) "
            "DO UPDATE SET clock_offset_s = world.clock_offset_s + excluded.clock_offset_s",
            seconds,
        )
        state.now_s += seconds
        await settle(state)
        return state.now_s


async def verify_account(
    account: str, iban: str = GOOD_IBAN, holder: str = "", outcome: str = "active"
) -> str:
    """As if the partner had completed the onboarding page; answers the bank account's id.

    `outcome`: active, pending, restricted or rejected. The IBAN's last digits steer payouts.
    """
    async with changing("") as state:
        await settle(state)
        thing = await account_of(state, account)
        bank = onboard(state, thing, iban=iban, holder=holder, outcome=outcome)
        await state.write()
        return bank.id


async def set_capability(account: str, capability: str, status: str) -> None:
    """Stripe takes away, or gives back, `stripe_transfers` or `payouts`."""
    async with changing("") as state:
        thing = await account_of(state, account)
        if capability not in ("stripe_transfers", "payouts"):
            raise unusable("capability is stripe_transfers or payouts.", param="capability")
        if status not in ("active", "pending", "restricted", "unsupported", "rejected"):
            raise unusable("status is active, pending, restricted, unsupported or rejected.")
        set_capabilities(state, thing, **{capability: status})
        await state.write()


async def dispute(charge: str, reason: str = "fraudulent") -> str:
    """The buyer's bank took the money back; answers the dispute's id."""
    async with changing("") as state:
        await settle(state)
        thing = await open_dispute(state, await state.find("charge", charge, None), reason)
        await state.write()
        return thing.id


async def end_dispute(dispute: str, status: str) -> None:
    """The bank decided: `won` or `lost`."""
    if status not in ("won", "lost"):
        raise unusable("status is won or lost.", param="status")
    async with changing("") as state:
        await settle(state)
        await close_dispute(state, await state.find("dispute", dispute, None), status)
        await state.write()


async def set_rate(per_second: int | None = None) -> None:
    """At most so many requests a second from now on; None or 0 is any number."""
    if per_second is not None and per_second < 0:
        raise unusable("A rate is positive; 0 switches it off.", param="per_second")
    await core.fetch(
        "INSERT INTO stripe_sandbox.world (rate_per_s, tokens) VALUES ($1, coalesce($1, 0)) "
        "ON CONFLICT (single) DO UPDATE SET rate_per_s = excluded.rate_per_s, "
        "tokens = excluded.tokens, refilled_at = now()",
        per_second or None,
    )


async def describe() -> Body:
    """Balances, how many objects of each kind, and what waits."""
    balances = await core.fetch(
        "SELECT account, currency, available_minor, pending_minor FROM stripe_sandbox.balance "
        "ORDER BY account, currency"
    )
    counts = await core.fetch(
        "SELECT kind, count(*) AS number FROM stripe_sandbox.object GROUP BY kind ORDER BY kind"
    )
    deliveries = await core.fetch(
        "SELECT status, count(*) AS number FROM stripe_sandbox.delivery GROUP BY status"
    )
    return {
        "clock_s": await core.fetch_value(f"SELECT {CLOCK}"),
        "balances": [dict(row) for row in balances],
        "objects": {row["kind"]: row["number"] for row in counts},
        "deliveries": {row["status"]: row["number"] for row in deliveries},
    }


async def reset() -> None:
    """Everything is forgotten: a new, empty Stripe account."""
    async with changing(""):
        tables = ", ".join(f"stripe_sandbox.{name}" for name in TABLES)
        await core.connection().execute(f"TRUNCATE {tables}")
