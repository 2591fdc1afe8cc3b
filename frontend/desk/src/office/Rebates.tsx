import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { lastQuarters } from "../desk/quarters";
import { Steps, useQuarter } from "../desk/rebates";
import { useFormat } from "../i18n/format";
import { Choice, lastMonths, Twice } from "./kit";
import { SupplierShares } from "./SupplierShares";

const route = getRouteApi("/office/rebates");
type View = Schema["RebatesView"];
type Line = Schema["RebateLine"];

/** What we owe partners on a quarter's turnover, and suppliers on a month's revenue, by rule. */
export function Rebates() {
  const { t } = useLingui();
  const said = useQuarter();
  const { quarter: chosen, month } = route.useSearch();
  const quarters = lastQuarters(lastMonths(1)[0] ?? "", 8);
  const quarter = chosen ?? quarters[1] ?? "";
  const [asked, setAsked] = useState<View>();
  const path = { params: { path: { quarter } } };
  const query = api.useQuery("get", "/api/office/rebates/{quarter}", path);
  const post = async (view: View) => {
    const { error } = await http.POST("/api/office/rebates/{quarter}", {
      params: { path: { quarter: view.quarter } },
    });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/rebates/{quarter}"] });
  };
  const view = query.data;
  const mayPost = view?.state === "ready" && view.new > 0;
  return (
    <Page
      title={<Trans>Rebates and shares</Trans>}
      about={
        <Trans>What we owe by a rule: on partners’ turnover, and on the revenue of suppliers’ pools.</Trans>
      }
      actions={
        <>
          {mayPost ? (
            <Can scope="office:settlement:close">
              <Button size="sm" onClick={() => setAsked(view)}>
                {t`Post the rebates of ${said(quarter)}`}
              </Button>
            </Can>
          ) : null}
          <Export path={`/api/office/rebates/${quarter}/export`} wanted={{}}>
            <Trans>Export these rebates</Trans>
          </Export>
        </>
      }
    >
      {view ? <State view={view} /> : null}
      {view?.tables.map((table) => (
        <Tiers key={table.currency} table={table} />
      ))}
      <DataTable
        caption={t`Rebates of ${said(quarter)}`}
        query={{ ...query, data: view ? { items: view.items } : undefined }}
        rowKey={(row) => `${row.organisation_id}-${row.turnover.currency}`}
        pageSize={4}
        filters={
          <Choice
            label={t`Last quarter`}
            name="quarter"
            value={chosen}
            options={Object.fromEntries(quarters.map((one) => [one, said(one)]))}
          />
        }
        columns={useColumns()}
        empty={
          <Empty title={<Trans>No turnover in this quarter</Trans>}>
            <Trans>A partner appears once it is invoiced while its level gives the rebate.</Trans>
          </Empty>
        }
      />
      <SupplierShares month={month} />
      <Confirm
        about={asked}
        title={t`Post the rebates of ${said(quarter)}?`}
        action={<Trans>Post them</Trans>}
        run={post}
        onClose={() => setAsked(undefined)}
      >
        <p>
          <Plural
            value={asked?.new ?? 0}
            one="# partner has a credit note on its next statement. It is not taken back: refunds correct it."
            other="# partners have a credit note on their next statement. They are not taken back: refunds correct them."
          />
        </p>
      </Confirm>
    </Page>
  );
}

/** What can be done with the quarter now. */
function State({ view }: { view: View }) {
  const { t } = useLingui();
  const f = useFormat();
  const totals = view.totals.map((total) => f.money(total)).join(", ");
  if (view.state === "running") {
    return (
      <Notice title={t`The quarter is running`}>
        <Trans>This is what it comes to so far; nothing is posted before it is over.</Trans>
      </Notice>
    );
  }
  if (view.state === "open") {
    const month = view.close_first ? f.month(view.close_first) : "";
    return (
      <Notice
        tone="warn"
        title={t`Close ${month} first`}
        action={
          <Link to="/office/months">
            <Trans>To the months</Trans>
          </Link>
        }
      >
        <Trans>Until then more may be invoiced in the quarter.</Trans>
      </Notice>
    );
  }
  if (view.state === "posted") {
    return (
      <Notice tone="good" title={t`Posted: ${totals}`}>
        <Trans>Refunds that are made from now on correct it by themselves, every night.</Trans>
      </Notice>
    );
  }
  return view.items.length > 0 ? (
    <Notice title={t`A dry run: ${totals}`}>
      <Trans>Nothing is posted yet. Look through the lines, then post them.</Trans>
    </Notice>
  ) : null;
}

/** The tiers in force, with a warning where one cent more jumps. */
function Tiers({ table }: { table: Schema["RebateTable"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const first = table.jumps[0];
  return (
    <Panel
      title={
        table.mode === "incremental" ? (
          <Trans>Tiers: each part of the turnover at its own rate</Trans>
        ) : (
          <Trans>Tiers: all of the turnover at the highest rate reached</Trans>
        )
      }
    >
      <Facts
        items={table.tiers.map((tier) => [t`From ${f.money(tier.from_turnover)}`, f.rate(tier.rate_bp)])}
      />
      {first ? (
        <Notice tone="warn" title={t`These tiers jump`}>
          {t`At ${f.money(first.from_turnover)} one cent more gives ${f.money(first.jump)} more.`}
        </Notice>
      ) : null}
    </Panel>
  );
}

function useColumns(): Column<Line>[] {
  const { t } = useLingui();
  return [
    {
      key: "who",
      label: t`Partner`,
      cell: (row) => (
        <Twice
          first={
            <Link to="/office/partners/$organisationId" params={{ organisationId: row.organisation_id }}>
              {row.organisation_name}
            </Link>
          }
          second={row.organisation_reference}
        />
      ),
    },
    {
      key: "turnover",
      label: t`Turnover`,
      numeric: true,
      cell: (row) => <Amount value={row.turnover} />,
    },
    { key: "how", label: t`By rate`, faint: true, numeric: true, cell: (row) => <Steps steps={row.steps} /> },
    { key: "rebate", label: t`Rebate`, numeric: true, cell: (row) => <Amount value={row.rebate} strong /> },
    {
      key: "posted",
      label: t`Posted`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.posted} />,
    },
    {
      key: "left",
      label: t`To post`,
      numeric: true,
      cell: (row) => <Amount value={row.to_post} sign />,
    },
  ];
}
