import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schema } from "../api/client";
import { Bars, Legend } from "../desk/Bars";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Figure, Figures, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { OfRole } from "./OfRole";
import css from "./office.module.css";
import { asked, ownRole } from "./ownPartners";
import { Used } from "./Used";
import { YourWork } from "./YourWork";

const route = getRouteApi("/office/");

export function Home() {
  const { t } = useLingui();
  const session = useSession();
  const { person } = session;
  const { role } = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/overview",
    { params: { query: { role: asked(role) } } },
    { placeholderData: keepPreviousData },
  );
  const name = person?.name ?? "";
  return (
    <Page
      title={t`Hello ${name}`}
      about={<Trans>What needs somebody, and how the months go.</Trans>}
      actions={ownRole(session) ? <OfRole role={role} /> : null}
    >
      <Loaded query={query} height={420}>
        {(seen) => (
          <>
            <Panel title={<Trans>What needs you now</Trans>} flush>
              <Needs seen={seen} />
            </Panel>
            <YourWork />
            <Sold seen={seen} label={t`Sales of the last months`} />
            <Used used={seen.used} month={seen.month} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Needs({ seen }: { seen: Schema["Overview"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const [month] = seen.months_to_close;
  // What somebody may only look at does not need them.
  const whoMay = (scope: string, count: number) => (can(scope) ? count : 0);
  const needs: [key: string, count: number, what: string, why: string, link: ReactNode][] = [
    [
      "approvals",
      whoMay("office:payout:send", seen.approvals_asked),
      t`Requests about payouts`,
      t`A colleague or a partner asked for something that you may approve.`,
      <Link key="l" to="/office/approvals" className={css.link}>{t`Decide`}</Link>,
    ],
    [
      "receipts",
      whoMay("office:charge:write", seen.receipts_to_approve),
      t`Payments received to approve`,
      t`A colleague recorded more than is owed, or a large amount: it counts once a second person approves it.`,
      <Link
        key="l"
        to="/office/receivables"
        search={{ shown: "approve" }}
        className={css.link}
      >{t`Decide`}</Link>,
    ],
    [
      "joint",
      whoMay("office:listing:write", seen.joint_changes_waiting),
      t`Changes that wait for a second owner`,
      t`A listing of two partners stays as it is until the other one answers: you may remind them.`,
      <Link key="l" to="/office/joint-offers" className={css.link}>{t`Look at them`}</Link>,
    ],
    [
      "segments",
      whoMay("office:organisation:write", seen.segments_to_confirm),
      t`Segments to confirm`,
      t`Somebody says to be in a segment that has offers of its own: they are hidden until you confirm it.`,
      <Link key="l" to="/office/segments" className={css.link}>{t`Check them`}</Link>,
    ],
    [
      "contests",
      whoMay("office:settlement:answer", seen.contests_waiting),
      t`Contested statements`,
      t`A partner says that its statement is wrong: accept it, or say why not.`,
      <Link
        key="l"
        to="/office/contests"
        search={{ state: "waiting" }}
        className={css.link}
      >{t`Answer them`}</Link>,
    ],
    [
      "evidence",
      whoMay("office:file:review", seen.evidence_waiting),
      t`Evidence of partners`,
      t`A partner sent it: accept it, or say why it does not count.`,
      <Link key="l" to="/office/files" className={css.link}>{t`Look at it`}</Link>,
    ],
    [
      "applications",
      whoMay("office:programme:write", seen.applications_open),
      t`Applications for a programme`,
      t`A partner asks to be in: accept it, or say why not.`,
      <Link key="l" to="/office/programmes/applications" className={css.link}>{t`Decide`}</Link>,
    ],
    [
      "deals",
      whoMay("office:deal:write", seen.deals_to_review),
      t`Deals to review`,
      t`Approved, a deal keeps its customer for the partner who came first.`,
      <Link key="l" to="/office/deals" className={css.link}>{t`Review them`}</Link>,
    ],
    [
      "leads",
      whoMay("office:deal:write", seen.leads_open),
      t`Leads that nobody has`,
      t`Offer them to a partner: the list says who fits, and why.`,
      <Link key="l" to="/office/leads" className={css.link}>{t`Hand them out`}</Link>,
    ],
    [
      "funds",
      whoMay("office:fund:decide", seen.funds_to_decide),
      t`Co-marketing to decide`,
      t`Requests for a budget, and claims with their proof.`,
      <Link key="l" to="/office/funds" className={css.link}>{t`Look at them`}</Link>,
    ],
    [
      "declarations",
      whoMay("office:programme:write", seen.declarations_open),
      t`Certificates, references and trainings to check`,
      t`They count towards a partner’s level once you have accepted them.`,
      <Link key="l" to="/office/people" className={css.link}>{t`Check them`}</Link>,
    ],
    [
      "failed",
      whoMay("office:payout:send", seen.payouts_failed),
      t`Payouts that a bank refused`,
      t`The money is at Stripe. Ask for another try once the bank details are right.`,
      <Link
        key="l"
        to="/office/payouts"
        search={{ state: "failed" }}
        className={css.link}
      >{t`Look at them`}</Link>,
    ],
    [
      "months",
      whoMay("office:settlement:close", seen.months_to_close.length),
      t`Months that are over and open`,
      month ? t`${f.month(month)} comes first: statements are drawn when it closes.` : "",
      <Link key="l" to="/office/months" className={css.link}>{t`Close a month`}</Link>,
    ],
    [
      "organisations",
      whoMay("office:organisation:write", seen.organisations_unverified),
      t`Partners to check`,
      t`They are not paid before somebody has checked who they are.`,
      <Link key="l" to="/office/approvals" className={css.link}>{t`Check them`}</Link>,
    ],
    [
      "listings",
      whoMay("office:listing:write", seen.listings_submitted),
      t`Listings to read`,
      t`They are on sale once somebody has read and approved them.`,
      <Link
        key="l"
        to="/office/listings"
        search={{ status: "submitted" }}
        className={css.link}
      >{t`Read them`}</Link>,
    ],
    [
      "changed",
      whoMay("office:listing:write", seen.listings_changed),
      t`Listings changed since they were read`,
      t`They are on sale with words that nobody has read yet.`,
      <Link
        key="l"
        to="/office/listings"
        search={{ status: "changed" }}
        className={css.link}
      >{t`See the changes`}</Link>,
    ],
    [
      "alarms",
      whoMay("office:alarm:close", seen.order_alarms),
      t`Alarms`,
      t`What no rule decides: somebody has to look.`,
      <Link key="l" to="/office/alarms" className={css.link}>{t`Look at them`}</Link>,
    ],
    [
      "held",
      whoMay("office:payout:send", seen.payouts_held),
      t`Payouts that wait for something`,
      t`An account at Stripe is missing or not ready, or a partner is not verified.`,
      <Link key="l" to="/office/payouts" search={{ state: "held" }} className={css.link}>{t`See why`}</Link>,
    ],
  ];
  const open = needs.filter(([, count]) => count > 0);
  if (open.length === 0)
    return (
      <Empty title={<Trans>Nothing waits for you</Trans>}>
        <Trans>Requests, refused payouts and months to close appear here.</Trans>
      </Empty>
    );
  return (
    <ul className={css.needs}>
      {open.map(([key, count, what, why, link]) => (
        <li key={key}>
          <b className="tnum">
            {f.number(count)} · {what}
          </b>
          <span>{why}</span>
          {link}
        </li>
      ))}
    </ul>
  );
}

function Sold({ seen, label }: { seen: Schema["Overview"]; label: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const sold = seen.sold.filter(({ net }) => net.currency === "EUR");
  const latest = sold.at(-1);
  const before = sold.at(-2);
  if (!latest)
    return (
      <Panel title={label}>
        <Empty title={<Trans>Nothing was sold yet</Trans>}>
          <Trans>Sales appear here once a listing is bought or sales are imported.</Trans>
        </Empty>
      </Panel>
    );
  const series = [
    { key: "partners", label: t`Partners receive`, color: "var(--series-1)" },
    { key: "operator", label: t`We keep`, color: "var(--series-2)" },
  ];
  return (
    <>
      <Figures>
        <Figure
          label={<Trans>Sold in {f.month(latest.month)}, before VAT</Trans>}
          value={f.money(latest.net)}
          note={before ? <Trans>{f.money(before.net)} the month before</Trans> : null}
        />
        <Figure label={<Trans>Partners receive</Trans>} value={f.money(latest.partners)} />
        <Figure label={<Trans>We keep</Trans>} value={f.money(latest.operator)} />
        <Figure
          label={<Trans>Payouts on their way</Trans>}
          value={f.number(seen.payouts_moving)}
          note={<Trans>Sales this month: {f.number(latest.sales)}</Trans>}
        />
      </Figures>
      <Panel title={label} aside={<Legend series={series} />}>
        <Bars
          caption={label}
          currency="EUR"
          series={series}
          months={sold.map(({ month, partners, operator }) => ({
            month,
            values: { partners: partners.amount_minor, operator: operator.amount_minor },
          }))}
        />
      </Panel>
    </>
  );
}
