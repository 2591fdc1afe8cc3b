import { http, queryClient, type Schema } from "../api/client";

/** What is shown of listings is asked for anew. */
export async function reread() {
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/listings"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/listings/{listing_id}"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/home"] });
}

/** What is shown of joint offers, and of their listings, is asked for anew. */
export const rereadJoint = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/joint-offers"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/joint-changes"] }),
    reread(),
  ]);

/** A listing of two owners is not changed at once: the same change is proposed to the second. */
export async function orPropose(listingId: string, refusal: unknown, body: Schema["JointChangeIn"]) {
  if (!refusal) return;
  if ((refusal as { code?: string }).code !== "joint-agreement-needed") throw refusal;
  const { error } = await http.POST("/api/portal/listings/{listing_id}/joint-change", {
    params: { path: { listing_id: listingId } },
    body,
  });
  if (error) throw error;
  await rereadJoint();
}
