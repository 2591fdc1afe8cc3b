import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { api, type Schema } from "../api/client";
import { Notice } from "../desk/Notice";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";
import { forgetProgrammes } from "./useProgramme";

const UNDER_WAY = ["waiting", "measuring", "settling"];

/** How far the evaluation is that was asked for last; it asks again while it is under way. */
export function useAsked(code: string) {
  const query = api.useQuery(
    "get",
    "/api/office/programmes/{programme}/evaluations/last-asked",
    { params: { path: { programme: code } } },
    {
      refetchInterval: ({ state }) => (UNDER_WAY.includes(state.data?.request?.state ?? "") ? 1000 : false),
    },
  );
  const asked = query.data?.request ?? null;
  const isUnderWay = asked !== null && UNDER_WAY.includes(asked.state);
  const was = useRef(false);
  useEffect(() => {
    // What it wrote is read once it is over.
    if (was.current && !isUnderWay) void forgetProgrammes();
    was.current = isUnderWay;
  }, [isUnderWay]);
  return { asked, isUnderWay };
}

export function EvaluationAsked({ asked }: { asked: Schema["EvaluationRequest"] | null }) {
  const { t } = useLingui();
  const f = useFormat();
  if (!asked) return null;
  const { settled } = asked;
  const all = asked.organisations ?? 0;
  const part = asked.state === "settling" && all > 0 ? Math.round((settled / all) * 100) : 0;
  return (
    <div aria-live="polite">
      {asked.state === "failed" ? (
        <Notice tone="bad" title={t`The evaluation stopped`}>
          {asked.reason?.startsWith("It stopped three")
            ? t`It stopped three times. Evaluate again: what was done stays done.`
            : t`Some could not be settled. Evaluate again: only they are left.`}
        </Notice>
      ) : asked.state === "done" && asked.run_id ? (
        <Notice tone="good" title={t`The evaluation is done`}>
          <Trans>
            Settled: {f.number(settled)} of {f.number(all)}.
          </Trans>{" "}
          <Link
            className={css.link}
            to="/office/programmes/$programme/evaluations/$runId"
            params={{ programme: asked.programme, runId: asked.run_id }}
          >
            <Trans>See what followed</Trans>
          </Link>
        </Notice>
      ) : (
        <>
          <div
            className={css.bar}
            role="progressbar"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={part}
            aria-label={t`Progress of the evaluation`}
          >
            <i style={{ width: `${part}%` }} />
          </div>
          <p className={css.note}>
            {asked.state === "waiting"
              ? t`Asked for; a worker takes it up.`
              : asked.state === "measuring"
                ? t`Everybody is being measured.`
                : t`Settled: ${f.number(settled)} of ${f.number(all)}.`}
          </p>
        </>
      )}
    </div>
  );
}
