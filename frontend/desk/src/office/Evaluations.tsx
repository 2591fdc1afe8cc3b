import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { EvaluationAsked, useAsked } from "./EvaluationAsked";
import { Twice } from "./kit";
import { Named } from "./Named";
import css from "./office.module.css";
import { Points, telling } from "./Points";
import own from "./programmes.module.css";
import { FollowsPill, useProgrammeWords } from "./programmeWords";
import { forgetProgrammes, useProgramme } from "./useProgramme";

const route = getRouteApi("/office/programmes/$programme/");

/** Every evaluation of a programme; what one would come to today, before it is made. */
export function Evaluations({ code }: { code: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const { can } = useSession();
  const { one } = useProgramme(code);
  const [seen, setSeen] = useState<Schema["ForesightView"]>();
  const [asked, setAsked] = useState<true>();
  const query = api.useQuery("get", "/api/office/programmes/{programme}/evaluations", {
    params: { path: { programme: code }, query: { after: search.after, limit: 25 } },
  });
  const { asked: last, isUnderWay } = useAsked(code);
  const levels = one?.programme.levels.length ?? 0;
  const look = useAction(async () => {
    const { data, error } = await http.POST("/api/office/programmes/{programme}/evaluations/preview", {
      params: { path: { programme: code } },
    });
    if (error) throw error;
    setSeen(data);
  });
  const run = async () => {
    const { error } = await http.POST("/api/office/programmes/{programme}/evaluations", {
      params: { path: { programme: code } },
      body: {},
    });
    if (error) throw error;
    setSeen(undefined);
    await forgetProgrammes();
  };
  if (one && levels < 2)
    return (
      <Panel>
        <Empty title={<Trans>Nobody is evaluated here</Trans>}>
          <Trans>The programme has one level, which the office gives.</Trans>
        </Empty>
      </Panel>
    );
  return (
    <>
      <Panel
        title={<Trans>Evaluate everybody today</Trans>}
        aside={
          <div className={css.formEnd}>
            <Button variant="default" loading={look.pending} onClick={() => look.run()}>
              <Trans>Show who would move</Trans>
            </Button>
            {can("office:programme:write") ? (
              <Button disabled={!seen || isUnderWay} onClick={() => setAsked(true)}>
                <Trans>Evaluate now</Trans>
              </Button>
            ) : null}
          </div>
        }
      >
        <ProblemAlert error={look.error} />
        <EvaluationAsked asked={last} />
        <p className={css.note}>
          <Trans>
            Everybody is evaluated each quarter by itself, and who rises is found each day. Look at who would
            move before you evaluate in between.
          </Trans>
        </p>
        {seen ? <Foresight seen={seen} programme={one?.programme} /> : null}
      </Panel>
      <DataTable
        caption={t`Evaluations`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>Nobody was evaluated yet</Trans>}>
            <Trans>The first evaluation comes by itself, or from “Evaluate now”.</Trans>
          </Empty>
        }
        columns={[
          {
            key: "day",
            label: t`Over twelve months, until`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/programmes/$programme/evaluations/$runId"
                    params={{ programme: code, runId: row.id }}
                  >
                    {f.date(row.to_on)}
                  </Link>
                }
                second={row.kind === "quarterly" ? t`Everybody` : t`Only who rises or recovers`}
              />
            ),
          },
          {
            key: "who",
            label: t`Members then`,
            numeric: true,
            cell: (row) => f.number(row.organisations),
          },
          { key: "what", label: t`What followed`, cell: (row) => <Counts follows={row.follows} /> },
          {
            key: "at",
            label: t`Evaluated`,
            faint: true,
            cell: (row) => <Moment at={row.evaluated_at} happened />,
          },
        ]}
      />
      <Confirm
        about={asked}
        title={t`Evaluate everybody now?`}
        action={<Trans>Evaluate and write</Trans>}
        run={run}
        onClose={() => setAsked(undefined)}
      >
        <p className={css.note}>
          <Trans>
            Who rises holds the higher level at once; who falls short is told so by letter, with the day on
            which the level falls. This is not undone.
          </Trans>
        </p>
      </Confirm>
    </>
  );
}

export function Counts({ follows }: { follows: Schema["FollowsCount"][] }) {
  const f = useFormat();
  const { t } = useLingui();
  if (follows.length === 0) return t`Nothing`;
  return (
    <span className={css.formEnd}>
      {follows.map((each) => (
        <span key={each.follows} style={{ display: "inline-flex", gap: 6, alignItems: "center" }}>
          <FollowsPill follows={each.follows} />
          <b className="tnum">{f.number(each.organisations)}</b>
        </span>
      ))}
    </span>
  );
}

function Foresight({
  seen,
  programme,
}: {
  seen: Schema["ForesightView"];
  programme: Schema["ProgrammeView"] | undefined;
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  if (seen.moves.length === 0)
    return (
      <p role="status">
        {plural(seen.organisations, {
          one: "# member was measured: nothing would change.",
          other: "# members were measured: nothing would change.",
        })}
      </p>
    );
  return (
    <div role="status">
      <div className={own.parts}>
        <Counts follows={seen.follows} />
      </div>
      <section className={css.scroll} tabIndex={0} aria-label={t`Who would move`}>
        <table className={`${css.simple} ${css.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t`Partner`}</th>
              <th scope="col">{t`Holds`}</th>
              <th scope="col">{t`The facts say`}</th>
              <th scope="col">{t`What would follow`}</th>
              <th scope="col">{t`Why`}</th>
            </tr>
          </thead>
          <tbody>
            {seen.moves.map((move) => (
              <tr key={move.organisation_id}>
                <th scope="row">
                  <Link
                    className={css.link}
                    to="/office/programmes/$programme/members/$organisationId"
                    params={{ programme: seen.programme, organisationId: move.organisation_id }}
                  >
                    {move.organisation_name}
                  </Link>
                </th>
                <Named label={t`Holds`}>{words.level(programme, move.held)}</Named>
                <Named label={t`The facts say`}>{words.level(programme, move.level)}</Named>
                <Named label={t`What would follow`}>
                  <FollowsPill follows={move.follows} />
                </Named>
                <Named label={t`Why`}>
                  <Points points={move.points} level={telling(move)} measures={seen.measures} />
                </Named>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
