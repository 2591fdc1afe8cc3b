"""Joining, moving, leaving: the tree holds, and what is past stays."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend import core, network, partners
from tests import given


async def organisation(role: str, name: str = "Revente SAS") -> UUID:
    return await partners.create_organisation(
        reference=f"n-{core.uuid7()}",
        name=name,
        country="FR",
        segment="pme",
        roles=[role],
        now=given.NOW,
        actor=given.SYSTEM,
    )


async def join(below: UUID, above: UUID, *, minutes: int = 0, billing: str = "wholesaler") -> None:
    at = given.NOW + timedelta(minutes=minutes)
    await network.join(below, above, billing, now=at, actor=given.SYSTEM)  # type: ignore[arg-type]


def later(minutes: float) -> datetime:
    return given.NOW + timedelta(minutes=minutes)


async def branch(length: int) -> list[UUID]:
    """A wholesaler with `length` organisations below it, one under the other."""
    made = [await organisation("wholesaler", "Gros SA")]
    for _ in range(length):
        made.append(await organisation("reseller"))
        await join(made[-1], made[-2])
    return made


async def test_P_04_a_wholesaler_has_a_tree_of_resellers_and_P_05_nobody_sees_a_sibling(
    db: None,
) -> None:
    root, first, deep = await branch(2)
    sibling = await organisation("reseller", "Voisine SARL")
    await join(sibling, root)
    tree = await network.read_downstream(root, later(1))
    assert [(one.organisation_id, one.depth) for one in tree if one.depth == 2] == [(deep, 2)]
    assert {one.organisation_id for one in tree if one.depth == 1} == {first, sibling}
    assert [one.organisation_id for one in await network.read_downstream(first, later(1))] == [deep]
    with core.acting_for(first):
        rows = await core.fetch("SELECT organisation_id FROM network.membership")
        assert {row["organisation_id"] for row in rows} == {first, deep}
    with core.acting_for(deep):
        rows = await core.fetch("SELECT organisation_id FROM network.membership")
        assert [row["organisation_id"] for row in rows] == [deep]


async def test_moving_changes_who_stands_above_from_then_on_and_not_before(db: None) -> None:
    old, new = await organisation("wholesaler"), await organisation("wholesaler")
    shop = await organisation("reseller")
    await join(shop, old)
    await join(shop, new, minutes=60, billing="operator")
    before = await network.parent_at(shop, later(59))
    after = await network.parent_at(shop, later(60))
    assert before is not None and (before.organisation_id, before.billing) == (old, "wholesaler")
    assert after is not None and (after.organisation_id, after.billing) == (new, "operator")
    assert await network.parent_at(shop, later(-1)) is None
    rows = await network.memberships_between([shop], later(0), later(120))
    assert [(row["parent_id"], row["ends_at"]) for row in rows] == [(old, later(60)), (new, None)]


async def test_joining_twice_changes_nothing(db: None) -> None:
    root, shop = await branch(1)
    await join(shop, root, minutes=5)
    assert len(await network.memberships_between([shop], later(0), later(9))) == 1
    assert len(await core.fetch("SELECT FROM audit.change WHERE action = 'join_network'")) == 1


async def test_nobody_stands_above_itself(db: None) -> None:
    root, first, deep = await branch(2)
    await partners.add_role(root, "reseller", actor=given.SYSTEM)
    for above in (root, first, deep):
        with pytest.raises(network.NetworkCycle):
            await join(root, above, minutes=1)


async def test_a_branch_has_four_below_its_root_and_no_fifth(db: None) -> None:
    made = await branch(network.DEEPEST)
    fifth = await organisation("reseller")
    with pytest.raises(network.NetworkTooDeep):
        await join(fifth, made[-1], minutes=1)
    await join(fifth, made[-2], minutes=1)
    # A tree that hangs below another counts with all its depth.
    top = await organisation("wholesaler")
    with pytest.raises(network.NetworkTooDeep):
        await join(made[0], top, minutes=1)


async def test_only_wholesalers_and_resellers_stand_in_the_network(db: None) -> None:
    root, editor = await organisation("wholesaler"), await given.partner()
    with pytest.raises(network.NotANetworkRole, match="reseller first"):
        await join(editor, root)
    with pytest.raises(network.NotANetworkRole, match="wholesaler or reseller first"):
        await join(root, editor)
    with pytest.raises(partners.OrganisationUnknown):
        await join(core.uuid7(), root)


async def test_leaving_keeps_what_stands_below(db: None) -> None:
    root, first, deep = await branch(2)
    await network.end_membership(first, now=later(9), actor=given.SYSTEM, reason="Contrat échu")
    assert await network.read_downstream(root, later(9)) == []
    assert [one.organisation_id for one in await network.read_downstream(first, later(9))] == [deep]
    with pytest.raises(network.NotInNetwork):
        await network.end_membership(first, now=later(10), actor=given.SYSTEM, reason="encore")


async def test_a_change_in_the_same_moment_or_before_is_refused(db: None) -> None:
    _, shop = await branch(1)
    other = await organisation("wholesaler")
    for minutes in (0, -5):
        with pytest.raises(network.NotNow):
            await join(shop, other, minutes=minutes)
    assert (await network.parent_at(shop, later(1))) is not None


async def test_two_joins_at_once_close_no_circle(db: None) -> None:
    for _ in range(5):
        one, two = await organisation("reseller"), await organisation("reseller")
        answers = await asyncio.gather(
            join(one, two, minutes=1), join(two, one, minutes=1), return_exceptions=True
        )
        refused = [answer for answer in answers if answer is not None]
        assert [type(answer) for answer in refused] == [network.NetworkCycle]


async def test_the_same_organisation_joined_twice_at_once_stands_in_one_place(db: None) -> None:
    shop = await organisation("reseller")
    roots = [await organisation("wholesaler") for _ in range(3)]
    answers = await asyncio.gather(
        *(join(shop, root, minutes=1) for root in roots), return_exceptions=True
    )
    refused = [answer for answer in answers if answer is not None]
    assert {type(answer) for answer in refused} == {network.NotNow} and len(refused) == 2
    assert len(await network.memberships_between([shop], later(0), later(9))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM network.membership",
        "TRUNCATE network.membership",
        "UPDATE network.membership SET parent_id = organisation_id",
        "UPDATE network.membership SET billing = 'operator'",
        "UPDATE network.membership SET joined_at = joined_at - interval '1 day', "
        "during = tstzrange(joined_at - interval '1 day', NULL)",
        "UPDATE network.membership SET during = tstzrange(joined_at, joined_at + interval '1 day')",
    ],
)
async def test_postgresql_refuses_to_change_what_was(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", statement: str
) -> None:
    await branch(1)
    with pytest.raises(asyncpg.PostgresError):
        await owner.execute(statement)


async def test_a_tenants_session_puts_nobody_anywhere(db: None) -> None:
    root, shop = await branch(1)
    for who in (root, shop):
        with core.acting_for(who):
            with pytest.raises(network.NotInNetwork):
                await network.end_membership(shop, now=later(1), actor=given.SYSTEM, reason="mien")
            for statement in (
                "UPDATE network.membership SET ended_at = now()",
                "INSERT INTO network.membership SELECT * FROM network.membership",
            ):
                with pytest.raises(asyncpg.PostgresError):
                    await core.fetch(statement)
