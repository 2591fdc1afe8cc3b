import { useLingui } from "@lingui/react/macro";
import { isProblem } from "../api/problem";

/** A number as it is copied from anywhere: without blanks and dots. */
export const bare = (text: string) => text.replaceAll(/[\s.]/g, "").toUpperCase() || null;

/** What is wrong with a number of the registers is said beside its field. */
export function useNumberRefusal() {
  const { t } = useLingui();
  const wrong: Record<string, string> = {
    siren: t`No SIREN has these digits: copy all nine from the register.`,
    siret: t`No SIRET has these digits: fourteen, that begin with its SIREN.`,
    vat_number: t`No VAT number is written so; a French one ends with the SIREN.`,
  };
  return (error: unknown) => {
    if (!isProblem(error) || error.code !== "number-wrong") return error;
    const field = String(error.facts?.field);
    return { ...error, errors: [{ field, message: wrong[field] ?? error.title }] };
  };
}
