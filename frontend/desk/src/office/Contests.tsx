import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { type Contest, ContestPill } from "../desk/contests";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { ShowAll, Twice, useFilter } from "./kit";
import css from "./office.module.css";

const route = getRouteApi("/office/contests");

/** Statements that their partners contest: those that wait first. */
export function Contests() {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const filter = useFilter();
  const query = api.useQuery(
    "get",
    "/api/office/contests",
    { params: { query: { contest_state: search.state ?? null, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Contested statements</Trans>}
      about={<Trans>What partners say is wrong on their statements, and what we answered.</Trans>}
    >
      <DataTable
        caption={t`Contested statements`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <Tabs<Contest["state"]>
            label={t`State`}
            value={search.state}
            onChange={(wanted) => filter({ state: wanted })}
            items={[
              { value: undefined, label: t`Every state` },
              { value: "waiting", label: t`Waiting for an answer` },
              { value: "accepted", label: t`Accepted` },
              { value: "refused", label: t`Refused` },
            ]}
          />
        }
        empty={
          search.state ? (
            <Empty title={<Trans>Nothing in this state</Trans>} action={<ShowAll names={["state"]} />}>
              <Trans>Choose another state.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No statement was contested</Trans>}>
              <Trans>
                Partners contest a statement on its page in the portal, in the days of its mandate.
              </Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "statement",
            label: t`Statement`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/statements/$statementId"
                    params={{ statementId: row.statement_id }}
                  >
                    {row.number}
                  </Link>
                }
                second={f.month(row.month)}
              />
            ),
          },
          { key: "whose", label: t`Partner`, cell: (row) => row.organisation_name },
          { key: "why", label: t`What is wrong`, cell: (row) => row.reason },
          { key: "state", label: t`State`, cell: (row) => <ContestPill state={row.state} /> },
          {
            key: "at",
            label: t`Contested on`,
            faint: true,
            cell: (row) => <Moment at={row.contested_at} day happened />,
          },
        ]}
      />
    </Page>
  );
}
