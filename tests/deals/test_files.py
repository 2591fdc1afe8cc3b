"""Files of deals and leads: good lines kept, refused ones named, what is exported imports again."""

import asyncio

import pytest

from backend import core, deals
from backend.deals import rules_csv
from backend.deals.queries import Wanted, list_deals
from backend.deals.rules import BadDomain, customer_keys, normal_domain
from backend.deals.views import DEAL_COLUMNS, cells
from tests.given import deals as given
from tests.given.partners import NOW, SYSTEM
from tests.refused_rows import known_reasons

FILE = """customer_name;customer_country;customer_segment;target_close_on;customer_siren;amount
Bonne SA;FR;pme;2027-01-31;552 100 554;1 200,50
Autre;FR;pme;31/01/2027;;0
Fausse;FR;pme;2027-01-31;552100555;10
Sans pays;XX;pme;2027-01-31;;10
Sans jour;FR;pme;demain;;10
Cher;FR;pme;2027-01-31;;1,005
"""


async def test_good_lines_are_drafts_and_refused_ones_say_why(db: None) -> None:
    integra = await given.integrator()
    tried = await deals.import_deals(integra, FILE, dry_run=True, now=NOW, actor=SYSTEM)
    assert (tried.rows, tried.made) == (6, 2)
    assert await core.fetch_value("SELECT count(*) FROM deals.deal") == 0
    done = await deals.import_deals(integra, FILE, dry_run=False, now=NOW, actor=SYSTEM)
    assert (done.made, [(one.line, one.column) for one in done.refused]) == (
        2,
        [
            (4, "customer_siren"),
            (5, "customer_country"),
            (6, "target_close_on"),
            (7, "amount"),
        ],
    )
    again = await deals.import_deals(integra, FILE, dry_run=False, now=NOW, actor=SYSTEM)
    assert (again.made, again.known) == (0, 2), "the same file makes nothing twice"
    rows = await list_deals(Wanted(integra), after=None, limit=9)
    assert [(row["customer_name"], row["amount_minor"]) for row in rows] == [
        ("Autre", 0), ("Bonne SA", 120_050)
    ]  # fmt: skip


async def test_the_same_file_twice_at_once_makes_each_deal_once(db: None) -> None:
    integra = await given.integrator()
    told = await asyncio.gather(
        *(deals.import_deals(integra, FILE, dry_run=False, now=NOW, actor=SYSTEM) for _ in "abcd")
    )
    assert sum(one.made for one in told) == 2
    assert all(one.made + one.known == 2 for one in told)
    assert await core.fetch_value("SELECT count(*) FROM deals.deal") == 2
    await core.fetch("UPDATE deals.deal SET amount_minor = 1")
    again = await deals.import_deals(integra, FILE, dry_run=True, now=NOW, actor=SYSTEM)
    assert (again.made, again.known) == (0, 2), "they were changed since, and are the same deals"


@pytest.mark.parametrize("locale", ["international", "fr"])
async def test_what_is_exported_imports_again(db: None, locale: rules_csv.Locale) -> None:
    integra = await given.integrator()
    await given.submitted(integra, plan="deux\nlignes", customer_name="Détail; Ouest")
    rows = await list_deals(Wanted(integra), after=None, limit=9)
    text = rules_csv.write(DEAL_COLUMNS, cells(rows, DEAL_COLUMNS), locale)
    mine = await deals.import_deals(integra, text, dry_run=False, now=NOW, actor=SYSTEM)
    assert (mine.made, mine.known) == (0, 1), "it is that deal already"
    other = await given.integrator("Autre")
    done = await deals.import_deals(other, text, dry_run=False, now=NOW, actor=SYSTEM)
    assert (done.made, done.refused) == (1, [])
    both = [*rows, *await list_deals(Wanted(other), after=None, limit=9)]
    for name in ("customer_name", "customer_siren", "amount_minor", "target_close_on"):
        assert both[0][name] == both[1][name]


async def test_leads_come_by_file_and_a_reference_once(db: None) -> None:
    text = (
        "name,country,segment,kind,need,reference\n"
        "Mairie,FR,local_authority,infrastructure,Sauvegarde,L-1\n"
        "Lycée,FR,public_body,integration,Réseau,L-1\n"
        "Gare,FR,public_body,magic,Réseau,L-2\n"
    )
    done = await deals.import_leads(text, dry_run=False, now=NOW, actor=SYSTEM)
    assert (done.made, [(one.line, one.column) for one in done.refused]) == (
        1, [(3, "name"), (4, "kind")]
    )  # fmt: skip


def test_a_formula_is_text_in_a_spreadsheet() -> None:
    assert "'=cmd()" in rules_csv.write(["a"], [["=cmd()"]], "international")


@pytest.mark.parametrize(
    "written", ["ACME.fr", "https://www.acme.fr/x?y", "awa@acme.fr", " acme.fr. "]
)
def test_one_domain_has_one_spelling(written: str) -> None:
    assert normal_domain(written) == "acme.fr"


@pytest.mark.parametrize("written", ["acme", "http://", "a b.fr", "-a.fr", "é.fr", "[::1"])
def test_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(BadDomain):
        normal_domain(written)


def test_a_french_vat_number_is_also_a_siren() -> None:
    by_vat = customer_keys(None, "FR03552100554", None)
    assert set(customer_keys("552100554", None, "a.fr")) & set(by_vat) == {"siren:552100554"}


async def test_D_07_the_same_file_of_leads_again_makes_none_and_other_facts_are_named(
    db: None,
) -> None:
    head = "reference,name,country,segment,kind,need,amount\n"
    first = "salon-1,Alpha,FR,pme,listing,Archives,99.50\n"
    file = f"{head}{first},Bêta,FR,eti,integration,Un SI,0\n"

    async def told(text: str, *, dry_run: bool = False) -> tuple[int, int, list[str]]:
        found = await deals.import_leads(text, dry_run=dry_run, now=NOW, actor=SYSTEM)
        assert found.rows == found.made + found.known + len(found.refused)
        return found.made, found.known, [one.reason for one in found.refused]

    at_once = await asyncio.gather(*(told(head + first) for _ in range(3)))
    assert sorted(at_once) == [(0, 1, []), (0, 1, []), (1, 0, [])]
    assert await told(file) == (1, 1, [])
    another = "salon-2,C,FR,pme,listing,x,0\nsalon-2,D,FR,pme,listing,x,0\n"
    changed = file.replace("99.50", "10") + another
    for dry_run in (True, False):
        assert await told(file, dry_run=dry_run) == (0, 2, [])
        made, known, reasons = await told(changed, dry_run=dry_run)
        assert (made, known) == (1, 1)
        assert reasons == [
            "Lead salon-1 is known with “99.50”, not “10.00”: change it there.",
            "Lead salon-2 is known with “C”, not “D”: change it there.",
        ]
        assert all(any(form.match(one) for form in known_reasons()) for one in reasons)
