"""Seven organisations around one, and in each a real row of every kind that has an address."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import httpx

from backend import core, network, partners, payouts, programmes, settlement, stripe_sandbox
from tests.given.partners import NOW, SYSTEM
from tests.given.payouts import AUGUST, days_pass, run, sandbox_time
from tests.given.sales import sale
from tests.walls import plants
from tests.walls.callers import signed_in
from tests.walls.kinds import KINDS

SELF = "self"
RELATIONS = (SELF, "grandparent", "parent", "sibling", "child", "stranger")
LINKS = (("parent", "grandparent"), (SELF, "parent"), ("sibling", "parent"), ("child", SELF))
ROLES = ("isv", "vai", "reseller", "wholesaler", "startup", "supplier")
JANUARY = datetime(2026, 1, 5, 7, tzinfo=UTC)
PEOPLE = ("owner", "finance", "member", "buyer")


@dataclass
class World:
    """`ids[relation][kind]`: the rows planted; `people[relation]`: its owner's browser."""

    organisations: dict[str, UUID]
    owners: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)


def canary(relation: str) -> str:
    """Stands in every text that the organisation wrote, but not in its name."""
    return f"zq{relation}qz"


async def _organisation(relation: str) -> UUID:
    made = await partners.create_organisation(
        reference=f"w-{relation}", name=f"Maison {relation}", country="FR", segment="pme",
        roles=ROLES, email=f"{relation}@walls.example", now=JANUARY, actor=SYSTEM,
    )  # fmt: skip
    await programmes.enter(
        made, programmes.RESELLER, level="premium", reason="It qualifies.", now=JANUARY,
        actor=SYSTEM,
    )  # fmt: skip
    await payouts.verify_in_sandbox(made, now=NOW, actor=SYSTEM, iban_tail="3001")
    return made


async def build() -> World:
    """Everything is planted, and every kind has an id for every relation."""
    world = World({one: await _organisation(one) for one in RELATIONS})
    for below, above in LINKS:
        await network.join(
            world.organisations[below], world.organisations[above], "operator", now=JANUARY,
            actor=SYSTEM,
        )  # fmt: skip
    await _failed_payouts(list(world.organisations.values()))
    mate = await plants.mate()
    await plants.operators_own()
    for relation, organisation in world.organisations.items():
        owner = await signed_in("owner", organisation)
        world.owners[relation] = owner
        await plants.plant(organisation, owner, canary(relation), mate)
        world.ids[relation] = await _ids(organisation)
    return world


async def _failed_payouts(organisations: list[UUID]) -> None:
    for organisation in organisations:
        await sale(organisation)
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor=SYSTEM)
    await stripe_sandbox.fund(1_000_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    await run()
    await days_pass(2.1)
    await run()


async def _ids(organisation: UUID) -> dict[str, str]:
    """The newest row of each kind; one without fails here."""
    found: dict[str, str] = {}
    for kind, sql in KINDS.items():
        row = await core.fetch_row(sql, *([organisation] if "$1" in sql else []))
        assert row is not None, f"no row is planted for {kind}"
        found[kind] = str(row[0])
    return found
