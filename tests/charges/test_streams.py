"""Who uses what for whom: the codes of the paper's sub-flows, and what each comes to."""

from typing import Any
from uuid import UUID

import pytest

from backend import core, ledger, programmes
from backend.charges.rules import vat_on_infrastructure
from tests import given
from tests.charges.test_reports import rows
from tests.charges.test_settlement import AUGUST, closed
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation


async def balance(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def test_F_06_the_editors_own_use_and_its_clients_are_two_codes_on_the_statement(
    db: None,
) -> None:
    editor = await organisation("isv")
    await made.charge(editor, 10_00, charged_on=AUGUST, end_customer="")
    await made.charge(editor, 20_00, charged_on=AUGUST, end_customer="mairie")
    await closed()
    used = [row for row in await rows(editor) if row["event_type"] == "iaas_usage"]
    assert [(row["stream_code"], row["end_customer_ref"], row["net_ht"]) for row in used] == [
        ("E1", "", "10.00"),
        ("E2", "mairie", "20.00"),
    ]


async def integrator(level: str | None) -> UUID:
    org = await organisation("vai")
    if level:
        await programmes.enter(
            org, programmes.RESELLER, level=level, reason="Facts.", now=JANUARY, actor=given.SYSTEM
        )
    return org


CASES = [
    pytest.param("operator", True, None, (40_00, 25_00, 30_00), 45_00, id="brought"),
    pytest.param("partner", True, None, (40_00, 25_00, 0), 75_00, id="not brought"),
    pytest.param("operator", False, None, (40_00, 0, 30_00), 70_00, id="hosted elsewhere"),
    pytest.param("operator", True, "certified", (34_00, 25_00, 30_00), 45_00, id="certified"),
]


async def sub_flows(brought_by: str, hosted_here: bool, level: str | None) -> Any:
    """A month of money rule c: the VAI's integration, the integrated editor, the editor's sale."""
    vai, editor = await integrator(level), await organisation("isv")
    await made.charge(vai, 40_00, environment="enterprise", charged_on=AUGUST)
    if hosted_here:
        await made.charge(editor, 25_00, charged_on=AUGUST, stream="V2")
    await given.sale(editor, 100_00, channel="vai", brought_by=brought_by)
    found = await core.fetch(
        "SELECT stream_code, sum(net_minor)::bigint FROM charges.charge_line GROUP BY 1"
    )
    used = {row[0]: row[1] for row in found}
    shared = await core.fetch_value("SELECT operator_minor FROM sales.sale_line")
    return editor, (used.get("V1", 0), used.get("V2", 0), shared)


@pytest.mark.parametrize(("brought_by", "hosted_here", "level", "flows", "keeps"), CASES)
async def test_F_07_F_08_what_runs_integrations_is_V1_and_what_runs_their_editors_is_V2(
    db: None,
    brought_by: str,
    hosted_here: bool,
    level: str | None,
    flows: tuple[int, int, int],
    keeps: int,
) -> None:
    """Money rule c: 95.00, 65.00, 70.00 and 89.00 for the operator; V2 is nothing elsewhere."""
    editor, found = await sub_flows(brought_by, hosted_here, level)
    assert found == flows
    kept = await balance(ledger.OPERATOR_IAAS) + await balance(ledger.OPERATOR_REVENUE)
    assert kept == sum(flows)
    assert await balance(ledger.earned(editor)) + await balance(ledger.owed(editor)) == keeps
    statement = (await closed())[editor]
    assert statement["due_minor"] == keeps + keeps // 5


@pytest.mark.parametrize(
    ("regime", "vat"),
    [
        ("fr_registered", ("S", 2000)),
        ("fr_franchise_293b", ("S", 2000)),
        ("eu_reverse_charge", ("AE", 0)),
        ("non_eu", ("O", 0)),
    ],
)
def test_infrastructure_is_invoiced_with_the_vat_of_its_buyer(
    regime: str, vat: tuple[str, int]
) -> None:
    assert vat_on_infrastructure(regime) == vat
