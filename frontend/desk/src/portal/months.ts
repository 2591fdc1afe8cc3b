import { api } from "../api/client";
import { shiftMonth } from "../i18n/text";

const MOST = 24;

/** This month and those before it, two years at most, back to the first in which there was anything. */
export function useMonths(): string[] {
  const { data } = api.useQuery("get", "/api/portal/home");
  if (!data) return [];
  return Array.from({ length: MOST }, (_, back) => shiftMonth(data.month, -back)).filter(
    (month) => month >= data.first_month,
  );
}
