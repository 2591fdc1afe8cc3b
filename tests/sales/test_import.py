"""Importing files of sales: every row lands or is refused with line, column and reason."""

import asyncio
import csv
import os
import resource
import sys
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backend import core, ledger, partners, sales
from backend.core import Month
from tests import given

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEADER = "sale_id,sold_at,partner_ref,listing_ref,net_amount,currency,vat_rate,buyer_country"
GOOD = "s1,2026-08-12T10:00:00Z,acme,backup,100.00,EUR,20.00,FR"
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "marketplace_sales.csv"


async def bring_in(path: Path, vat: str = "fr_franchise_293b") -> sales.Imported:
    options = sales.Options(vat, None, 14, NOW, "test")
    return await sales.import_sales(path, options)


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "sales.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def refusals(path: Path) -> list[tuple[str, str, str]]:
    rejected = path.with_name(f"{path.name}.rejected.csv")
    with rejected.open(newline="") as file:
        return [(r["line"], r["column"], r["reason"]) for r in csv.DictReader(file)]


async def recorded() -> list[tuple[str, int, str]]:
    rows = await core.fetch("SELECT reference, net_minor, currency FROM sales.sale_line ORDER BY 1")
    return [(row["reference"], row["net_minor"], row["currency"]) for row in rows]


async def test_a_row_lands_with_its_partner_and_listing(db: None, tmp_path: Path) -> None:
    imported = await bring_in(write(tmp_path, GOOD))

    assert imported[:4] == (1, 1, 0, 0)
    assert imported.rejected_file is None
    acme = await partners.find_by_reference("acme")
    assert (acme.origin, acme.verification) == ("import", "unverified")
    assert acme.vat_regime == "fr_franchise_293b"
    assert (await ledger.balance(ledger.OPERATOR_BANK, "EUR")).amount_minor == -120_00


async def test_what_the_file_is_the_first_to_name_is_told_or_refused_with_a_hint(
    db: None, tmp_path: Path
) -> None:
    first = await bring_in(write(tmp_path, GOOD))
    assert (first.new_partners, first.new_listings) == (("acme",), ("acme/backup",))
    rows = [GOOD.replace("s1", "s2"), GOOD.replace("s1,", "s3,").replace("acme", "acmee"),
            GOOD.replace("s1,", "s4,").replace("backup", "bakcup"),
            GOOD.replace("s1,", "s5,").replace("acme", "nobody")]  # fmt: skip
    path = write(tmp_path, *rows)
    options = sales.Options("fr_registered", None, 14, NOW, "test", known_only=True)
    done = await sales.import_sales(path, options)
    assert (done[:4], done.new_partners, done.new_listings) == ((4, 1, 0, 3), (), ())
    assert refusals(path) == [
        ("3", "partner_ref", "There is no partner 'acmee'. Did you mean 'acme'?"),
        ("4", "listing_ref", "acme has no listing 'bakcup'. Did you mean 'backup'?"),
        ("5", "partner_ref", "There is no partner 'nobody'."),
    ]
    assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 1

    tried = await sales.import_sales(path, options._replace(known_only=False, dry_run=True))
    assert (tried[:4], tried.new_partners) == ((4, 3, 1, 0), ("acmee", "nobody"))
    assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 1
    assert len(await recorded()) == 2

    freely = await bring_in(path)
    assert (freely[:4], freely.new_partners) == ((4, 3, 1, 0), ("acmee", "nobody"))
    assert freely.new_listings == ("acme/bakcup", "acmee/backup", "nobody/backup")
    assert (await bring_in(path)).new_listings == ()


async def test_the_same_file_again_records_nothing(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, GOOD.replace("s1", "s2"))
    await bring_in(path)
    assert (await bring_in(path))[:4] == (2, 0, 2, 0)
    assert len(await recorded()) == 2


async def test_the_same_sale_with_another_amount_is_a_conflict(db: None, tmp_path: Path) -> None:
    await bring_in(write(tmp_path, GOOD))
    path = write(tmp_path, GOOD.replace("100.00", "100.01"), GOOD.replace("s1", "s2"))
    assert (await bring_in(path))[:4] == (2, 1, 0, 1)
    [(line, column, reason)] = refusals(path)
    assert (line, column) == ("2", "sale_id")
    assert "other facts" in reason


async def test_a_twin_in_the_file_counts_once_or_conflicts(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, GOOD, GOOD.replace("100.00", "5.00"))
    assert (await bring_in(path))[:4] == (3, 1, 1, 1)
    assert refusals(path)[0][0] == "4"


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("100.00", "-100.00", "net_amount", "not above zero"),
        ("100.00", "0", "net_amount", "not above zero"),
        ("100.00", "100.001", "net_amount", "EUR has 2 decimals"),
        ("100.00", "10000000000.01", "net_amount", "the most one sale may be"),
        ("100.00", "1e2", "net_amount", "plain decimal"),
        ("100.00", "", "net_amount", "plain decimal"),
        ("EUR", "XXX", "currency", "'XXX' is not one of"),
        ("EUR", "eur", "currency", "'eur' is not one of"),
        ("backup", "back\0up", "listing_ref", "NUL byte at position 5"),
        ("backup", "back\u202eup", "listing_ref", "U+202E (RIGHT-TO-LEFT OVERRIDE) at position 5"),
        ("backup", "x" * 101, "listing_ref", "101 characters"),
        ("acme", "", "partner_ref", "empty"),
        ("2026-08-12T10:00:00Z", "2026-08-12 10:00", "sold_at", "no time zone"),
        ("2026-08-12T10:00:00Z", "12/08/2026", "sold_at", "not a moment"),
        ("2026-08-12T10:00:00Z", "2027-08-12T10:00:00Z", "sold_at", "in the future"),
        ("20.00", "120", "vat_rate", "not a percentage"),
        ("FR", "France", "buyer_country", "not a country code"),
        ("FR", "ZZ", "buyer_country", "'ZZ' is not a country code such as FR"),
        ("FR", "fr", "buyer_country", "not a country code"),
        ("s1", '"s1"x', "", "cannot be read"),
        (",FR", "", "", "7 cells, the header 8"),
    ],
)
async def test_a_bad_row_is_refused_alone(
    db: None, tmp_path: Path, old: str, new: str, column: str, reason: str
) -> None:
    rows = [GOOD.replace("s1", "s0"), GOOD.replace(old, new, 1), "", GOOD.replace("s1", "s2")]
    path = write(tmp_path, *rows)
    assert (await bring_in(path))[:4] == (3, 2, 0, 1)
    [(line, where, why)] = refusals(path)
    assert (line, where) == ("3", column)
    assert reason in why


async def test_a_forgotten_quote_spoils_only_its_own_row(db: None, tmp_path: Path) -> None:
    rows = [GOOD.replace("s1", f"s{n}") for n in range(50)]
    path = write(tmp_path, '"' + rows[0], *rows[1:])
    assert (await bring_in(path))[:4] == (50, 49, 0, 1)
    assert refusals(path)[0][0] == "2"


async def test_semicolons_and_decimal_commas_are_read(db: None, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        GOOD.replace(",", ";").replace("100.00", "1234,56"),
        header=HEADER.replace(",", ";"),
    )
    await bring_in(path)
    assert await recorded() == [("s1", 1234_56, "EUR")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
async def test_accents_arrive_whatever_the_encoding(
    db: None, tmp_path: Path, encoding: str
) -> None:
    await bring_in(write(tmp_path, GOOD.replace("acme", "Société Générée"), encoding=encoding))
    assert (await partners.find_by_reference("Société Générée")).name == "Société Générée"


async def test_thousands_of_blank_rows_are_nothing(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, *([""] * 3000), GOOD, *([",,,,,,,"] * 3000))
    assert (await bring_in(path))[:4] == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (HEADER.encode("utf-16"), "It is UTF-16; save it as CSV in UTF-8"),
        (b"sale_id,sold_at\n", "no column partner_ref, listing_ref, net_amount, currency"),
        ((HEADER + ",sale_id\n").encode(), "sale_id twice"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no column"),
    ],
)
async def test_a_file_that_is_no_list_of_sales_says_why(
    db: None, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(content)
    with pytest.raises(sales.UnreadableFile, match=message):
        await bring_in(path)


async def test_the_refused_rows_can_be_mended_and_brought_in(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, GOOD.replace("s1", "s2").replace("100.00", "-1"))
    imported = await bring_in(path)
    assert imported.rejected_file is not None
    mended = tmp_path / "mended.csv"
    mended.write_text(imported.rejected_file.read_text().replace(",-1,", ",1.00,"))
    again = await bring_in(mended)
    assert again[:4] == (1, 1, 0, 0)
    assert again.ignored_columns == ("line", "column", "reason")


async def test_it_says_how_many_sales_go_onto_a_later_statement(db: None, tmp_path: Path) -> None:
    await given.closed(Month.parse("2026-08"))
    path = write(tmp_path, GOOD, GOOD.replace("s1", "s2").replace("2026-08", "2026-09"))
    assert (await bring_in(path)).late == 1
    assert (await bring_in(path)).late == 0


async def test_two_imports_at_once_record_each_sale_once(db: None, tmp_path: Path) -> None:
    path = write(tmp_path, *[GOOD.replace("s1", f"s{n}") for n in range(500)])
    other = tmp_path / "other.csv"
    other.write_bytes(path.read_bytes())
    first, second = await asyncio.gather(bring_in(path), bring_in(other))
    assert first.recorded + second.recorded == 500
    assert first.already_recorded + second.already_recorded == 500
    assert await ledger.drifted_balances() == []


def real_rows() -> list[dict[str, str]]:
    if not REAL.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/data is missing: CI runs with it")
        pytest.skip("../shared/data/marketplace_sales.csv is not here")
    with REAL.open(newline="") as file:
        return list(csv.DictReader(file))


async def test_the_real_sales_are_shared_to_the_cent(db: None, tmp_path: Path) -> None:
    """4,531 real lines, against a recomputation that shares no code with the product."""
    rows = real_rows()
    path = tmp_path / "real.csv"
    path.write_bytes(REAL.read_bytes())
    assert (await bring_in(path))[:4] == (4531, 4531, 0, 0)

    expected: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        cents = int(Decimal(row["net_amount"]) * 100)
        seventy, rest = divmod(cents * 7, 10)
        expected[row["partner_ref"]] += seventy + (1 if rest >= 5 else 0)
    stored = await core.fetch(
        "SELECT o.reference, b.credit_minor - b.debit_minor AS minor FROM partners.organisation o "
        "JOIN ledger.account a ON a.code = 'partner:' || o.id || ':earned' "
        "JOIN (SELECT account_id, sum(credit_minor)::bigint AS credit_minor, "
        "sum(debit_minor)::bigint AS debit_minor FROM ledger.balance GROUP BY 1) b "
        "ON b.account_id = a.id"
    )
    assert {row["reference"]: row["minor"] for row in stored} == dict(expected)


@pytest.mark.long
@pytest.mark.parametrize("megabytes", [50, 500])
async def test_memory_stays_flat_from_50_to_500_megabytes(
    db: None, tmp_path: Path, megabytes: int
) -> None:
    """Wide rows, so that the bytes are many and the sales few; memory is measured at its peak."""
    path = tmp_path / "wide.csv"
    pad = "x" * 8000
    with path.open("w") as file:
        file.write(HEADER + ",note\n")
        for number in range(megabytes * 1_000_000 // 8070):
            file.write(GOOD.replace("s1", f"s{number}") + f",{pad}\n")
    before = peak_mb()
    imported = await bring_in(path)
    assert imported.refused == 0
    assert peak_mb() - before < 400


def peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


async def test_given_sales_and_imported_ones_live_side_by_side(db: None, tmp_path: Path) -> None:
    await given.sale(await given.partner())
    await bring_in(write(tmp_path, GOOD))
    assert len(await recorded()) == 2


async def test_a_broken_byte_spoils_its_own_row_and_no_name_of_others(
    db: None, tmp_path: Path
) -> None:
    """Read as Latin-1 the whole file would pay to partners called SociÃ©tÃ©."""
    rows = [GOOD.replace("s1", f"s{n}").replace("acme", "Société") for n in range(3)]
    path = write(tmp_path, *rows)
    path.write_bytes(path.read_bytes().replace(b"s1,", b"s\xff1,"))
    assert (await bring_in(path))[:4] == (3, 2, 0, 1)
    [(line, column, reason)] = refusals(path)
    assert (line, column) == ("3", "sale_id")
    assert "position 2 cannot be read" in reason
    found = await core.fetch("SELECT reference FROM partners.organisation")
    assert [row["reference"] for row in found] == ["Société"]
