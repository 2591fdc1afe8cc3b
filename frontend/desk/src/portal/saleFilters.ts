import type { operations } from "../api/schema";

type Query = NonNullable<operations["list_portal_sales"]["parameters"]["query"]>;
export type SaleSort = NonNullable<Query["sort"]>;
export interface SaleSearch {
  month?: string | undefined;
  kind?: "sale" | "refund" | undefined;
  listing?: string | undefined;
  q?: string | undefined;
  sort?: string | undefined;
  after?: string | undefined;
}

/** The filters of the address in the API's words; the same for the list, its totals and its file. */
export function saleFilters({ month, kind, listing, q }: SaleSearch) {
  return { month, kind, listing_id: listing, reference: q };
}
