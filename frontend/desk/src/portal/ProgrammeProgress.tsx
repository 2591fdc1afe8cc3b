import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { here } from "../desk/rows";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { IconCheck } from "../ui/icons";
import { Pill } from "../ui/Pill";
import css from "./Programme.module.css";
import { type Programme, useProgrammeWords } from "./programmeWords";

type Progress = Schema["ProgressView"];
type Point = Schema["PointView"];
type Measure = Schema["MeasureName"];

/** The conditions of the next level and of the one held: needed, measured, missing. */
export function Missing({ programme, level }: { programme: Programme; level: string }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const progress = api.useQuery("get", "/api/portal/programmes/{programme}/progress", {
    params: { path: { programme: programme.code } },
  });
  return (
    <Loaded query={progress} height={320}>
      {(data) => {
        const next = data.next_level;
        const nextName = next ? words.level(programme, next) : "";
        const heldName = words.level(programme, level);
        const ahead = data.points.filter((each) => each.level === next);
        const held = data.points.filter((each) => each.level === level);
        return (
          <>
            {next ? (
              <Panel title={t`What is missing for ${nextName}`} aside={<Count points={ahead} />} flush>
                {ahead.length && ahead.every((each) => each.missing === 0) ? (
                  <div className={css.notice}>
                    <Notice tone="good" title={<Trans>Every condition is met</Trans>}>
                      <Trans>
                        The next nightly evaluation raises your level, and the prices follow at once.
                      </Trans>
                    </Notice>
                  </div>
                ) : null}
                <Points caption={t`Conditions of ${nextName}`} points={ahead} data={data} />
              </Panel>
            ) : null}
            {held.length ? (
              <Panel title={t`What keeps ${heldName}`} aside={<Count points={held} />} flush>
                <Points caption={t`Conditions of ${heldName}`} points={held} data={data} />
              </Panel>
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}

function Count({ points }: { points: Point[] }) {
  const { t } = useLingui();
  const f = useFormat();
  const [met, all] = [f.number(points.filter((each) => each.missing === 0).length), f.number(points.length)];
  return <Pill tone={met === all ? "good" : "warn"}>{t`${met} of ${all} met`}</Pill>;
}

function Points({ caption, points, data }: { caption: string; points: Point[]; data: Progress }) {
  const words = useProgrammeWords();
  const measure = (code: string) => data.measures.find((each) => each.code === code);
  const figure = (point: Point, value: number) =>
    words.figure(measure(point.measure)?.unit ?? "count", value);
  return (
    <div className={css.bare}>
      <DataTable
        caption={caption}
        query={here(points)}
        rowKey={(row) => row.measure}
        empty={null}
        columns={[
          {
            key: "measure",
            label: <Trans>Condition</Trans>,
            cell: (row) => <Source measure={measure(row.measure)} />,
          },
          {
            key: "value",
            label: <Trans>Measured</Trans>,
            numeric: true,
            cell: (row) => (row.value === null ? <Trans>Nothing yet</Trans> : figure(row, row.value)),
          },
          {
            key: "needed",
            label: <Trans>Needed</Trans>,
            numeric: true,
            cell: (row) => figure(row, row.at_least),
          },
          {
            key: "way",
            label: <Trans>Progress</Trans>,
            cell: (row) => (
              <span className={css.way} aria-hidden="true">
                <span
                  data-met={row.missing === 0 || undefined}
                  style={{ width: `${Math.min(100, Math.floor(((row.value ?? 0) / row.at_least) * 100))}%` }}
                />
              </span>
            ),
          },
          {
            key: "missing",
            label: <Trans>Missing</Trans>,
            numeric: true,
            cell: (row) =>
              row.missing === 0 ? (
                <Pill tone="good" icon={<IconCheck size={13} />}>
                  <Trans>Met</Trans>
                </Pill>
              ) : (
                <b>{figure(row, row.missing)}</b>
              ),
          },
        ]}
      />
    </div>
  );
}

/** The measure, with a link to the rows that it counts. */
function Source({ measure }: { measure: Measure | undefined }) {
  const words = useProgrammeWords();
  const { can } = useSession();
  if (!measure) return null;
  const name = words.name(measure);
  if (["certified_people", "references", "training_done", "support_contract"].includes(measure.code)) {
    return (
      <Link className={css.open} to="/portal/people">
        {name}
      </Link>
    );
  }
  const used = can("portal:charge:read");
  return (
    <span className={css.twice}>
      <b>{name}</b>
      <small>
        {measure.code === "turnover_12m" ? (
          <Trans>Infrastructure used at list price and sales, without VAT, net of refunds</Trans>
        ) : measure.code === "retention" ? (
          <Trans>Of the customers of twelve months, those still there in the last three</Trans>
        ) : (
          <Trans>Of the infrastructure used over twelve months</Trans>
        )}
      </small>
      <small className={css.links}>
        {used ? (
          <Link className={css.open} to="/portal/charges">
            <Trans>What was used</Trans>
          </Link>
        ) : null}
        {measure.code === "turnover_12m" && can("portal:sale:read") ? (
          <Link className={css.open} to="/portal/sales">
            <Trans>What was sold</Trans>
          </Link>
        ) : null}
      </small>
    </span>
  );
}

/** Past evaluations, newest first, each point explained. */
export function Evaluations({ programme }: { programme: Programme }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const cards = api.useQuery("get", "/api/portal/scorecards");
  const progress = api.useQuery("get", "/api/portal/programmes/{programme}/progress", {
    params: { path: { programme: programme.code } },
  });
  return (
    <Panel title={<Trans>Evaluations</Trans>} flush>
      <Loaded query={cards}>
        {(items) => {
          const own = items.filter((each) => each.programme === programme.code);
          if (own.length === 0) {
            return (
              <Empty title={<Trans>No evaluation yet</Trans>}>
                <Trans>
                  Everybody is measured at the beginning of each quarter; every point is kept here.
                </Trans>
              </Empty>
            );
          }
          return own.map((card) => {
            const [from, to] = [f.date(card.from_on), f.date(card.to_on)];
            const found = words.level(programme, card.level);
            return (
              <details key={card.id} className={css.card}>
                <summary>
                  <b>{f.date(card.evaluated_at)}</b>
                  <span>{t`Measured: ${found}`}</span>
                  <Pill tone={card.level === card.held ? "neutral" : "accent"}>
                    {card.follows ? words.follows[card.follows] : t`Being carried out`}
                  </Pill>
                </summary>
                <p
                  className={css.faint}
                >{t`Over the twelve months from ${from} to ${to}, that day not included.`}</p>
                {programme.levels.map((level) => {
                  const points = card.points.filter((each) => each.level === level.code);
                  const name = words.name(level);
                  return points.length && progress.data ? (
                    <div key={level.code}>
                      <h3 className={css.small}>{name}</h3>
                      <Points caption={t`Conditions of ${name}`} points={points} data={progress.data} />
                    </div>
                  ) : null;
                })}
              </details>
            );
          });
        }}
      </Loaded>
    </Panel>
  );
}
