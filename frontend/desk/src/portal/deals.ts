import { queryClient } from "../api/client";

/** What is shown of deals and leads is asked for anew. */
export async function rereadDeals() {
  await Promise.all(
    ["/api/portal/deals", "/api/portal/deals/{deal_id}", "/api/portal/leads"].map((path) =>
      queryClient.invalidateQueries({ queryKey: ["get", path] }),
    ),
  );
}
