import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schema } from "../api/client";
import { Bars, Legend } from "../desk/Bars";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Figures, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { earnings, useSeries } from "./earnings";
import { type File_, neededFrom, useFile } from "./file";
import { NextPayout, OnSale, SoFar, sells, Used } from "./HomeFigures";
import { Levels, PartFigures, type Partnership, Waiting, waits } from "./HomePartnership";
import { useWords } from "./words";

type HomeData = Schema["Home"];

export function Home() {
  const { t } = useLingui();
  const { person, organisation, can } = useSession();
  const home = api.useQuery("get", "/api/portal/home");
  const partnership = api.useQuery("get", "/api/portal/home/partnership");
  const first = (person?.name ?? "").split(" ")[0];
  return (
    <Page title={t`Hello ${first}`} about={organisation}>
      <Loaded query={home} height={220}>
        {(data) => (
          <Loaded query={partnership} height={220}>
            {(part) => (
              <>
                <Needs home={data} part={part} />
                <Figures>
                  {sells(data, part) || data.payouts?.length ? <NextPayout home={data} /> : null}
                  {sells(data, part) ? <SoFar home={data} /> : null}
                  <Used home={data} />
                  <PartFigures part={part} month={data.month} />
                  {sells(data, part) ? <OnSale home={data} /> : null}
                </Figures>
                <Waiting part={part} />
                <Levels part={part} />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
      {can("portal:payout:read") ? <Earned /> : null}
    </Page>
  );
}

/** What only the partner can do, the most urgent first: without a confirmed address it can do nothing. */
function Needs({ home, part }: { home: HomeData; part: Partnership }) {
  const { can, email_verified } = useSession();
  const file = useFile(can("portal:file:read"));
  const needs = [
    email_verified ? null : <UnverifiedMail key="mail" />,
    ...(home.payouts ?? [])
      .filter(({ state }) => state === "failed")
      .map((payout) => <RefusedPayout key={payout.id} payout={payout} />),
    file.data && (!file.data.complete || file.data.expiring.length > 0) ? (
      <FileNeeds key="file" file={file.data} />
    ) : null,
    home.account && !home.account.payable ? <BankMissing key="bank" account={home.account} /> : null,
    home.verification === "unverified" && file.data?.complete !== false ? <Unverified key="check" /> : null,
    home.verification === "refused" ? <NotAccepted key="refused" /> : null,
    home.to_change > 0 && can("portal:listing:write") ? (
      <ToChange key="change" count={home.to_change} />
    ) : null,
    part.roles.includes("isv") &&
    home.published === 0 &&
    home.submitted === 0 &&
    home.to_change === 0 &&
    can("portal:listing:write") ? (
      <NothingOnSale key="sale" drafts={home.drafts} />
    ) : null,
  ].filter((need): need is Exclude<typeof need, null> => need !== null);
  if (needs.length > 0) return needs;
  if (waits(part) > 0) return null;
  return (
    <Notice tone="good" title={<Trans>Nothing needs you now</Trans>}>
      <Trans>Your account is complete. We tell you here when something is to be done.</Trans>
    </Notice>
  );
}

export function RefusedPayout({ payout }: { payout: Schema["ComingPayout"] }) {
  const words = useWords();
  const f = useFormat();
  const { can } = useSession();
  return (
    <Notice
      tone="bad"
      title={<Trans>Your bank refused a payout of {f.money(payout.amount)}</Trans>}
      action={
        can("portal:account:write") ? (
          <LinkButton to="/portal/bank" danger>
            <Trans>Check the bank account</Trans>
          </LinkButton>
        ) : undefined
      }
    >
      {words.failure(payout.failure_code ?? "")}{" "}
      <Trans>
        The money is safe. Put the account right, then{" "}
        <Link to="/portal/payouts" search={{ payout: payout.id }}>
          ask for the payout to be sent again
        </Link>
        .
      </Trans>
    </Notice>
  );
}

function BankMissing({ account }: { account: Schema["Account"] }) {
  return (
    <Notice
      tone="warn"
      title={
        account.exists ? (
          <Trans>Stripe still needs something from you</Trans>
        ) : (
          <Trans>Tell us where to pay you</Trans>
        )
      }
      action={
        <LinkButton to="/portal/bank">
          {account.exists ? <Trans>Continue</Trans> : <Trans>Add a bank account</Trans>}
        </LinkButton>
      }
    >
      <Trans>Until then what you earn is kept for you and carried from month to month.</Trans>
    </Notice>
  );
}

function UnverifiedMail() {
  const { i18n } = useLingui();
  return (
    <Notice
      tone="warn"
      title={<Trans>Confirm your address of mail</Trans>}
      action={
        <Button size="sm" component="a" href={`/${i18n.locale}/account`}>
          <Trans>My account</Trans>
        </Button>
      }
    >
      <Trans>The link is in the letter that we sent you. A new one can be asked for in your account.</Trans>
    </Notice>
  );
}

function Unverified() {
  return (
    <Notice title={<Trans>We are checking your organisation</Trans>}>
      <Trans>You can prepare your listings. Payouts begin once the check is done.</Trans>
    </Notice>
  );
}

/** What of the file is missing, or ends soon; the checklist leads further. */
function FileNeeds({ file }: { file: File_ }) {
  const { i18n } = useLingui();
  const names = (wanted: string[]) =>
    file.items
      .filter(({ name }) => wanted.includes(name))
      .map(({ words }) => (i18n.locale === "fr" ? words.fr : words.en))
      .join(", ");
  const yours = neededFrom(file).map(({ name }) => name);
  const waiting = file.missing.filter((name) => !yours.includes(name));
  const open = (
    <LinkButton to="/portal/file">
      <Trans>Your file</Trans>
    </LinkButton>
  );
  if (file.complete)
    return (
      <Notice tone="warn" title={<Trans>Something in your file is to be renewed soon</Trans>} action={open}>
        {names(file.expiring)}
      </Notice>
    );
  if (yours.length === 0)
    return (
      <Notice title={<Trans>We are looking at what you sent</Trans>} action={open}>
        {names(waiting)}
      </Notice>
    );
  return (
    <Notice tone="warn" title={<Trans>Complete your file to sell and to be paid</Trans>} action={open}>
      {names(yours)}
    </Notice>
  );
}

function NotAccepted() {
  return (
    <Notice
      tone="bad"
      title={<Trans>Your application was not accepted</Trans>}
      action={
        <LinkButton to="/portal/file">
          <Trans>Read why</Trans>
        </LinkButton>
      }
    >
      <Trans>The reason stands in your file, and how to contest it.</Trans>
    </Notice>
  );
}

function NothingOnSale({ drafts }: { drafts: number }) {
  return (
    <Notice
      title={<Trans>Nothing of yours is on sale yet</Trans>}
      action={
        <LinkButton to="/portal/listings">
          {drafts > 0 ? <Trans>See the drafts</Trans> : <Trans>Create a listing</Trans>}
        </LinkButton>
      }
    >
      <Trans>Describe what you sell and submit it: we read it before it is on sale.</Trans>
    </Notice>
  );
}

function ToChange({ count }: { count: number }) {
  return (
    <Notice
      tone="warn"
      title={
        <Plural
          value={count}
          one="A listing has to be changed before it is on sale"
          other="# listings have to be changed before they are on sale"
        />
      }
      action={
        <LinkButton to="/portal/listings">
          <Trans>Read why</Trans>
        </LinkButton>
      }
    >
      <Trans>Each says what we ask for. Submit it again once it is done.</Trans>
    </Notice>
  );
}

export function LinkButton({
  to,
  children,
  danger = false,
}: {
  to: string;
  children: ReactNode;
  danger?: boolean;
}) {
  return (
    <Button
      size="sm"
      renderRoot={(props) => <Link to={to} {...props} />}
      {...(danger ? { color: "danger" } : {})}
    >
      {children}
    </Button>
  );
}

function Earned() {
  const overview = api.useQuery("get", "/api/portal/payouts/overview");
  const series = useSeries(overview.data?.earned ?? []);
  return (
    <Loaded query={overview} height={290}>
      {({ earned, currency }) =>
        earned.length === 0 ? null : (
          <Panel title={<Trans>What you earned, by channel</Trans>} aside={<Legend series={series} />}>
            <Bars
              caption={<Trans>What you earned, by channel</Trans>}
              series={series}
              months={earnings(earned)}
              currency={currency}
            />
          </Panel>
        )
      }
    </Loaded>
  );
}
