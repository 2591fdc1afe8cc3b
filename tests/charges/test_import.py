"""Importing files of charges: every row lands, priced, or is refused with column and reason."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend import charges, core, ledger, partners, programmes
from tests import given
from tests.given.programmes import organisation

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEADER = "organisation,end_customer,day,environment,resource,quantity,list_price,reference"
GOOD = "acme,mairie,2026-11-10,enterprise,vm.large,10,100.00,u1"


async def acme(*roles: str, level: str | None = None, reference: str = "acme") -> None:
    made = await partners.create_organisation(
        reference=reference, name=reference, country="FR", segment="pme",
        roles=roles or ("reseller",), now=NOW, actor=given.SYSTEM,
    )  # fmt: skip
    if level:
        at = datetime(2026, 1, 5, 9, tzinfo=UTC)
        await programmes.enter(
            made, programmes.RESELLER, level=level, reason="It is.", now=at, actor=given.SYSTEM
        )


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "iaas.csv"
    path.write_text("\n".join([header, *rows, ""]))
    return path


async def bring_in(path: Path, *, dry_run: bool = False) -> charges.Imported:
    return await charges.import_charges(path, now=NOW, actor=given.SYSTEM, dry_run=dry_run)


def refusals(path: Path) -> list[tuple[str, str, str]]:
    with path.with_name(f"{path.name}.rejected.csv").open(newline="") as file:
        return [(r["line"], r["column"], r["reason"]) for r in csv.DictReader(file)]


async def recorded() -> list[tuple[str, int, int, int]]:
    rows = await core.fetch(
        "SELECT reference, list_minor, discount_minor, payable_minor FROM charges.charge_line "
        "ORDER BY reference"
    )
    return [tuple(row) for row in rows]


async def test_a_row_lands_priced_at_the_level_and_owed(db: None, tmp_path: Path) -> None:
    await acme(level="certified")
    imported = await bring_in(write(tmp_path, GOOD))

    assert imported[:5] == (1, 1, 0, 0, 0)
    assert imported.totals == {"EUR": charges.Total(1000_00, 150_00, 0, 850_00)}
    assert imported.rejected_file is None
    assert await recorded() == [("u1", 1000_00, 150_00, 850_00)]
    owed = ledger.owed((await partners.find_by_reference("acme")).id)
    assert (await ledger.balance(owed, "EUR")).amount_minor == -850_00
    assert (await ledger.balance(ledger.OPERATOR_IAAS, "EUR")).amount_minor == 850_00


async def test_the_same_file_again_records_nothing(db: None, tmp_path: Path) -> None:
    await acme()
    path = write(tmp_path, GOOD, GOOD.replace("u1", ""))
    assert (await bring_in(path))[:4] == (2, 2, 0, 0)
    before = await core.fetch("SELECT * FROM ledger.balance ORDER BY account_id, month")
    assert (await bring_in(path))[:4] == (2, 0, 2, 0)
    assert await core.fetch("SELECT * FROM ledger.balance ORDER BY account_id, month") == before


async def test_a_dry_run_says_what_would_happen_and_leaves_nothing(
    db: None, tmp_path: Path
) -> None:
    await acme(level="premium")
    path = write(tmp_path, GOOD, GOOD.replace("10,100.00", "0,100.00"))
    tried = await bring_in(path, dry_run=True)
    assert tried[:4] == (2, 1, 0, 1)
    assert tried.totals == {"EUR": charges.Total(1000_00, 220_00, 0, 780_00)}
    assert await recorded() == []
    assert await core.fetch("SELECT * FROM ledger.entry") == []
    assert (await bring_in(path))[:6] == tried[:6]


async def test_the_same_reference_with_other_facts_is_a_conflict(db: None, tmp_path: Path) -> None:
    await acme()
    await bring_in(write(tmp_path, GOOD))
    path = write(tmp_path, GOOD.replace("100.00", "100.01"), GOOD.replace("u1", "u2"))
    assert (await bring_in(path))[:4] == (2, 1, 0, 1)
    [(line, column, reason)] = refusals(path)
    assert (line, column) == ("2", "reference")
    assert "u1 of acme is recorded with other facts" in reason


async def test_a_twin_in_the_file_counts_once_or_conflicts(db: None, tmp_path: Path) -> None:
    await acme()
    path = write(tmp_path, GOOD, GOOD, GOOD.replace("10,", "11,"))
    assert (await bring_in(path))[:4] == (3, 1, 1, 1)
    assert refusals(path)[0][0] == "4"


async def test_a_row_without_a_reference_is_one_line_a_day_for_each_resource(
    db: None, tmp_path: Path
) -> None:
    await acme()
    bare = GOOD.replace("u1", "")
    path = write(tmp_path, bare, bare.replace("mairie", "école"), bare.replace("10,100", "9,100"))
    assert (await bring_in(path))[:4] == (3, 2, 0, 1)
    assert "used twice a day needs a reference" in refusals(path)[0][2]


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("acme", "nobody", "organisation", "No organisation has the reference 'nobody'"),
        ("acme", "", "organisation", "empty"),
        ("mairie", "x" * 101, "end_customer", "101 characters"),
        ("2026-11-10", "10/11/2026", "day", "not a day"),
        ("2026-11-10", "2026-02-30", "day", "not a day"),
        ("2026-11-10", "2026-11-24", "day", "in the future"),
        ("2026-11-10", "1999-12-31", "day", "before 2000"),
        ("enterprise", "premium", "environment", "not one of start, enterprise, critical"),
        ("vm.large", "", "resource", "empty"),
        ("vm.large", "vm\0large", "resource", "NUL byte at position 3"),
        (",10,", ",0,", "quantity", "zero"),
        (",10,", ",-1,", "quantity", "plain decimal"),
        (",10,", ",1e3,", "quantity", "plain decimal"),
        (",10,", ",1.0000001,", "quantity", "more than 6 decimals"),
        (",10,", ",999999999999,", "quantity", "the most that one may be"),
        ("100.00", "", "list_price", "plain decimal"),
        ("100.00", "0.0000001", "list_price", "more than 6 decimals"),
        ("u1", "u/1", "reference", "letters, digits"),
        (",u1", "", "", "7 cells, the header 8"),
    ],
)
async def test_a_bad_row_is_refused_alone(
    db: None, tmp_path: Path, old: str, new: str, column: str, reason: str
) -> None:
    await acme()
    rows = [GOOD.replace("u1", "u0"), GOOD.replace(old, new, 1), "", GOOD.replace("u1", "u2")]
    path = write(tmp_path, *rows)
    assert (await bring_in(path))[:4] == (3, 2, 0, 1)
    [(line, where, why)] = refusals(path)
    assert (line, where) == ("3", column)
    assert reason in why


@pytest.mark.parametrize(
    ("quantity", "price", "listed"),
    [
        ("33", "1.01", 33_33),
        ("75", "0.0137", 1_03),
        ("0.5", "0.01", 1),
        ("0.000001", "0.000001", 0),
        ("1.500000000", "10", 15_00),
    ],
)
async def test_a_line_is_rounded_once_half_up(
    db: None, tmp_path: Path, quantity: str, price: str, listed: int
) -> None:
    await acme()
    await bring_in(write(tmp_path, GOOD.replace("10,100.00", f"{quantity},{price}")))
    assert await recorded() == [("u1", listed, 0, listed)]


async def test_a_line_of_a_closed_month_goes_onto_the_first_open_one(
    db: None, tmp_path: Path
) -> None:
    await acme()
    await given.closed(core.Month.parse("2026-09"))
    path = write(tmp_path, GOOD, GOOD.replace("2026-11-10", "2026-08-31").replace("u1", "u2"))
    assert (await bring_in(path)).late == 1
    rows = await core.fetch("SELECT month::text, is_late FROM charges.charge_line ORDER BY 1")
    assert [tuple(row) for row in rows] == [("2026-10-01", True), ("2026-11-01", False)]


async def test_semicolons_currencies_and_streams_are_read(db: None, tmp_path: Path) -> None:
    await acme("isv")
    header = HEADER.replace("reference", "currency,stream").replace(",", ";")
    path = write(tmp_path, "acme;;2026-11-10;start;vm;1,5;10,5;CHF;V2", header=header)
    assert (await bring_in(path))[:4] == (1, 1, 0, 0)
    row = await core.fetch_row("SELECT currency::text, list_minor, stream_code "
                               "FROM charges.charge_line")  # fmt: skip
    assert row is not None
    assert tuple(row) == ("CHF", 15_75, "V2")


@pytest.mark.parametrize(
    ("role", "customer", "stream"),
    [
        ("isv", "", "E1"),
        ("isv", "mairie", "E2"),
        ("vai", "mairie", "V1"),
        ("reseller", "mairie", "RSL"),
        ("wholesaler", "", "WHS"),
        ("startup", "", "E1"),
        ("buyer", "", "DIR"),
    ],
)
async def test_the_stream_follows_from_the_part_that_is_played(
    db: None, tmp_path: Path, role: str, customer: str, stream: str
) -> None:
    await acme(role)
    await bring_in(write(tmp_path, GOOD.replace("mairie", customer)))
    assert await core.fetch_value("SELECT stream_code FROM charges.charge_line") == stream


async def test_an_end_customer_that_is_an_organisation_is_known_as_one(
    db: None, tmp_path: Path
) -> None:
    await acme()
    await acme("buyer", reference="mairie")
    await bring_in(write(tmp_path, GOOD))
    mairie = (await partners.find_by_reference("mairie")).id
    assert await core.fetch_value("SELECT end_customer_id FROM charges.charge_line") == mairie


async def test_a_file_without_a_column_is_refused_whole(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, header=HEADER.replace("environment", "env"))
    with pytest.raises(core.UnreadableFile, match="no column environment"):
        await bring_in(path)


async def test_organisations_out_of_use_are_left_alone(db: None, tmp_path: Path) -> None:
    """The organisation of tests.given is in no programme: it pays the list price."""
    made = await organisation("reseller")
    found = await partners.read_organisation(made)
    await bring_in(write(tmp_path, GOOD.replace("acme", found.reference)))
    assert await recorded() == [("u1", 1000_00, 0, 1000_00)]
