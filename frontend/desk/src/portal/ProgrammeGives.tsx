import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { day as isDay } from "../ui/search";
import css from "./Programme.module.css";
import { type Benefit, type Programme, useBenefitFigures, useProgrammeWords } from "./programmeWords";

const route = getRouteApi("/portal/programmes/$programme");
const NOON = "T12:00:00Z";

/** What each level gives on a day, past, present or announced, and which one was held. */
export function Gives({ programme }: { programme: Programme }) {
  const { t } = useLingui();
  const f = useFormat();
  const { on } = route.useSearch();
  const navigate = route.useNavigate();
  const words = useProgrammeWords();
  const go = (day: string | undefined) =>
    navigate({ search: (old) => ({ ...old, on: day }), resetScroll: false, replace: true });
  const levels = api.useQuery(
    "get",
    "/api/portal/programmes/{programme}/levels",
    { params: { path: { programme: programme.code }, query: on ? { at: on + NOON } : {} } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Panel
      title={<Trans>What the levels give</Trans>}
      aside={
        <Group gap="xs" wrap="wrap">
          <TextInput
            size="xs"
            type="date"
            aria-label={t`On this day`}
            value={on ?? ""}
            onChange={({ currentTarget: { value } }) => {
              if (!value || isDay(value)) void go(value || undefined);
            }}
          />
          {on ? (
            <Button size="xs" variant="default" onClick={() => go(undefined)}>
              <Trans>Today</Trans>
            </Button>
          ) : null}
        </Group>
      }
    >
      <Loaded query={levels} height={220}>
        {(data) => {
          const kinds = [
            ...new Set(data.levels.flatMap((each) => each.benefits.map((benefit) => benefit.kind))),
          ];
          const day = f.date(data.at);
          const held = data.held ? words.level(programme, data.held) : null;
          const change = data.changes_at[0];
          return (
            <>
              {on ? (
                <p className={css.about} role="status">
                  {held ? t`On ${day} you held ${held}.` : t`On ${day} you were not in this programme.`}
                </p>
              ) : null}
              {change && !on ? (
                <Notice
                  title={t`What the levels give changes on ${f.date(change)}`}
                  action={
                    <Button size="xs" variant="default" onClick={() => go(dayAfter(change))}>
                      <Trans>See it</Trans>
                    </Button>
                  }
                />
              ) : null}
              {kinds.length === 0 ? (
                <p className={css.faint}>
                  <Trans>Nothing was given by any level on that day.</Trans>
                </p>
              ) : (
                <Table
                  levels={data.levels.map((each) => ({ ...each, name: words.name(each.level) }))}
                  held={data.held}
                  kinds={kinds}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** The first whole day on which a change counts at noon. */
const dayAfter = (at: string) => new Date(new Date(at).getTime() + 86_400_000).toISOString().slice(0, 10);

function Table({
  levels,
  held,
  kinds,
}: {
  levels: { name: string; level: { code: string }; benefits: Benefit[] }[];
  held: string | null;
  kinds: Benefit["kind"][];
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const figures = useBenefitFigures();
  return (
    <section className={css.wide} tabIndex={0} aria-label={t`What each level gives`}>
      <table className={`${css.gives} tnum`}>
        <caption className="sr">{t`What each level gives`}</caption>
        <thead>
          <tr>
            <th scope="col">
              <Trans>Benefit</Trans>
            </th>
            {levels.map(({ level, name }) => (
              <th key={level.code} scope="col" data-held={level.code === held || undefined}>
                {name}
                {level.code === held ? <small> {t`(yours)`}</small> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">{words.kinds[kind]}</th>
              {levels.map(({ level, benefits }) => {
                const found = benefits.find((each) => each.kind === kind);
                return (
                  <td key={level.code} data-held={level.code === held || undefined}>
                    {found ? figures(found) : "–"}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
