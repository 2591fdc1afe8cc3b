"""`make pictures`: the main pages in both themes and languages and on a phone, to be looked at.

They are taken of a demonstration of their own, which is started and stopped here; or, with
PICTURES_OF=http://127.0.0.1:8010, of one that runs.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from backend.cli.demo import PASSWORD
from tests.cli.test_run import CHROMIUM, FLAGS
from tests.demonstration import demonstration

ROOT = Path(__file__).parents[1]
TO = ROOT / ".maillage" / "pictures"

STORE = {
    "home": "/{lang}",
    "catalog": "/{lang}/catalog",
    "catalog-narrowed": "/{lang}/catalog?category=backup&location=france",
    "catalog-empty": "/{lang}/catalog?q=quantum&sla=9999",
    "listing": "/{lang}/listings/sauvegarde-continue",
    "editor": "/{lang}/editors/granit-erp",
    "partners": "/{lang}/partners",
    "partners-none": "/{lang}/partners?q=quantum",
    "compare": "/{lang}/compare?listing=sauvegarde-continue&listing=phare&listing=flotte",
    "compare-empty": "/{lang}/compare",
    "catalog-comparing": "/{lang}/catalog?category=backup&listing=phare&listing=flotte",
    "sell": "/{lang}/sell",
    "cart": "/{lang}/cart",
    "sign-in": "/{lang}/sign-in",
    "sign-up": "/{lang}/sign-up",
    "missing": "/{lang}/nothing",
}
BUYER = {
    "purchases": "/{lang}/purchases",
    "subscriptions": "/{lang}/subscriptions",
    "invoices": "/{lang}/invoices",
    "account": "/{lang}/account",
}
PORTAL = {
    f"portal-{name or 'home'}": f"/portal/{name}"
    for name in (
        "", "company", "listings", "sales", "statements", "payouts", "bank", "team", "keys",
        "webhooks", "audit", "downloads",
    )
}  # fmt: skip
OFFICE = {
    f"office-{name or 'home'}": f"/office/{name}"
    for name in (
        "", "approvals", "partners", "listings", "sales", "flows", "months", "payouts", "ledger",
        "rules", "alarms", "audit", "sandbox",
    )
}  # fmt: skip
OF = {
    "": STORE,
    "buyer@mairie-de-plouzane.example": BUYER,
    "owner@sauvegarde-sereine.example": PORTAL,
    "admin@iroise.example": OFFICE,
}
"""Who looks -> what at: a name for the file, and the address."""


class Look(NamedTuple):
    lang: str
    theme: str
    width: int
    height: int


LOOKS = (
    Look("fr", "light", 1440, 1000),
    Look("fr", "dark", 1440, 1000),
    Look("en", "light", 1440, 1000),
    Look("en", "dark", 1440, 1000),
    Look("fr", "light", 390, 844),
)


def take(browser: Browser, url: str, look: Look) -> int:
    """Every page in one look; answers how many pictures there are."""
    count = 0
    for email, pages in OF.items():
        context = browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme="dark" if look.theme == "dark" else "light",
            locale="fr-FR" if look.lang == "fr" else "en-GB",
        )
        context.add_cookies([{"name": "language", "value": look.lang, "url": url}])
        if email:
            answer = context.request.post(
                f"{url}/api/store/session",
                data={"email": email, "password": PASSWORD},
                headers={"origin": url},
            )
            assert answer.ok, answer.text()
        page = context.new_page()
        for name, path in pages.items():
            picture(page, url + path.format(lang=look.lang), name, look)
            count += 1
        context.close()
    return count


def picture(page: Page, address: str, name: str, look: Look) -> None:
    # A page of the store is whole when it is loaded; the desk then asks the API.
    desk = "/portal" in address or "/office" in address
    page.goto(address, wait_until="networkidle" if desk else "load")
    page.evaluate("document.fonts.ready.then(() => true)")
    file = TO / f"{name}-{look.lang}-{look.theme}-{look.width}.png"
    page.screenshot(path=file, full_page=True, animations="disabled")


@contextmanager
def shown() -> Iterator[str]:
    """The address of what is looked at."""
    given = os.environ.get("PICTURES_OF")
    if given:
        yield given.rstrip("/")
        return
    with demonstration() as url:
        yield url


def main() -> None:
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    TO.mkdir(parents=True, exist_ok=True)
    with shown() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        count = sum(take(browser, url, look) for look in LOOKS)
        browser.close()
    print(f"{count} pictures in {TO.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
