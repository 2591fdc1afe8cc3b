import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";

type Edge = Schema["MeshEdge"];

/** Who stands in the mesh, what an edge is, and what it is to us. */
export function useMeshWords() {
  const { t } = useLingui();
  const groups: Record<Edge["giver"], string> = {
    operator: t`We, the operator`,
    customers: t`Final customers`,
    state: t`The State (VAT)`,
    bank: t`Bank and Stripe`,
    editors: t`Editors`,
    integrators: t`Integrators`,
    wholesalers: t`Wholesalers`,
    resellers: t`Resellers`,
    startups: t`Start-ups`,
    suppliers: t`Suppliers`,
  };
  const whats: Record<Edge["what"], string> = {
    sale_share: t`Partner’s share of sales`,
    sale_revenue: t`Our share of sales`,
    sale_vat: t`VAT on sales`,
    psp_fee: t`Payment fees`,
    infrastructure: t`Infrastructure used`,
    infrastructure_vat: t`VAT on infrastructure`,
    credit: t`Start-up credits given`,
    credit_used: t`Infrastructure used on credits`,
    margin: t`Margin of a tier`,
    rebate: t`Rebate on turnover`,
    supplier_share: t`Share of a supplier`,
    co_marketing: t`Co-marketing reimbursed`,
    share_vat: t`VAT on the partner’s share`,
    receipt: t`Paid to us`,
    payout: t`Paid out to the partner`,
    moved: t`Moved on inside its accounts`,
    cash_moved: t`Moved between bank and Stripe`,
    unplaced: t`Not placed: tell the developers`,
  };
  const figures: Record<Edge["figure"], string> = {
    revenue: t`Revenue`,
    cost: t`Cost`,
    share: t`Partner’s part`,
    tax: t`Tax`,
    payment: t`Payment`,
    inside: t`Inside`,
  };
  return { groups, whats, figures };
}

export const FIGURE_COLORS: Record<Edge["figure"], string> = {
  revenue: "var(--series-1)",
  cost: "var(--series-3)",
  share: "var(--series-5, #c2557a)",
  tax: "var(--series-4)",
  payment: "var(--series-2)",
  inside: "var(--series-4)",
};
