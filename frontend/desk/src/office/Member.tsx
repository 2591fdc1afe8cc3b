import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Timeline } from "../desk/Timeline";
import { useFormat } from "../i18n/format";
import { type Change, LevelChange } from "./LevelChange";
import { Named } from "./Named";
import { useNames } from "./names";
import css from "./office.module.css";
import { Points, telling } from "./Points";
import { FollowsPill, useProgrammeWords } from "./programmeWords";

const route = getRouteApi("/office/programmes/$programme/members/$organisationId");

/** One organisation in one programme: its level, how it came there, what is missing, what to decide. */
export function Member() {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const { programme: code, organisationId } = route.useParams();
  const path = { organisation_id: organisationId };
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/programmes", {
    params: { path },
  });
  const name = useNames([organisationId])(organisationId);
  const standing = query.data?.standings.find(({ programme }) => programme.code === code);
  return (
    <Page
      title={name}
      about={standing ? words.named(standing.programme) : null}
      actions={
        <Button component={Link} to={`/office/partners/${organisationId}` as never} variant="default">
          <Trans>Its page</Trans>
        </Button>
      }
    >
      <p className={css.crumb}>
        <Link to="/office/programmes/$programme" params={{ programme: code }}>
          {standing ? t`All members of ${words.named(standing.programme)}` : t`All members`}
        </Link>
      </p>
      <Loaded query={query} height={320}>
        {(found) =>
          standing ? (
            <>
              <Level standing={standing} organisationId={organisationId} name={name} />
              {standing.programme.levels.length > 1 && standing.level ? (
                <Progress organisationId={organisationId} programme={standing.programme} />
              ) : null}
              <History found={found} programme={standing.programme} />
              {standing.programme.levels.length > 1 ? (
                <Scorecards organisationId={organisationId} programme={standing.programme} />
              ) : null}
            </>
          ) : (
            <Empty title={<Trans>There is no such programme</Trans>} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Level({
  standing,
  organisationId,
  name,
}: {
  standing: Schema["StandingView"];
  organisationId: string;
  name: string;
}) {
  const { t } = useLingui();
  const { can } = useSession();
  const words = useProgrammeWords();
  const [change, setChange] = useState<Change>();
  const { programme, level, demotion, override_until: until } = standing;
  const rank = programme.levels.find((each) => each.code === level)?.rank ?? 0;
  const may = can("office:programme:write");
  const top = programme.levels.length;
  const ways: [Change, string, boolean][] = [
    ["enter", t`Let it in`, level === null],
    ["promote", t`Promote`, level !== null && !until && rank < top],
    ["demote", t`Announce a fall`, level !== null && !until && !demotion && rank > 1],
    ["keep", t`Call the fall off`, demotion !== null],
    ["override", t`Hold a level by exception`, level !== null && top > 1],
    ["end", t`Let it leave`, level !== null],
  ];
  return (
    <>
      {demotion ? (
        <Notice tone="warn" title={t`A fall to ${words.level(programme, demotion.to_level)} is announced`}>
          <Trans>
            On <Moment at={demotion.effective_at} day />, unless the conditions are met again before.
          </Trans>{" "}
          {demotion.reason}
        </Notice>
      ) : null}
      <Panel title={<Trans>Level</Trans>}>
        <Facts
          items={[
            [t`Holds`, level ? words.level(programme, level) : t`It is not in this programme`],
            ...(standing.since
              ? [[t`Since`, <Moment key="s" at={standing.since} />] as [string, ReactNode]]
              : []),
            ...(until ? [[t`By exception until`, <Moment key="u" at={until} />] as [string, ReactNode]] : []),
            [
              t`What it gives now`,
              standing.benefits.map(({ kind }) => words.benefit(kind)).join(", ") || t`Nothing`,
            ],
          ]}
        />
        {may ? (
          <div className={css.formEnd} style={{ marginTop: 14 }}>
            {ways
              .filter(([, , is]) => is)
              .map(([which, label]) => (
                <Button
                  key={which}
                  size="sm"
                  variant="default"
                  color={which === "end" ? "danger" : undefined}
                  onClick={() => setChange(which)}
                >
                  {label}
                </Button>
              ))}
          </div>
        ) : null}
      </Panel>
      {change ? (
        <LevelChange
          change={change}
          standing={standing}
          organisationId={organisationId}
          name={name}
          onClose={() => setChange(undefined)}
        />
      ) : null}
    </>
  );
}

interface Whose {
  organisationId: string;
  programme: Schema["ProgrammeView"];
}

function Progress({ organisationId, programme }: Whose) {
  const words = useProgrammeWords();
  const query = api.useQuery(
    "get",
    "/api/office/organisations/{organisation_id}/programmes/{programme}/progress",
    { params: { path: { organisation_id: organisationId, programme: programme.code } } },
  );
  return (
    <Loaded query={query}>
      {({ points, measures, level }) => (
        <div className={css.columns}>
          {programme.levels.slice(1).map((one) => (
            <Panel
              key={one.code}
              title={
                one.code === level ? (
                  <Trans>Held: {words.named(one)}</Trans>
                ) : (
                  <Trans>Towards {words.named(one)}</Trans>
                )
              }
            >
              <Points points={points} level={one.code} measures={measures} />
            </Panel>
          ))}
        </div>
      )}
    </Loaded>
  );
}

function History({
  found,
  programme,
}: {
  found: Schema["OrganisationProgrammes"];
  programme: Schema["ProgrammeView"];
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const periods = found.history.filter((each) => each.programme === programme.code);
  const off = found.demotions.filter(
    (each) => each.programme === programme.code && each.state === "cancelled",
  );
  const steps = [
    ...periods.map((each) => ({
      key: each.starts_at,
      label: t`${words.kind(each.kind)}: ${words.level(programme, each.level)}`,
      note: each.reason,
      at: each.starts_at,
      state: each.ends_at === null ? ("now" as const) : ("done" as const),
    })),
    ...periods
      .filter((each) => each.ends_at !== null && !periods.some((next) => next.starts_at === each.ends_at))
      .map((each) => ({
        key: `left ${each.ends_at}`,
        label: t`Left the programme`,
        at: each.ends_at,
        state: "bad" as const,
      })),
    ...off.map((each) => ({
      key: `off ${each.announced_at}`,
      label: t`A fall to ${words.level(programme, each.to_level)} was called off`,
      note: each.closed_reason,
      at: each.closed_at,
      state: "done" as const,
    })),
  ].toSorted((one, other) => (other.at ?? "").localeCompare(one.at ?? ""));
  return (
    <Panel title={<Trans>History</Trans>}>
      {steps.length === 0 ? (
        <Empty title={<Trans>It was never in this programme</Trans>}>
          <Trans>It applies in the portal, or you let it in here.</Trans>
        </Empty>
      ) : (
        <Timeline steps={steps} />
      )}
    </Panel>
  );
}

function Scorecards({ organisationId, programme }: Whose) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/scorecards", {
    params: { path: { organisation_id: organisationId } },
  });
  const { data: asked } = api.useQuery("get", "/api/office/programmes/{programme}/requirements", {
    params: { path: { programme: programme.code } },
  });
  return (
    <Panel title={<Trans>Scorecards</Trans>} flush>
      <Loaded query={query}>
        {(all) => {
          const cards = all.filter((card) => card.programme === programme.code);
          if (cards.length === 0)
            return (
              <Empty title={<Trans>It was not evaluated yet</Trans>}>
                <Trans>Everybody is evaluated at the beginning of each quarter.</Trans>
              </Empty>
            );
          return (
            <section className={css.scroll} tabIndex={0} aria-label={t`Scorecards`}>
              <table className={`${css.simple} ${css.cards}`}>
                <thead>
                  <tr>
                    <th scope="col">{t`Until`}</th>
                    <th scope="col">{t`Held`}</th>
                    <th scope="col">{t`The facts said`}</th>
                    <th scope="col">{t`What followed`}</th>
                    <th scope="col">{t`Why`}</th>
                  </tr>
                </thead>
                <tbody>
                  {cards.map((card) => (
                    <tr key={card.id}>
                      <th scope="row">{f.date(card.to_on)}</th>
                      <Named label={t`Held`}>{words.level(programme, card.held)}</Named>
                      <Named label={t`The facts said`}>{words.level(programme, card.level)}</Named>
                      <Named label={t`What followed`}>
                        <FollowsPill follows={card.follows} />
                      </Named>
                      <Named label={t`Why`}>
                        <Points points={card.points} level={telling(card)} measures={asked?.measures ?? []} />
                      </Named>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          );
        }}
      </Loaded>
    </Panel>
  );
}
