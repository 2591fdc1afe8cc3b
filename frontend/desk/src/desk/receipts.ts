import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";

type Means = Schema["ReceiptView"]["means"];

export const MEANS: Means[] = ["bank_transfer", "direct_debit", "card", "cheque"];

/** How something was paid, in words. */
export function useReceiptWords(): { means: Record<Means, string> } {
  const { t } = useLingui();
  return {
    means: {
      bank_transfer: t`Bank transfer`,
      direct_debit: t`Direct debit`,
      card: t`Card`,
      cheque: t`Cheque`,
    },
  };
}
