import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Loaded } from "../desk/Loaded";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { ShowAll, useFilter } from "./kit";
import css from "./office.module.css";
import { Points, telling } from "./Points";
import { FollowsPill, useProgrammeWords } from "./programmeWords";
import { useProgramme } from "./useProgramme";

const route = getRouteApi("/office/programmes/$programme/evaluations/$runId");

/** What one evaluation came to, organisation by organisation, each point explained. */
export function Evaluation() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme: code, runId } = route.useParams();
  const search = route.useSearch();
  const filter = useFilter();
  const { one } = useProgramme(code);
  const path = { run_id: runId };
  const run = api.useQuery("get", "/api/office/evaluations/{run_id}", { params: { path } });
  const { data: asked } = api.useQuery("get", "/api/office/programmes/{programme}/requirements", {
    params: { path: { programme: code } },
  });
  const query = api.useQuery(
    "get",
    "/api/office/evaluations/{run_id}/scorecards",
    { params: { path, query: { follows: search.follows, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const day = run.data ? f.date(run.data.to_on) : "";
  return (
    <Page
      title={run.data ? t`Evaluation of ${day}` : t`Evaluation`}
      about={one ? words.named(one.programme) : null}
      actions={
        <Export path={`/api/office/evaluations/${runId}/export`} wanted={{}}>
          <Trans>Every point</Trans>
        </Export>
      }
    >
      <p className={css.crumb}>
        <Link
          to="/office/programmes/$programme"
          params={{ programme: code }}
          search={{ part: "evaluations" }}
        >
          <Trans>All evaluations</Trans>
        </Link>
      </p>
      <Loaded query={run} height={48}>
        {({ follows }) => (
          <DataTable
            caption={t`Scorecards`}
            query={query}
            search={search}
            rowKey={(row) => row.id}
            filters={
              <Tabs
                label={t`What followed`}
                value={search.follows}
                onChange={(value) => filter({ follows: value })}
                items={[
                  {
                    value: undefined,
                    label: t`All`,
                    count: follows.reduce((sum, each) => sum + each.organisations, 0),
                  },
                  ...follows.map((each) => ({
                    value: each.follows,
                    label: words.follows(each.follows),
                    count: each.organisations,
                  })),
                ]}
              />
            }
            empty={
              search.follows ? (
                <Empty
                  title={<Trans>That followed for nobody</Trans>}
                  action={<ShowAll names={["follows"]} />}
                >
                  <Trans>Choose something else, or all.</Trans>
                </Empty>
              ) : (
                <Empty title={<Trans>Nobody moved</Trans>}>
                  <Trans>This evaluation looked only for those who rise or recover.</Trans>
                </Empty>
              )
            }
            columns={[
              {
                key: "who",
                label: t`Partner`,
                cell: (row) => (
                  <Link
                    className={css.link}
                    to="/office/programmes/$programme/members/$organisationId"
                    params={{ programme: code, organisationId: row.organisation_id }}
                  >
                    {row.organisation_name}
                  </Link>
                ),
              },
              { key: "held", label: t`Held`, cell: (row) => words.level(one?.programme, row.held) },
              {
                key: "level",
                label: t`The facts said`,
                cell: (row) => words.level(one?.programme, row.level),
              },
              {
                key: "follows",
                label: t`What followed`,
                cell: (row) => <FollowsPill follows={row.follows} />,
              },
              {
                key: "why",
                label: t`Why`,
                cell: (row) => (
                  <Points points={row.points} level={telling(row)} measures={asked?.measures ?? []} />
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
