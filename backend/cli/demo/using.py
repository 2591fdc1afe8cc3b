"""What the demonstration's partners use of the infrastructure, and sell to whom."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from backend import charges, core, programmes
from backend.cli.demo.cast import Partner
from backend.cli.place import ACTOR
from backend.core import Money, Month

DAYS = (7, 14, 21, 28)
"""Of each month: a line holds a week."""
HOURS = 168
RESOURCES = (("vm.medium", "0.0600", 1), ("storage.block.gb", "0.000140", 400))
"""Name, price of one hour, how many for each server."""
CUSTOMERS = (
    "Atelier naval du Trieux", "Clinique des Abers", "Conserverie Kerouanton", "Lycée Jean-Moulin",
    "Transports Le Roux", "Coopérative des Monts", "Ville de Landivisiau", "Minoterie du Léon",
    "Chantier de l’Elorn", "Office de tourisme d’Ouessant",
)  # fmt: skip


async def use(
    month: Month, partners_there: Sequence[tuple[Partner, UUID, datetime]], until: datetime
) -> int:
    """What everybody used in the month, before `until`, is recorded; answers how many lines."""
    made = [
        charge
        for partner, organisation, joined in partners_there
        for charge in _of_one(partner, organisation, month, joined, until)
    ]
    await charges.record_charges(made, now=min(month.end, until))
    return len(made)


def _of_one(
    partner: Partner, organisation: UUID, month: Month, joined: datetime, until: datetime
) -> Iterator[charges.Charge]:
    age = _months(Month.of(joined).first_day, month.first_day)
    for customer, environment, servers in _runs(partner, age):
        for day in DAYS:
            charged_on = month.first_day.replace(day=day)
            start, end = core.midnight(charged_on), core.midnight(charged_on + timedelta(days=1))
            if start < joined or end > until:
                continue
            for resource, price, each in RESOURCES:
                yield charges.Charge(
                    reference=f"{charged_on}-{CUSTOMERS.index(customer) if customer else 'own'}"
                    f"-{environment}-{resource}",
                    organisation_id=organisation,
                    end_customer=customer,
                    end_customer_id=None,
                    charged_on=charged_on,
                    environment=environment,
                    resource=resource,
                    quantity=Decimal(servers * each * HOURS),
                    unit_price=Decimal(price),
                    currency="EUR",
                    stream=None,
                )


def _runs(partner: Partner, age: int) -> Iterator[tuple[str, programmes.Environment, int]]:
    """(customer, environment, servers) of a partner in its `age`th month."""
    if partner.role == "startup":
        yield "", "start", min(partner.size * 2**age, 400)
    elif partner.role == "isv":
        yield "", "enterprise", partner.size * 4 + age
    elif partner.role in ("vai", "reseller"):
        chance = random.Random(partner.reference)
        for number, customer in enumerate(chance.sample(CUSTOMERS, min(partner.size, 4) + 1)):
            if age >= number:
                kind = programmes.ENVIRONMENTS[(number + partner.size) % 3]
                yield customer, kind, partner.size * 7 + 2 * (age - number)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


async def certify(partner: Partner, organisation: UUID, joined: datetime) -> None:
    """Its certified people, references, trainings and support contract, as many as it is large."""
    day = joined.date()
    chance = random.Random(f"{partner.reference} people")
    for number in range(1 + partner.size // 2 if partner.size > 1 else 0):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        person = await programmes.employ_person(
            organisation,
            email=f"{number}@{partner.reference}.example",
            name=f"{first} {last}",
            from_on=day,
            now=joined,
            actor=ACTOR,
        )
        await programmes.certify_person(
            person,
            chance.choice(("administration", "architecture", "security")),
            issued_on=day,
            expires_on=day + timedelta(days=730 + 30 * number),
            number=f"IRO-{chance.randint(10_000, 99_999)}",
            now=joined,
            actor=ACTOR,
        )
    await _achieve(partner, organisation, joined)


async def _achieve(partner: Partner, organisation: UUID, joined: datetime) -> None:
    shown: list[tuple[programmes.AchievementKind, str]] = [
        *(("reference", f"Migration {name}") for name in CUSTOMERS[: partner.size // 2]),
        *(("training", f"Formation {name}") for name in ("réseau", "vente")[: partner.size // 2]),
    ]
    if partner.size > 5:
        shown.append(("support_contract", "Support de deuxième niveau"))
    for kind, title in shown:
        await programmes.record_achievement(
            organisation, kind, title, achieved_on=joined.date(), evidence="Vu par l’opérateur.",
            now=joined, actor=ACTOR,
        )  # fmt: skip


FIRST = ("Anaïs", "Briac", "Clervie", "Denez", "Erwan", "Fanch", "Gaël", "Haude", "Ivona", "Katell")
LAST = ("Abalain", "Bihan", "Corre", "Derrien", "Floc’h", "Guéguen", "Jaouen", "Kerbrat", "Lagadec")


async def refund_some(month: Month, *, now: datetime) -> None:
    """One line of the month was charged by mistake, and is given back."""
    row = await core.fetch_row(
        "SELECT id, net_minor, currency::text AS currency FROM charges.charge_line "
        "WHERE charged_on >= $1 AND charged_on < $2 AND net_minor > 0 ORDER BY id LIMIT 1",
        month.first_day, month.next.first_day,
    )  # fmt: skip
    if row is not None:
        await charges.refund_charge(
            row["id"], Money(row["net_minor"], row["currency"]),
            reference=f"demo-{month}", now=now, actor=ACTOR,
        )  # fmt: skip
