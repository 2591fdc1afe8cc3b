import { Trans, useLingui } from "@lingui/react/macro";
import { api } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Panel } from "../desk/Page";
import { type Step, Timeline } from "../desk/Timeline";
import { useFormat } from "../i18n/format";
import { placeOf, ticksBetween } from "./levelAxis";
import css from "./Programme.module.css";
import { type Period, type Standing, useProgrammeWords } from "./programmeWords";

/** Every level ever held, on an axis of time and in words. */
export function History({ standing }: { standing: Standing }) {
  const history = api.useQuery("get", "/api/portal/programmes/history");
  return (
    <Loaded query={history} height={240}>
      {(items) => {
        const own = items.filter((each) => each.programme === standing.programme.code);
        if (own.length === 0) return null;
        return <Whole periods={own} standing={standing} />;
      }}
    </Loaded>
  );
}

function Whole({ periods, standing }: { periods: Period[]; standing: Standing }) {
  return (
    <Panel title={<Trans>History of your level</Trans>}>
      <Lanes periods={periods} standing={standing} />
      <Timeline steps={useSteps(periods, standing)} />
    </Panel>
  );
}

/** One lane for each level, the highest on top; what is announced is hatched. */
function Lanes({ periods, standing }: { periods: Period[]; standing: Standing }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme, demotion, override_until } = standing;
  const now = Date.now();
  const ahead = demotion?.effective_at ?? override_until;
  const from = Math.min(...periods.map((each) => new Date(each.starts_at).getTime()));
  const to = Math.max(now, ahead ? new Date(ahead).getTime() : 0) + (now - from) * 0.02 + 3_600_000;
  const levels = [...programme.levels].sort((one, other) => other.rank - one.rank);
  const bar = (start: string, end: string | number) => {
    const left = placeOf(start, from, to);
    return { left: `${left}%`, width: `${Math.max(placeOf(end, from, to) - left, 0.4)}%` };
  };
  return (
    <div className={css.lanes} role="img" aria-label={t`Your levels over time; the list below says the same`}>
      {levels.map((level) => (
        <div key={level.code} className={css.lane}>
          <span>{words.name(level)}</span>
          <div>
            {periods
              .filter((each) => each.level === level.code)
              .map((each) => (
                <i
                  key={each.starts_at}
                  data-kind={each.kind}
                  style={bar(each.starts_at, each.ends_at ?? now)}
                />
              ))}
            {demotion && demotion.from_level === level.code ? (
              <i data-ahead style={bar(new Date(now).toISOString(), demotion.effective_at)} />
            ) : null}
            {demotion && demotion.to_level === level.code ? (
              <i data-ahead style={bar(demotion.effective_at, to)} />
            ) : null}
          </div>
        </div>
      ))}
      <div className={css.lane}>
        <span />
        <div className={css.axis}>
          {ticksBetween(from, to, 4)
            .filter((tick) => tick.left < 84)
            .map((tick) => (
              <em key={tick.at} style={{ left: `${tick.left}%` }}>
                {f.date(tick.at, { month: "short", year: "numeric" })}
              </em>
            ))}
          <u style={{ left: `${placeOf(now, from, to)}%` }} title={t`Today`} />
        </div>
      </div>
    </div>
  );
}

function useSteps(periods: Period[], standing: Standing): Step[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme, demotion } = standing;
  const steps: Step[] = periods.map((each, index) => {
    const [change, level] = [words.changes[each.kind], words.level(programme, each.level)];
    const until = each.override_until ? f.date(each.override_until) : "";
    const last = each.ends_at ? f.date(each.ends_at) : "";
    const gone = each.ends_at && periods[index - 1]?.starts_at !== each.ends_at;
    return {
      key: each.starts_at,
      label: t`${change}: ${level}`,
      note: [each.reason, until && t`Until ${until}.`, gone ? t`Left the programme on ${last}.` : ""]
        .filter(Boolean)
        .join(" "),
      at: each.starts_at,
      state: each.kind === "demotion" ? "bad" : "done",
    };
  });
  if (demotion) {
    const [change, level] = [words.changes.demotion, words.level(programme, demotion.to_level)];
    const day = f.date(demotion.effective_at);
    steps.unshift({
      key: "ahead",
      label: t`${change}: ${level}`,
      note: t`On ${day}, unless the conditions are met again before.`,
      state: "later",
    });
  }
  return steps;
}
