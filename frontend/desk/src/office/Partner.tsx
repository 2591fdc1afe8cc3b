import { Trans, useLingui } from "@lingui/react/macro";
import type { UseQueryResult } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { Can } from "../desk/Can";
import { Empty } from "../desk/Empty";
import { useKindWords } from "../desk/kinds";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Balances } from "./Balances";
import { Decision } from "./Decision";
import { useFileWords } from "./fileWords";
import { MemberOf } from "./MemberOf";
import { OwesUs } from "./OwesUs";
import css from "./office.module.css";
import { PartnerContracts } from "./PartnerContracts";
import { PartnerNetwork } from "./PartnerNetwork";
import { PartnerParts } from "./PartnerParts";
import { PartnerRelation } from "./PartnerRelation";
import { PartnerSegment } from "./PartnerSegment";
import { PartnerStatements } from "./PartnerStatements";
import { PriceContracts } from "./PriceContracts";
import { PayoutPill, useWords, VerificationPill } from "./words";

const route = getRouteApi("/office/partners/$organisationId");

export function Partner() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const kinds = useKindWords();
  const { organisationId } = route.useParams();
  const path = { params: { path: { organisation_id: organisationId } } };
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}", path);
  if (isProblem(query.error) && query.error.status === 404) return <NoPartner />;
  return (
    <Page
      title={query.data?.name ?? <Trans>Partner</Trans>}
      about={query.data ? <VerificationPill state={query.data.verification} /> : null}
    >
      <p className={css.crumb}>
        <Link to="/office/partners">
          <Trans>All partners</Trans>
        </Link>
      </p>
      <Loaded query={query} height={220}>
        {(one) => (
          <Panel title={<Trans>Who it is</Trans>}>
            <Facts
              items={[
                [t`Reference`, one.reference],
                [t`Role`, one.roles.map(words.role).join(", ")],
                [t`Sub-type`, one.kinds.map(kinds.kind).join(", ") || t`None said`],
                ...(one.ecosystems.length
                  ? [
                      [t`Ecosystem`, one.ecosystems.map((each) => kinds.ecosystems[each]).join(", ")] as [
                        string,
                        string,
                      ],
                    ]
                  : []),
                ...(one.consumer || one.public_body
                  ? [
                      [t`Law`, one.consumer ? t`Consumer law, prices with VAT` : t`Public buyer`] as [
                        string,
                        string,
                      ],
                    ]
                  : []),
                [t`Country`, f.country(one.country)],
                [t`SIREN`, one.siren ?? t`Not given`],
                [t`SIRET`, one.siret ?? t`Not given`],
                [t`VAT number`, one.vat_number ?? t`Not given`],
                [t`VAT`, words.regime(one.vat_regime)],
                [t`E-mail`, one.email ?? t`Not given`],
                [t`Since`, <Moment key="s" at={one.created_at} day />],
              ]}
            />
            <Decision one={one} />
            <PartnerParts one={one} />
          </Panel>
        )}
      </Loaded>
      <div className={css.columns}>
        <Can scope="office:file:read">
          <FileOf id={organisationId} />
        </Can>
        <Can scope="office:payout:read">
          <Account id={organisationId} />
        </Can>
        <Can scope="office:settlement:read">
          <OwesUs id={organisationId} />
        </Can>
        <Can scope="office:ledger:read">
          <Balances id={organisationId} />
        </Can>
      </div>
      {query.data ? (
        <>
          <PartnerSegment id={organisationId} name={query.data.name} />
          <PartnerRelation id={organisationId} name={query.data.name} />
          <PartnerNetwork id={organisationId} name={query.data.name} roles={query.data.roles} />
          <Can scope="office:charge:read">
            <PriceContracts id={organisationId} />
          </Can>
          <PartnerContracts id={organisationId} isSupplier={query.data.roles.includes("supplier")} />
        </>
      ) : null}
      <Can scope="office:programme:read">
        <MemberOf id={organisationId} />
      </Can>
      <PartnerStatements id={organisationId} />
      <Payouts id={organisationId} />
      <p className={css.crumb}>
        <Link to="/office/sales" search={{ partner: organisationId }}>
          <Trans>All its sales</Trans>
        </Link>
      </p>
    </Page>
  );
}

/** The address names nobody: loading it again would not help. */
function NoPartner() {
  return (
    <Page title={<Trans>Partner</Trans>}>
      <Empty
        title={<Trans>This partner does not exist</Trans>}
        action={
          <Link className={css.link} to="/office/partners">
            <Trans>All partners</Trans>
          </Link>
        }
      >
        <Trans>The address names nobody. Look for the partner in the list.</Trans>
      </Empty>
    </Page>
  );
}

/** Whether its file is complete, and the way to it. */
function FileOf({ id }: { id: string }) {
  const { t } = useLingui();
  const words = useFileWords();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/file", {
    params: { path: { organisation_id: id } },
  });
  return (
    <Panel
      title={<Trans>File</Trans>}
      aside={
        <Link className={css.link} to="/office/files/$organisationId" params={{ organisationId: id }}>
          <Trans>Look at its file</Trans>
        </Link>
      }
    >
      <Loaded query={query}>
        {(file) => (
          <Facts
            items={[
              [
                t`State`,
                file.complete ? (
                  <Pill key="s" tone="good">{t`Complete`}</Pill>
                ) : (
                  <Pill key="s" tone="warn">{t`Not complete`}</Pill>
                ),
              ],
              ...(file.missing.length
                ? [[t`Missing`, file.missing.map(words.item).join(", ")] as [string, string]]
                : []),
              ...(file.expiring.length
                ? [[t`To be renewed soon`, file.expiring.map(words.item).join(", ")] as [string, string]]
                : []),
              ...(file.restricted.length
                ? [[t`Restricted`, file.restricted.map(words.scope).join(" · ")] as [string, string]]
                : []),
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Account({ id }: { id: string }) {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/account", {
    params: { path: { organisation_id: id } },
  });
  return (
    <Panel title={<Trans>Account at Stripe</Trans>}>
      <Loaded query={query}>
        {({ account: found }) =>
          found ? (
            <Facts
              items={[
                [
                  t`Payouts`,
                  found.payable ? (
                    <Pill tone="good">{t`Allowed`}</Pill>
                  ) : (
                    <Pill tone="warn">{t`Not allowed yet`}</Pill>
                  ),
                ],
                [
                  t`Account`,
                  <span key="a" className={css.code}>
                    {found.stripe_account ?? t`Being opened`}
                  </span>,
                ],
                [t`Bank account`, found.iban_last4 ? t`ends in ${found.iban_last4}` : t`Not given`],
                [t`Holder`, found.holder ?? t`Not given`],
                ...(found.requirements.length
                  ? [[t`Stripe still asks for`, found.requirements.join(", ")] as [string, string]]
                  : []),
                ...(found.checked_at
                  ? [[t`Read`, <Moment key="r" at={found.checked_at} happened />] as [string, ReactNode]]
                  : []),
              ]}
            />
          ) : (
            <Empty title={<Trans>It has none yet</Trans>}>
              <Trans>The partner opens it in the portal, under “Bank account”.</Trans>
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** A short table of one partner's own rows, the newest first. */
function Own<Row>({
  title,
  query,
  empty,
  head,
  children,
}: {
  title: ReactNode;
  query: UseQueryResult<{ items: Row[] }, unknown>;
  empty: ReactNode;
  /** What stands in the columns; those set to the right are numeric. */
  head?: { label: string; numeric?: boolean }[];
  children: (row: Row) => ReactNode;
}) {
  return (
    <Panel title={title} flush>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            empty
          ) : (
            <div className={css.scroll}>
              <table className={`${css.simple} tnum`}>
                {head ? (
                  <thead>
                    <tr>
                      {head.map(({ label, numeric }) => (
                        <th key={label} scope="col" className={numeric ? css.numeric : undefined}>
                          {label}
                        </th>
                      ))}
                    </tr>
                  </thead>
                ) : null}
                <tbody>{items.toReversed().map(children)}</tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Payouts({ id }: { id: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const query = api.useQuery("get", "/api/office/payouts", {
    params: { query: { organisation_id: id, limit: 200 } },
  });
  const why = (row: Schema["OfficePayoutView"]) => {
    if (row.held_reason) return words.reason(row.held_reason);
    return row.failure_code ? words.failure(row.failure_code) : "";
  };
  return (
    <Own
      title={<Trans>Payouts</Trans>}
      query={query}
      empty={
        <Empty title={<Trans>No payout yet</Trans>}>
          <Trans>A closed month is paid from its own page.</Trans>
        </Empty>
      }
      head={[
        { label: t`Statement` },
        { label: t`Month` },
        { label: t`State` },
        { label: t`Why` },
        { label: t`Amount`, numeric: true },
      ]}
    >
      {(row) => (
        <tr key={row.id}>
          <th scope="row">
            <Link className={css.link} to="/office/payouts/$payoutId" params={{ payoutId: row.id }}>
              {row.statement_number}
            </Link>
          </th>
          <td>{f.month(row.month)}</td>
          <td>
            <PayoutPill state={row.state} />
          </td>
          <td>{why(row)}</td>
          <td className={css.numeric}>
            <b>{f.money(row.amount)}</b>
          </td>
        </tr>
      )}
    </Own>
  );
}
