"""The main job from the command line, in order, on one server."""

import csv
import io
import tempfile
from pathlib import Path

import asyncpg
import pytest

from backend.postgres import OWNER, Server
from tests.cli.conftest import Command, answer

SALES = """sale_id,sold_at,partner_ref,listing_ref,net_amount,currency,vat_rate,buyer_country
s1,2026-08-12T10:00:00Z,acme,backup,100.00,EUR,20.00,FR
s2,2026-08-13T10:00:00Z,acme,backup,33.33,EUR,20.00,FR
s3,2026-08-13T10:00:00Z,tiny,backup,1.00,EUR,20.00,FR
s4,2026-08-13T10:00:00Z,acme,backup,-5.00,EUR,20.00,FR
"""


@pytest.fixture(scope="module")
def sales_file(home: Path) -> Path:
    path = home / "sales.csv"
    path.write_text(SALES)
    return path


def test_1_migrate_says_what_ran_and_then_nothing(maillage: Command) -> None:
    assert len(answer(maillage("migrate", "--json"))["migrations"]) > 5
    assert answer(maillage("migrate", "--json")) == {"migrations": []}


def test_2_import_tells_programs_what_became_of_each_row(
    maillage: Command, sales_file: Path
) -> None:
    first = answer(maillage("import", "sales", str(sales_file), "--json"))
    assert (first["read"], first["recorded"], first["refused"]) == (4, 3, 1)
    assert first["late"] == 0
    again = answer(maillage("import", "sales", str(sales_file), "--json"))
    assert (again["recorded"], again["already_recorded"], again["refused"]) == (0, 3, 1)
    shown = maillage("import", "sales", str(sales_file))
    assert "4 sales read: 0 recorded, 3 already recorded, 1 refused." in shown.stdout
    assert f"{sales_file}.rejected.csv" in shown.stdout


def test_3_close_refuses_an_open_month_and_closes_a_past_one(maillage: Command) -> None:
    refused = answer(maillage("close", "2999-01", "--json", expect=1))
    assert refused["problem"] == "month-still-open"
    assert "not a month" in maillage("close", "August", expect=1).stderr
    skipped = answer(maillage("close", "2026-09", "--json", expect=1))
    assert (skipped["problem"], skipped["oldest_open_month"]) == ("month-skipped", "2026-08")
    closed = answer(maillage("close", "2026-09", "--through", "--json"))["closed"]
    assert [(one["month"], one["statements"], one["new"]) for one in closed] == [
        ("2026-08", 2, True),
        ("2026-09", 1, True),
    ]


def test_4_nothing_is_paid_before_verification_and_funds(maillage: Command) -> None:
    held = answer(maillage("pay", "2026-08", "--json"))
    assert (held["sent"], held["held"]) == (0, 1)

    assert answer(maillage("demo", "verify-partners", "--json"))["verified"] == 2
    funded = answer(maillage("stripe-sandbox", "fund", "--json"))
    assert funded == {"funded": "93.33", "currency": "EUR"}

    paid = answer(maillage("pay", "2026-08", "--wait", "--json"))
    assert (paid["sent"], paid["held"], paid["failed"]) == (1, 0, 0)
    again = answer(maillage("pay", "2026-08", "--wait", "--json"))
    assert (again["new"], again["sent"], again["held"], again["failed"]) == (0, 1, 0, 0)


def test_5_the_sales_report_lists_every_shared_line(maillage: Command) -> None:
    text = maillage("report", "sales", "2026-08", "--format", "csv").stdout.removeprefix("\ufeff")
    rows = {row["sale_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {"s1", "s2", "s3"}
    assert (rows["s2"]["partner_amount_ht"], rows["s2"]["operator_amount_ht"]) == ("23.33", "10.00")
    assert rows["s1"]["status"] == "paid"


def test_6_statements_and_payouts_are_written_in_every_format(
    maillage: Command, home: Path
) -> None:
    for form in ("csv", "json", "pdf"):
        out = home / f"statement.{form}"
        maillage("report", "statement", "acme", "2026-08", "--format", form, "--out", str(out))
        assert out.stat().st_size > 100
    for form in ("csv", "json", "xlsx", "pdf"):
        out = home / f"payouts.{form}"
        maillage("report", "payouts", "2026-08", "--format", form, "--out", str(out))
        assert out.stat().st_size > 100
    assert (
        "no organisation"
        in maillage("report", "statement", "nobody", "2026-08", expect=1).stderr.lower()
    )


def test_7_check_proves_the_books(maillage: Command) -> None:
    assert answer(maillage("check", "--json")) == {"faults": []}
    assert "All checks hold." in maillage("check").stdout


async def test_7_check_names_what_stripe_has_and_the_books_have_not(
    maillage: Command, home: Path
) -> None:
    owner = await asyncpg.connect(Server(home / "home").url(OWNER))
    change = (
        "UPDATE stripe_sandbox.balance SET available_minor = available_minor + $1 "
        "WHERE account = 'acct_platform'"
    )
    try:
        await owner.execute(change, 3)
        [fault] = answer(maillage("check", "--json", expect=1))["faults"]
        assert fault["check"] == "balances_are_those_of_stripe"
        assert fault["row"]["at_stripe_minor"] == fault["row"]["entries_minor"] + 3
        await owner.execute(change, -3)
    finally:
        await owner.close()
    maillage("check")


def test_8_reports_for_programs_are_files_and_wrong_places_are_named(
    maillage: Command, home: Path
) -> None:
    out = home / "sales-2026-08.csv"
    told = answer(maillage("report", "sales", "2026-08", "--json", "--out", str(out)))
    assert told == {"file": str(out)}
    refused = maillage("report", "sales", "2026-08", "--out", str(home / "no" / "x"), expect=1)
    assert "No such file or directory" in refused.stderr
    assert "Traceback" not in refused.stderr
    negative = maillage("stripe-sandbox", "fund", "0", expect=1)
    assert "The Stripe sandbox refuses." in negative.stderr


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://nobody@127.0.0.1:1/nothing",
        "postgresql://nobody@127.0.0.1:99999/nothing",
        "postgresql://nobody@/nothing?host=/nowhere",
    ],
)
def test_an_unreachable_database_is_one_sentence(maillage: Command, address: str) -> None:
    refused = maillage("check", expect=1, DATABASE_URL=address)
    assert "The database cannot be reached. Check DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_of_which_nothing_lands_ends_with_status_1(maillage: Command, home: Path) -> None:
    path = home / "bad.csv"
    path.write_text(SALES.splitlines()[0] + "\n" + SALES.splitlines()[4] + "\n")
    assert answer(maillage("import", "sales", str(path), "--json", expect=1))["refused"] == 1


def test_a_live_key_is_refused_before_anything_starts(maillage: Command) -> None:
    refused = maillage("check", expect=1, STRIPE_API_KEY="sk_live_123")
    assert "live key" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_command_alone_leaves_no_server_behind(maillage: Command) -> None:
    with tempfile.TemporaryDirectory(prefix="maillage-alone-") as folder:
        Path(folder).chmod(0o755)
        maillage("migrate", MAILLAGE_HOME=folder)
        assert not Server(Path(folder)).is_running()
