import { useSuspenseQuery } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { api, queryClient, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { preferredLocale } from "../i18n";

export type Session = Schema["Me"];

export const sessionQuery = { ...api.queryOptions("get", "/api/store/session"), staleTime: 60_000 };

/** The store's page to sign in, and back to `next` afterwards. */
export const signInAddress = (next: string) =>
  `/${preferredLocale()}/sign-in?next=${encodeURIComponent(next)}`;

/** For `beforeLoad` of an area: somebody is signed in, or the browser goes to sign in. */
export async function requireSession(next: string): Promise<Session> {
  try {
    return await queryClient.ensureQueryData(sessionQuery);
  } catch (error) {
    if (isProblem(error) && error.status === 401)
      throw redirect({ href: signInAddress(next), reloadDocument: true });
    throw error;
  }
}

/** Who is signed in, inside an area. `can` asks for a scope; the server asks again. */
export function useSession() {
  const { data } = useSuspenseQuery(sessionQuery);
  const membership = data.memberships.find((one) => one.organisation_id === data.organisation_id);
  return {
    ...data,
    organisation: membership?.name ?? "",
    can: (scope: string) => data.scopes.includes(scope),
  };
}
