import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { Pill } from "../ui/Pill";
import { Evaluations } from "./Evaluations";
import { ShowAll, useFilter } from "./kit";
import css from "./office.module.css";
import type { Part } from "./programmeParts";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { Requirements } from "./Requirements";
import { useProgramme } from "./useProgramme";

const route = getRouteApi("/office/programmes/$programme/");

/** One programme: who is in it, what its levels ask for, how they were evaluated. */
export function Programme() {
  const { t } = useLingui();
  const { programme: code } = route.useParams();
  const { part } = route.useSearch();
  const filter = useFilter();
  const words = useProgrammeWords();
  const { one } = useProgramme(code);
  return (
    <Page
      title={one ? words.named(one.programme) : <Trans>Programme</Trans>}
      about={one ? words.summary(one.programme) : null}
      actions={
        part === undefined ? (
          <Export path={`/api/office/programmes/${code}/members/export`} wanted={{}}>
            <Trans>All members</Trans>
          </Export>
        ) : null
      }
    >
      <p className={css.crumb}>
        <Link to="/office/programmes">
          <Trans>All programmes</Trans>
        </Link>
      </p>
      <div className={own.parts}>
        <Tabs<Part>
          label={t`Part of the programme`}
          value={part}
          onChange={(next) => filter({ part: next, level: undefined })}
          items={[
            { value: undefined, label: t`Members` },
            { value: "requirements", label: t`What levels ask for` },
            { value: "evaluations", label: t`Evaluations` },
          ]}
        />
      </div>
      {part === "requirements" ? (
        <Requirements code={code} />
      ) : part === "evaluations" ? (
        <Evaluations code={code} />
      ) : (
        <Members code={code} counted={one} />
      )}
    </Page>
  );
}

function Members({ code, counted }: { code: string; counted: Schema["CountedView"] | undefined }) {
  const { t } = useLingui();
  const search = route.useSearch();
  const filter = useFilter();
  const words = useProgrammeWords();
  const query = api.useQuery(
    "get",
    "/api/office/programmes/{programme}/members",
    {
      params: {
        path: { programme: code },
        query: { level: search.level, after: search.after, limit: 25 },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const name = (level: string) => words.level(counted?.programme, level);
  return (
    <DataTable
      caption={t`Members`}
      query={query}
      search={search}
      rowKey={(row) => row.organisation_id}
      filters={
        <Tabs
          label={t`Level`}
          value={search.level}
          onChange={(level) => filter({ level })}
          items={[
            {
              value: undefined,
              label: t`Every level`,
              count: counted?.levels.reduce((sum, { members }) => sum + members, 0),
            },
            ...(counted?.levels ?? []).map(({ level, members }) => ({
              value: level,
              label: name(level),
              count: members,
            })),
          ]}
        />
      }
      empty={
        search.level ? (
          <Empty title={<Trans>Nobody holds this level</Trans>} action={<ShowAll names={["level"]} />}>
            <Trans>Choose another level, or all.</Trans>
          </Empty>
        ) : (
          <Empty title={<Trans>Nobody is in this programme yet</Trans>}>
            <Trans>Partners apply in the portal; on a partner’s page you may let it in without.</Trans>
          </Empty>
        )
      }
      columns={[
        {
          key: "name",
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
        { key: "level", label: t`Level`, cell: (row) => name(row.level) },
        { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.since} day /> },
        {
          key: "kind",
          label: t`How it came`,
          cell: (row) =>
            row.override_until ? (
              <Pill tone="accent">
                <Trans>
                  By exception until <Moment at={row.override_until} day />
                </Trans>
              </Pill>
            ) : (
              words.kind(row.kind)
            ),
        },
        {
          key: "coming",
          label: t`To come`,
          cell: (row) =>
            row.demotion_to && row.demotion_at ? (
              <Pill tone="warn">
                <Trans>
                  {name(row.demotion_to)} from <Moment at={row.demotion_at} day />
                </Trans>
              </Pill>
            ) : (
              "–"
            ),
        },
      ]}
    />
  );
}
