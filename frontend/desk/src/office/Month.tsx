import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Figure, Figures, Page, Panel } from "../desk/Page";
import { PartAmount, PartName } from "../desk/Part";
import { useSession } from "../desk/session";
import { partsOfRows, rowOf } from "../desk/statement";
import { useFormat } from "../i18n/format";
import { IconDownload } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { Closing } from "./Closing";
import { Confirm, Twice } from "./kit";
import css from "./office.module.css";
import { usePartWords } from "./partWords";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

const route = getRouteApi("/office/months/$month");

export function Month() {
  const { month } = route.useParams();
  const f = useFormat();
  const query = api.useQuery("get", "/api/office/months");
  return (
    <Page title={<Trans>Month: {f.month(month)}</Trans>}>
      <p className={css.crumb}>
        <Link to="/office/months">
          <Trans>All months</Trans>
        </Link>
      </p>
      <Loaded query={query} height={300}>
        {({ items }) => {
          const row = items.find((one) => one.month === month);
          if (!row)
            return (
              <Panel>
                <Empty title={<Trans>Nothing was sold in this month</Trans>}>
                  <Trans>A month without a sale is closed with the next one that has some.</Trans>
                </Empty>
              </Panel>
            );
          return <Inside row={row} />;
        }}
      </Loaded>
    </Page>
  );
}

function Inside({ row }: { row: Schema["MonthLine"] }) {
  const { can } = useSession();
  const f = useFormat();
  return (
    <>
      {row.totals.map((total) => (
        <Figures key={total.net_sold.currency}>
          <Figure
            label={<Trans>Sold, before VAT</Trans>}
            value={f.money(total.net_sold)}
            note={<Trans>Lines: {f.number(row.line_count)}</Trans>}
          />
          <Figure label={<Trans>Partners receive</Trans>} value={f.money(total.partners)} />
          <Figure label={<Trans>We keep</Trans>} value={f.money(total.operator)} />
          {row.is_closed ? (
            <Figure
              label={<Trans>To be paid out, with VAT</Trans>}
              value={f.money(total.due)}
              note={<Trans>{f.money(total.carried)} carried</Trans>}
            />
          ) : null}
        </Figures>
      ))}
      <Closing
        month={row.month}
        isClosed={row.is_closed}
        isOver={row.is_over}
        wasAsked={row.closing !== null}
        closedAt={row.closed_at ?? null}
      />
      {row.is_closed && can("office:payout:read") ? <Paying month={row.month} /> : null}
      {can("office:report:read") ? <Downloads month={row.month} /> : null}
      {row.is_closed ? <Statements month={row.month} /> : null}
    </>
  );
}

function Paying({ month }: { month: string }) {
  const { t } = useLingui();
  const words = useWords();
  const f = useFormat();
  const [asking, setAsking] = useState(false);
  const [paid, setPaid] = useState<Schema["MonthPaidView"]>();
  const query = api.useQuery("get", "/api/office/payouts", { params: { query: { month, limit: 200 } } });
  const pay = useAction(async () => {
    const { data, error } = await http.POST("/api/office/months/{month}/pay", {
      params: { path: { month } },
    });
    if (error) throw error;
    setPaid(data);
    setAsking(false);
    await Promise.all(
      ["/api/office/payouts", "/api/office/payout-counts", "/api/office/overview"].map((path) =>
        queryClient.invalidateQueries({ queryKey: ["get", path] }),
      ),
    );
  });
  return (
    <Panel
      title={<Trans>Payouts of this month</Trans>}
      aside={
        <Can scope="office:payout:send">
          {asking ? null : (
            <Button variant="default" size="sm" onClick={() => setAsking(true)}>
              <Trans>Start the payouts</Trans>
            </Button>
          )}
        </Can>
      }
    >
      <ProblemAlert error={pay.error} />
      {asking ? (
        <Confirm
          question={
            <Trans>
              Every statement of {f.month(month)} that owes something is paid, once. What something holds says
              why and waits.
            </Trans>
          }
          yes={<Trans>Start the payouts of {f.month(month)}</Trans>}
          pending={pay.pending}
          onYes={() => pay.run()}
          onNo={() => setAsking(false)}
        />
      ) : null}
      {paid ? (
        <Notice tone="good" title={t`The payouts are under way`}>
          {Object.entries(paid.states)
            .map(([state, number]) => t`${words.payout(state)}: ${f.number(number)}`)
            .join(" · ")}
        </Notice>
      ) : null}
      <Loaded query={query} height={60}>
        {({ items }) => {
          if (items.length === 0)
            return (
              <p className={css.note} style={{ margin: 0 }}>
                <Trans>None was started yet.</Trans>
              </p>
            );
          const states = new Map<Schema["OfficePayoutView"]["state"], number>();
          for (const { state } of items) states.set(state, (states.get(state) ?? 0) + 1);
          return (
            <div className={css.formEnd}>
              {[...states].map(([state, number]) => (
                <Link key={state} to="/office/payouts" search={{ month, state }} className={css.link}>
                  <Pill
                    tone={
                      state === "failed" ? "bad" : state === "paid" || state === "final" ? "good" : "neutral"
                    }
                  >
                    {words.payout(state)} · {f.number(number)}
                  </Pill>
                </Link>
              ))}
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Downloads({ month }: { month: string }) {
  const { t, i18n } = useLingui();
  const files = [
    { kind: "sales", label: t`Sales, one line each`, formats: ["csv", "xlsx"] },
    { kind: "payouts", label: t`Payouts, one line per statement`, formats: ["csv", "xlsx", "pdf"] },
  ];
  return (
    <Panel title={<Trans>Downloads</Trans>}>
      <div className={css.columns}>
        {files.map(({ kind, label, formats }) => (
          <div key={kind}>
            <p className={css.note}>{label}</p>
            <div className={css.formEnd}>
              {formats.map((format) => (
                <Button
                  key={format}
                  component="a"
                  size="sm"
                  variant="default"
                  leftSection={<IconDownload size={15} />}
                  href={`/api/office/reports/${kind}/${month}?format=${format}&language=${i18n.locale}&locale=${
                    i18n.locale === "fr" ? "fr" : "international"
                  }`}
                  download
                >
                  {format.toUpperCase()}
                  <span className="sr"> {label}</span>
                </Button>
              ))}
            </div>
          </div>
        ))}
      </div>
    </Panel>
  );
}

/** Each row adds up to what is paid out. */
function Statements({ month }: { month: string }) {
  const { t } = useLingui();
  const words = usePartWords();
  const search = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/statements",
    { params: { query: { month, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <DataTable
      caption={t`Statements`}
      query={query}
      search={search}
      rowKey={(row) => row.id}
      empty={
        <Empty title={<Trans>No statement was drawn</Trans>}>
          <Trans>Nobody had sold anything in this month, nor was anything carried into it.</Trans>
        </Empty>
      }
      columns={[
        {
          key: "number",
          label: t`Statement`,
          cell: (row) => (
            <Twice
              first={
                <Link
                  className={css.link}
                  to="/office/statements/$statementId"
                  params={{ statementId: row.id }}
                >
                  {row.organisation_name}
                </Link>
              }
              second={row.number}
            />
          ),
        },
        ...partsOfRows(query.data?.items ?? []).map((part) => ({
          key: part,
          label: <PartName>{words[part]}</PartName>,
          numeric: true,
          cell: (row: Schema["StatementView"]) => <PartAmount value={rowOf(row)[part]} />,
        })),
        {
          key: "due",
          label: t`To be paid out`,
          numeric: true,
          cell: (row) => <Amount value={row.due} strong />,
        },
        {
          key: "hold",
          label: t`Held until`,
          faint: true,
          cell: (row) => (row.hold_until ? <Moment at={row.hold_until} day /> : null),
        },
      ]}
    />
  );
}
