import { api, queryClient } from "../api/client";

/** Every programme with how many hold each level; asked for once by all that show a part of it. */
export const useProgrammes = () => api.useQuery("get", "/api/office/programmes");

/** One of them by its code. */
export function useProgramme(code: string) {
  const query = useProgrammes();
  return { query, one: query.data?.find(({ programme }) => programme.code === code) };
}

/** What was read of programmes is asked for again. */
export const forgetProgrammes = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === "string" &&
      /\/(programmes|programme-applications|scorecards|evaluations|benefits)/.test(path),
  });
