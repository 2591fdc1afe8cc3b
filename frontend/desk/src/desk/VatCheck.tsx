import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";

type Check = Schema["VatCheckView"];

/** What was last said of a VAT number: valid or not, who said it, when, and the consultation number. */
export function VatCheck({ check }: { check: Check }) {
  const { t } = useLingui();
  const f = useFormat();
  const outcomes: Record<Check["outcome"], string> = {
    valid: t`Valid`,
    invalid: t`Not valid`,
    unavailable: t`No answer yet`,
  };
  const sources: Record<Check["source"], string> = {
    vies: "VIES",
    simulator: t`simulator of VIES`,
    office: t`looked at by the partner desk`,
    none: t`nobody asks VIES here`,
  };
  return (
    <span style={{ display: "grid", overflowWrap: "anywhere" }}>
      <span>{`${outcomes[check.outcome]} · ${sources[check.source]} · ${f.date(check.answered_at, DAY)}`}</span>
      {check.consultation_number ? <span>{t`Consultation number ${check.consultation_number}`}</span> : null}
    </span>
  );
}
