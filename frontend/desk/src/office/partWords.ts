import { useLingui } from "@lingui/react/macro";
import type { RowPart } from "../desk/statement";

/** What the parts of a statement's row are called; from left to right they sum to what is paid out. */
export function usePartWords(): Record<RowPart, string> {
  const { t } = useLingui();
  return {
    sold: t`Sold, before VAT`,
    kept: t`We keep`,
    margins: t`Its margins`,
    awards: t`Pools and co-marketing`,
    vat: t`VAT on its share`,
    used: t`Infrastructure, VAT included`,
    rebates: t`Rebate, VAT included`,
    receipts: t`Paid by it`,
    opening: t`Carried in`,
    closing: t`Carried on`,
  };
}
