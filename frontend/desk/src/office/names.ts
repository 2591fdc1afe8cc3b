import { keepPreviousData } from "@tanstack/react-query";
import { api } from "../api/client";

/** The names of organisations by their ids, asked for together; the id's end until they are there. */
export function useNames(ids: string[]) {
  const wanted = [...new Set(ids)].sort();
  const { data } = api.useQuery(
    "get",
    "/api/office/organisations",
    { params: { query: { id: wanted.slice(0, 200), limit: 200 } } },
    { enabled: wanted.length > 0, placeholderData: keepPreviousData, staleTime: 300_000 },
  );
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  return (id: string) => names.get(id) ?? "…";
}

/** `partner:<id>:payable` names a partner; an account of the operator's names none. */
export const partnerOf = (code: string): string | undefined =>
  code.startsWith("partner:") ? code.split(":")[1] : undefined;

/** `partner:<id>:payable` and `operator:vat` without the partner: what `words.account` knows. */
export function kindOf(code: string): string {
  const [owner = "", second = "", third] = code.split(":");
  return `${owner}:${third ?? second}`;
}

/** What an entry is, from its reference: `sale:...`, `statement:2026-10:EUR:<id>`, `payout:<id>:paid`. */
export function readReference(reference: string) {
  const [kind = "", ...rest] = reference.split(":");
  if (kind === "sale" || kind === "refund") return { kind, sale: rest.join(":") } as const;
  if (kind === "statement") return { kind, month: rest[0] ?? "", partner: rest[2] ?? "" } as const;
  if (kind === "payout") return { kind, payout: rest[0] ?? "" } as const;
  if (kind === "psp_fee") return { kind, order: rest[0] ?? "" } as const;
  return { kind: "other" } as const;
}
