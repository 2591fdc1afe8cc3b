"""Infrastructure from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command, answer

SALES = """sale_id,sold_at,partner_ref,listing_ref,net_amount,currency
s1,2026-08-12T10:00:00Z,acme,backup,1000.00,EUR
"""
CHARGES = """organisation,end_customer,day,environment,resource,quantity,list_price
acme,,2026-08-10,critical,vm.large,24,0.5
acme,,2026-08-10,critical,disk,100,0.0137
nobody,,2026-08-10,start,vm.large,1,1
"""


@pytest.fixture(scope="module")
def file(home: Path) -> Path:
    (home / "s.csv").write_text(SALES)
    path = home / "iaas.csv"
    path.write_text(CHARGES)
    return path


def test_1_a_dry_run_says_what_would_be_and_records_nothing(maillage: Command, file: Path) -> None:
    maillage("migrate")
    maillage("import", "sales", str(file.parent / "s.csv"))
    for _ in range(2):
        tried = answer(maillage("import", "iaas-charges", str(file), "--dry-run", "--json"))
        assert (tried["read"], tried["recorded"], tried["refused"]) == (3, 2, 1)
        assert tried["dry_run"] is True
    shown = maillage("import", "iaas-charges", str(file), "--dry-run").stdout
    assert "3 charges read: 2 would be recorded, 0 already recorded, 1 refused." in shown
    assert "EUR: 13.37 at list price - 0.00 of discounts - 0.00 of credit = 13.37 owed" in shown


def test_2_an_import_records_and_again_changes_nothing(maillage: Command, file: Path) -> None:
    first = answer(maillage("import", "iaas-charges", str(file), "--json"))
    assert (first["recorded"], first["refused"]) == (2, 1)
    assert first["totals"]["EUR"]["payable_minor"] == 13_37
    again = answer(maillage("import", "iaas-charges", str(file), "--json"))
    assert (again["recorded"], again["already_recorded"]) == (0, 2)
    assert "nobody" in Path(first["rejected_file"]).read_text()


def test_3_the_statement_sets_it_off_and_the_books_hold(maillage: Command, file: Path) -> None:
    maillage("close", "2026-08")
    told = maillage("report", "statement", "acme", "2026-08", "--format", "csv").stdout
    assert ",iaas_usage," in told and ",iaas_vat," in told
    assert answer(maillage("check", "--json"))["faults"] == []
    assert maillage("pay", "2026-08").stdout.startswith("2026-08:")
    late = answer(maillage("import", "iaas-charges", str(file), "--json"))
    assert (late["recorded"], late["late"]) == (0, 0)
