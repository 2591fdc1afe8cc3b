"""Eighteen months of Iroise Cloud, told month by month through the real actions."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import click
from rich.console import Console
from rich.progress import track

from backend import (
    awards,
    core,
    identity,
    partners,
    payouts,
    programmes,
    relations,
    sales,
    scorecards,
    settlement,
)
from backend.cli.demo.cast import (
    BUYER_NAME,
    BUYERS,
    MANAGED,
    MANAGER,
    MONTHS,
    PARTNERS,
    PASSWORD,
    SEED,
    STAFF,
    Partner,
)
from backend.cli.demo.contesting import contest
from backend.cli.demo.joining import Offers, join, make_person
from backend.cli.demo.owing import collect
from backend.cli.demo.present import wait_today
from backend.cli.demo.together import work_together
from backend.cli.demo.using import certify, refund_some, use
from backend.cli.place import ACTOR, Result, command, stripe, uses_sandbox
from backend.cli.sandbox import check_sandbox, missing, top_up
from backend.core import Money, Month
from backend.settings import Settings
from backend.stripe_sandbox import advance_clock

ERRORS = Console(stderr=True)
QUARTERS = (1, 4, 7, 10)


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Seed the demonstration operator, once; or verify imported partners in the sandbox."""
    if context.invoked_subcommand is None:
        context.invoke(seed_demo, as_json=False)


@demo.command("seed")
@command
async def seed_demo(settings: Settings) -> Result:
    """56 partners over eighteen months, closed and paid; again changes nothing."""
    async with stripe(settings):
        made = await seed(settings)
    return Result(made.facts, made.text or "The demonstration operator is there already.")


@demo.command("verify-partners")
@command
async def verify_partners(settings: Settings) -> Result:
    """Walk every unverified partner through the sandbox's onboarding, as its owner would."""
    check_sandbox(settings)
    waiting = await partners.list_unverified()
    async with stripe(settings):
        for organisation in track(waiting, "Verifying", console=ERRORS):
            await payouts.verify_in_sandbox(organisation, now=clock(), actor=ACTOR)
    return Result({"verified": len(waiting)}, f"{len(waiting)} partners verified.")


def clock() -> datetime:
    return datetime.now(UTC)


async def seed(settings: Settings) -> Result:
    """The demonstration operator exists; answers an empty text when it did before."""
    if await core.fetch_value("SELECT EXISTS (SELECT FROM identity.person)"):
        return Result({"seeded": False}, "")
    ERRORS.print("Making the demonstration operator Iroise Cloud ...")
    now = clock()
    story = Story(settings, now)
    await story.begin()
    for month in track(story.months, f"{MONTHS} months", console=ERRORS):
        await story.live(month)
    await wait_today(story.known, story.offers, now=now)
    buyers = {
        reference: made[0] for (reference, *_), made in zip(BUYERS, story.buyers, strict=True)
    }
    await work_together(
        {**story.known, **buyers}, settings, person=story.staff["finance@iroise.example"],
        pays=uses_sandbox(settings), now=now,
    )  # fmt: skip
    if uses_sandbox(settings):
        await _pay(story.months[:-1])
    text = f"Iroise Cloud: {len(PARTNERS)} partners, {len(BUYERS)} buyers, {story.sold} sales."
    return Result({"seeded": True, "sales": story.sold}, text)


class Story:
    """What has happened so far. `live` tells one month more."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings = settings
        self.now = now
        self.months = _months_until(Month.of(now))
        self.chance = random.Random(SEED)
        self.known: dict[str, UUID] = {}
        self.there: list[tuple[Partner, UUID, datetime]] = []
        self.offers: Offers = []
        self.buyers: list[tuple[UUID, str]] = []
        self.staff: dict[str, UUID] = {}
        self.sold = 0

    async def begin(self) -> None:
        """Staff and buyers, on the first day, and who of the staff manages whom."""
        at = self.months[0].start
        for email, (name, role) in STAFF.items():
            person = await identity.create_person(
                email=email, name=name, password=PASSWORD, now=at, actor=ACTOR
            )
            await identity.add_membership(
                person, organisation_id=None, role=role, now=at, actor=ACTOR
            )
            self.staff[email] = person
        self.buyers = await _make_buyers(at)
        for place in MANAGED:
            await relations.decide_relation(
                self.buyers[place][0],
                "account_managed",
                manager_id=self.staff[MANAGER],
                starts_at=at,
                reason="Suit ce client depuis sa première commande",
                now=at,
                actor=ACTOR,
            )

    async def live(self, month: Month) -> None:
        """The month's partners join, everybody sells and uses, and the month closes if it ended."""
        await self._welcome(month)
        if month.first_day.month in QUARTERS:
            await _evaluate(month.first_day, month.start + timedelta(hours=5))
        until = min(month.end, self.now - timedelta(hours=1))
        await self._sell(month, until)
        await use(month, self.there, until)
        finance = self.staff["finance@iroise.example"], self.staff["treasury@iroise.example"]
        await collect(month, until, finance)
        if month.end <= self.now:
            await refund_some(month, now=month.end - timedelta(hours=1))
            await _award(month)
            await settlement.close_month(
                month,
                minimum_hundredths=self.settings.payout_minimum_minor,
                now=month.end + timedelta(hours=6),
                actor=ACTOR,
            )
            await contest(
                month, len(self.months) - 1 - self.months.index(month), self.known,
                person=finance[0], base_url=self.settings.base_url, now=self.now,
            )  # fmt: skip

    async def _welcome(self, month: Month) -> None:
        new = [each for each in PARTNERS if self.months[each.joins] == month]
        for number, partner in enumerate(new):
            at = month.start + timedelta(days=number % 5, hours=9)
            organisation, offers = await join(
                partner, self.known, at=at, base_url=self.settings.base_url,
                sandbox=uses_sandbox(self.settings),
            )  # fmt: skip
            self.known[partner.reference] = organisation
            self.offers += offers
            if partner.iban_tail is not None:
                self.there.append((partner, organisation, at + timedelta(days=1)))
            if partner.role in ("vai", "reseller", "wholesaler"):
                await certify(partner, organisation, at)

    async def _sell(self, month: Month, until: datetime) -> None:
        """The store's sales, collected at the operator's bank, and a refund now and then."""
        chance, made = self.chance, list[sales.Sale]()
        moment = month.start + timedelta(days=6, hours=9)
        apart = 3600 // (1 + self.months.index(month) // 2)
        while moment < until:
            organisation, listing, price = chance.choice(self.offers)
            buyer, segment = chance.choice(self.buyers)
            self.sold += 1
            made.append(
                sales.Sale(
                    reference=f"demo-{self.sold:05d}",
                    organisation_id=organisation,
                    listing_id=listing,
                    net=Money(price.amount_minor * chance.choice((1, 1, 1, 2, 3, 5)), "EUR"),
                    vat_rate_bp=2000,
                    buyer_country="FR",
                    buyer_segment=segment,
                    channel=chance.choices(sales.CHANNELS, (70, 10, 8, 8, 4))[0],
                    brought_by="operator",
                    sold_at=moment,
                    source="import",
                    collected_in="bank",
                    buyer_id=buyer,
                )
            )
            moment += timedelta(minutes=chance.randint(120, 120 + apart))
        await sales.record_sales(made, hold_days=self.settings.hold_days, now=until)
        for sale in chance.sample(made, len(made) // 40):
            at = min(sale.sold_at + timedelta(days=3), until)
            part = Money(sale.net.amount_minor // chance.choice((1, 2, 3)), "EUR")
            await sales.refund_sale(
                sale.reference, part, reference=f"{sale.reference}-refund",
                refunded_at=at, now=at, actor=ACTOR,
            )  # fmt: skip


def _months_until(present: Month) -> list[Month]:
    """The months of the story, the present one last."""
    found = [present]
    for _ in range(MONTHS):
        found.insert(0, found[0].previous)
    return found


async def _make_buyers(at: datetime) -> list[tuple[UUID, str]]:
    made = list[tuple[UUID, str]]()
    for reference, name, segment in BUYERS:
        organisation = await partners.create_organisation(
            reference=reference,
            name=name,
            country="FR",
            segment=segment,
            roles=["buyer"],
            now=at,
            actor=ACTOR,
        )
        if not made:
            await make_person(reference, "buyer", BUYER_NAME, organisation, "buyer", at)
        made.append((organisation, segment))
    return made


async def _evaluate(day: date, now: datetime) -> None:
    await scorecards.evaluate(programmes.RESELLER, "quarterly", day, now=now, actor=ACTOR)
    await programmes.carry_out_demotions(now, actor=ACTOR)


async def _award(month: Month) -> None:
    """Suppliers' shares of the month before, and rebates of the quarter before."""
    before = month.previous
    if not await awards.is_closed(before):
        return
    await awards.post_supplier_shares(before, now=month.start + timedelta(days=4), actor=ACTOR)
    if month.first_day.month in QUARTERS:
        quarter = awards.Quarter.of(before.start)
        await awards.post_rebates(quarter, now=month.start + timedelta(days=5), actor=ACTOR)


async def _pay(months: Sequence[Month]) -> None:
    """Fund the platform and pay every closed month, but leave the last moving."""
    await top_up(await missing("EUR"))
    for month in track(months, "Paying", console=ERRORS):
        await payouts.pay(month, actor=ACTOR, wait=month != months[-1], advance_clock=advance_clock)
