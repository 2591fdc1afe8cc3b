import { redirect } from "@tanstack/react-router";
import { queryClient } from "../api/client";
import { type Session, sessionQuery } from "../desk/session";
import { oneOf } from "../ui/search";

export const ROLES = ["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"] as const;
export type Role = (typeof ROLES)[number];
/** In the address: partners of every role, said on purpose. */
export const ANY = "any";

const OWN: Record<string, Role> = { isv_manager: "isv", vai_manager: "vai" };

/** Whose partners somebody looks after; nobody's own: who looks after all, or after both. */
export function ownRole({ roles }: Pick<Session, "roles">): Role | undefined {
  const [own, ...others] = roles.map((role) => OWN[role]);
  return others.length === 0 ? own : undefined;
}

/** The role in an address: one, `any`, or none was said. */
export const roleWanted = (value: unknown) => oneOf(value, [...ROLES, ANY] as const);

/**
 * For `beforeLoad`: who looks after partners of one role begins with them, and the address says so. It
 * is a filter and no wall: `any` takes it off (decision 0055).
 */
export async function beginWithOwn<Search extends { role?: unknown }>(search: Search, to: string) {
  if (search.role !== undefined) return;
  const own = ownRole(await queryClient.ensureQueryData(sessionQuery));
  if (own) throw redirect({ to, search: { ...search, role: own }, replace: true } as never);
}

/** The role to ask the server for. */
export const asked = (role: Role | typeof ANY | undefined): Role | undefined =>
  role === ANY ? undefined : role;
