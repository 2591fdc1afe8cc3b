export interface ChargeSearch {
  month?: string | undefined;
  kind?: "charge" | "refund" | undefined;
  environment?: "start" | "enterprise" | "critical" | undefined;
  resource?: string | undefined;
  customer?: string | undefined;
  q?: string | undefined;
  charge?: number | undefined;
  after?: string | undefined;
}

/** The filters of the address in the API's words; the same for the list, its totals and its file. */
export function chargeFilters({ month, kind, environment, resource, customer, q }: ChargeSearch) {
  return { month, kind, environment, resource, end_customer: customer, reference: q };
}
