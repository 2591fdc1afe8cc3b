"""Partners and payments as tests need them."""

import stripe

from backend import stripe_sandbox

RECIPIENT = ["configuration.recipient", "requirements", "defaults", "identity"]
TWO_DAYS_S = 2 * 86_400


def key(name: str, account: str | None = None) -> stripe.RequestOptions:
    options: stripe.RequestOptions = {"idempotency_key": name}
    if account is not None:
        options["stripe_account"] = account
    return options


async def account(client: stripe.StripeClient, name: str = "a partner") -> str:
    """A connected account that may do nothing yet, on a manual schedule."""
    made = await client.v2.core.accounts.create_async(
        {
            "contact_email": "partner@example.org",
            "display_name": name,
            "dashboard": "express",
            "identity": {"country": "fr", "entity_type": "company"},
            "configuration": {
                "recipient": {
                    "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
                }
            },
            "defaults": {
                "currency": "eur",
                "locales": ["fr-FR"],
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                },
            },
            "metadata": {"partner_id": name},
            "include": ["configuration.recipient", "requirements", "defaults", "identity"],
        },
        key(f"account-{name}"),
    )
    await client.raw_request_async(
        "post",
        "/v1/balance_settings",
        payments={"payouts": {"schedule": {"interval": "manual"}}},
        stripe_account=made.id,
        idempotency_key=f"settings-{name}",
    )
    return made.id


async def verified(client: stripe.StripeClient, name: str = "a partner", tail: str = "3000") -> str:
    """A connected account that may be paid; its IBAN ends with `tail`."""
    made = await account(client, name)
    await stripe_sandbox.verify_account(made, iban=f"DE8937040044053201{tail}")
    return made


async def available(client: stripe.StripeClient, account: str | None = None) -> int:
    """Euros in cents that may be moved now."""
    options: stripe.RequestOptions = {"stripe_account": account} if account else {}
    balance = await client.v1.balance.retrieve_async(None, options)
    return sum(part.amount for part in balance.available if part.currency == "eur")


async def transfer(
    client: stripe.StripeClient, destination: str, amount: int, name: str = "t"
) -> stripe.Transfer:
    return await client.v1.transfers.create_async(
        {
            "amount": amount,
            "currency": "eur",
            "destination": destination,
            "transfer_group": f"group-{name}",
            "metadata": {"op": name},
        },
        key(name),
    )


async def payout(
    client: stripe.StripeClient, account: str, amount: int, name: str = "p"
) -> stripe.Payout:
    return await client.v1.payouts.create_async(
        {"amount": amount, "currency": "eur", "method": "standard", "metadata": {"op": name}},
        key(name, account),
    )


async def payment(
    client: stripe.StripeClient,
    method: str = "pm_card_visa",
    amount: int = 10_000,
    name: str = "pi",
) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {
            "amount": amount,
            "currency": "eur",
            "payment_method": method,
            "off_session": True,
            "confirm": True,
            "metadata": {"op": name},
        },
        key(name),
    )
