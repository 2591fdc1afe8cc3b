import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";

/** How a rebate comes about: each part of the turnover at its own rate. */
export function Steps({ steps }: { steps: Schema["RebateStep"][] }) {
  const f = useFormat();
  const { t } = useLingui();
  if (steps.length === 0) return <Trans>No turnover yet</Trans>;
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: "none" }}>
      {steps.map((step) => (
        <li key={step.from_turnover.amount_minor} className="tnum">
          {t`${f.rate(step.rate_bp)} of ${f.money(step.part)}`}
        </li>
      ))}
    </ul>
  );
}

/** `2026-Q3` as the reader says it. */
export function useQuarter(): (quarter: string) => string {
  const { t } = useLingui();
  return (quarter) => {
    const [year = "", number = ""] = quarter.split("-Q");
    return t`Q${number} ${year}`;
  };
}
