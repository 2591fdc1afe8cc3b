import { queryClient } from "../api/client";

/** What is shown of people is asked for anew. */
export const reread = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/portal/people"),
  });
