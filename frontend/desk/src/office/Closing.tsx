import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { Confirm } from "./kit";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

type Progress = Schema["ClosingView"];
const PHASES = ["asked", "waiting", "drawing", "writing", "posting", "sealing"] as const;

/** Closes a month and shows how far it is: by events, and by asking again where they do not come. */
export function Closing({
  month,
  isClosed,
  isOver,
  wasAsked,
  closedAt,
}: {
  month: string;
  isClosed: boolean;
  isOver: boolean;
  /** Somebody asked for it already: it has a progress to show. */
  wasAsked: boolean;
  closedAt: string | null;
}) {
  const f = useFormat();
  const { t } = useLingui();
  const { can } = useSession();
  const [asking, setAsking] = useState(false);
  const closing = useClosing(month, !isClosed, wasAsked);
  const close = useAction(async () => {
    const { data, error } = await http.POST("/api/office/months/{month}/closing", {
      params: { path: { month } },
    });
    if (error) throw error;
    setAsking(false);
    closing.set(data);
  });
  const progress = closing.progress;
  if (isClosed && !progress)
    return closedAt ? (
      <Notice tone="good" title={t`This month is closed`}>
        <Trans>
          Since <Moment at={closedAt} />. What is sold late for it goes onto a later statement.
        </Trans>
      </Notice>
    ) : null;
  const running = progress?.state === "asked" || progress?.state === "running";
  return (
    <Panel title={<Trans>Close the month</Trans>}>
      <ProblemAlert error={close.error} />
      {progress ? <Steps progress={progress} /> : null}
      {progress && progress.state !== "failed" ? null : !isOver ? (
        <p className={css.note} style={{ margin: 0 }}>
          <Trans>{f.month(month)} is still under way; it can be closed once it is over.</Trans>
        </p>
      ) : !can("office:settlement:close") ? (
        <p className={css.note} style={{ margin: 0 }}>
          <Trans>It is over and open; finance closes it.</Trans>
        </p>
      ) : asking ? (
        <Confirm
          question={
            <Trans>
              One statement is drawn for each partner, and {f.month(month)} is sealed for ever. Nothing can be
              posted into it afterwards.
            </Trans>
          }
          yes={<Trans>Close {f.month(month)}</Trans>}
          pending={close.pending || running}
          onYes={() => close.run()}
          onNo={() => setAsking(false)}
        />
      ) : (
        <Button onClick={() => setAsking(true)}>
          <Trans>Close {f.month(month)}…</Trans>
        </Button>
      )}
    </Panel>
  );
}

function Steps({ progress }: { progress: Progress }) {
  const { t } = useLingui();
  const f = useFormat();
  const labels: Record<(typeof PHASES)[number], string> = {
    asked: t`Asked for`,
    waiting: t`Waiting for postings under way`,
    drawing: t`Adding up what was sold`,
    writing: t`Writing statements`,
    posting: t`Posting statements`,
    sealing: t`Sealing the month`,
  };
  const at = PHASES.indexOf(progress.phase);
  const done = progress.state === "done";
  const part = done ? 100 : Math.round(((at + share(progress)) / PHASES.length) * 100);
  return (
    <div aria-live="polite">
      {progress.state === "failed" ? (
        <Refusal progress={progress} />
      ) : done ? (
        <Notice tone="good" title={t`The month is closed`}>
          <Trans>
            Statements: {f.number(progress.statement_count ?? 0)}, lines: {f.number(progress.line_count ?? 0)}
            .
          </Trans>
        </Notice>
      ) : (
        <>
          <div
            className={css.bar}
            role="progressbar"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={part}
            aria-label={t`Progress of the closing`}
          >
            <i style={{ width: `${part}%` }} />
          </div>
          <ol className={css.steps}>
            {PHASES.map((phase, index) => (
              <li key={phase} data-state={index < at ? "done" : index === at ? "now" : "later"}>
                {labels[phase]}
                {index === at && progress.total > 0
                  ? ` ${f.number(progress.done)} / ${f.number(progress.total)}`
                  : ""}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function Refusal({ progress }: { progress: Progress }) {
  const { t } = useLingui();
  const titles: Record<string, string> = {
    "month-skipped": t`An older month is still open: close it first.`,
    "older-month": t`A later month is closed already.`,
    "nothing-to-close": t`Nothing was sold up to the end of this month.`,
    "month-still-open": t`The month is not over.`,
  };
  return (
    <Notice tone="bad" title={t`The month was not closed`}>
      {titles[progress.problem_code ?? ""] ?? progress.problem_detail}
    </Notice>
  );
}

const share = ({ done, total }: Progress) => (total > 0 ? Math.min(1, done / total) : 0);

function useClosing(month: string, isOpen: boolean, wasAsked: boolean) {
  const path = { params: { path: { month } } };
  const [told, setTold] = useState<Progress>();
  const query = api.useQuery("get", "/api/office/months/{month}/closing", path, {
    enabled: isOpen && (wasAsked || told !== undefined),
    retry: false,
    // By events where they come; where not, by asking.
    refetchInterval: ({ state }) =>
      state.data && (state.data.state === "asked" || state.data.state === "running") ? 2_000 : false,
    throwOnError: (error) => !isProblem(error),
  });
  const progress = newest(told, query.data);
  const running = progress?.state === "asked" || progress?.state === "running";
  useEffect(() => {
    if (!running) return;
    const source = new EventSource(`/api/office/months/${month}/closing/events`);
    source.addEventListener("closing", (event) => {
      const view = JSON.parse(event.data) as Progress;
      setTold(view);
      if (view.state === "done" || view.state === "failed") source.close();
    });
    return () => source.close();
  }, [month, running]);
  const ended = progress?.state === "done";
  useEffect(() => {
    if (!ended) return;
    for (const name of ["/api/office/months", "/api/office/statements", "/api/office/overview"])
      void queryClient.invalidateQueries({ queryKey: ["get", name] });
  }, [ended]);
  return {
    progress: told || isOpen ? progress : undefined,
    set: (view: Progress | undefined) => setTold(view),
  };
}

function newest(one: Progress | undefined, other: Progress | undefined): Progress | undefined {
  if (!one || !other) return one ?? other;
  return one.changed_at >= other.changed_at ? one : other;
}
